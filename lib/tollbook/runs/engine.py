"""How Papermill executes here: as always, but without writing the whole notebook before and after every cell."""

from typing import Any

from papermill.engines import NBClientEngine, papermill_engines

ENGINE = "tollbook"


class SavedOnce(NBClientEngine):  # type: ignore[misc]
    """Saves a notebook when it begins and when it has ended, however it ends: twenty pictures are not written 40 times.

    What a killed runner leaves half-way is no evidence anyone looks at: its stage is cleared by the next run.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Execute; Papermill saves nothing while it knows no path."""
        path, nb_man.output_path = nb_man.output_path, None
        try:
            return super().execute_managed_notebook(nb_man, kernel_name, **options)
        finally:
            nb_man.output_path = path


papermill_engines.register(ENGINE, SavedOnce)
