"""How Papermill executes here: in a kernel that is there already, and without saving the notebook."""

from typing import Any

from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.log import logger

ENGINE = "tollbook"
_IOPUB_SECONDS = 60  # a busy machine may be slow to hand over a picture; 4 s would fail the run


class Lent(NBClientEngine):  # type: ignore[misc]
    """Runs the cells in a kernel that was started by someone else, and leaves it running.

    Options: `km` and `kc`, the kernel's manager and client; `seen`, a list that takes the notebook when it begins, for
    Papermill hands out none that failed. Nothing is saved: twenty pictures are not written before and after every cell.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        """Run the cells."""
        options["seen"].append(nb_man.nb)
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


papermill_engines.register(ENGINE, Lent)
