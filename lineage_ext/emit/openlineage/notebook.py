"""The notebook as OpenLineage sees it: its job, its run, who started it; and the names of the jobs in it."""

from __future__ import annotations

from lineage_ext.emit.openlineage import names
from lineage_ext.emit.openlineage.names import Name
from lineage_ext.emit.openlineage.run_facets import Ancestor
from lineage_ext.emit.openlineage.settings import Settings
from lineage_ext.model import CodeFacet, Dataset, NotebookFacet, Run


class Notebook:
    """Of one session. Names are kept, so that two things never share one."""

    def __init__(self, session: Run, settings: Settings) -> None:
        self.place: NotebookFacet | None = session.facet(NotebookFacet)
        self.namespace = names.safe_namespace(settings.namespace)
        self.name = names.notebook_name(self.place, session.job.name)
        self.run = Ancestor(session.id, self.namespace, self.name)
        self._title = session.job.name
        self._sinks: dict[str, Name] = {}

    @property
    def host(self) -> str:
        """What runs the notebook."""
        return self.place.host if self.place is not None else ""

    def inside(self, run_id: str, name: str) -> Ancestor:
        """A run of a job in this notebook."""
        return Ancestor(run_id, self.namespace, f"{self.name}.{name}")

    def sink(self, run: Run, out: Dataset) -> str:
        """The name of a write; by what is written, and a hash of it should two come out the same."""
        plain = names.sink_name(run.job.name, out, self.place.project if self.place is not None else "")
        target = names.name_of(out)
        if self._sinks.setdefault(plain, target) == target:
            return plain
        return f"{plain}_{names.digest(''.join(target))}"

    def cell(self, run: Run) -> str:
        """The name of a cell: by the host's id of it, else as the session calls it."""
        code: CodeFacet | None = run.facet(CodeFacet)
        if code is not None and code.cell_id:
            return f"cell_{names.safe(code.cell_id)}"
        return names.safe(run.job.name.removeprefix(f"{self._title}."))
