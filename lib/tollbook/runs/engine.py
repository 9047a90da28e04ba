"""How Papermill executes here: in a kernel that is there already, and without saving before and after every cell."""

from typing import Any

from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.iorw import write_ipynb
from papermill.log import logger

ENGINE = "tollbook"
_IOPUB_SECONDS = 60  # a busy machine may be slow to hand over a picture; 4 s would fail the run


class SavedOnce(NBClientEngine):  # type: ignore[misc]
    """Saves a notebook when it has ended, however it ends: twenty pictures are not written 40 times.

    What a killed runner leaves half-way is no evidence anyone looks at: its stage is cleared by the next run.
    """

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, output_path: str | None = None, **options: Any) -> Any:
        """Execute; Papermill itself saves what ran to an end, or to an error in a cell."""
        try:
            return super().execute_notebook(nb, kernel_name, output_path=None, **options)
        except BaseException:
            write_ipynb(nb, output_path)
            raise

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        """Run the cells in the kernel whose manager and client are the options `km` and `kc`, and leave it running."""
        client = PapermillNotebookClient(
            nb_man,
            km=options["km"],
            kernel_name=kernel_name,
            timeout=options["execution_timeout"],
            iopub_timeout=_IOPUB_SECONDS,
            log=logger,
        )
        client.kc = options["kc"]
        client.execute()


papermill_engines.register(ENGINE, SavedOnce)
