"""The notebook as OpenLineage sees it: its job, its run, who started it; and the names of the jobs in it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from lineage_ext.emit.openlineage import names
from lineage_ext.emit.openlineage.document import title
from lineage_ext.emit.openlineage.git import Location, locate
from lineage_ext.emit.openlineage.names import Ancestor, Name
from lineage_ext.model import CodeFacet, Dataset, NotebookFacet, ParentFacet, Run


class Notebook:
    """Of one session. Names are kept, so that two things never share one."""

    def __init__(self, session: Run) -> None:
        self.place: NotebookFacet | None = session.facet(NotebookFacet)
        self.namespace = names.safe_namespace(session.job.namespace)
        self.name = names.notebook_name(self.place, session.job.name)
        self.run = Ancestor(session.id, self.namespace, self.name)
        outer: ParentFacet | None = session.facet(ParentFacet)
        self.parent = Ancestor(outer.run_id, outer.namespace, outer.name) if outer is not None else None
        self.root = Ancestor(outer.root_run_id, outer.root_namespace, outer.root_name) if outer else self.run
        self._title = session.job.name
        self._sinks: dict[str, Name] = {}
        self._memory: dict[int, str] = {}

    @cached_property
    def title(self) -> str:
        """What the document calls itself, as it was when the session began."""
        return title(self.place.path) if self.place is not None else ""

    @cached_property
    def location(self) -> Location | None:
        """Where it is in version control."""
        return locate(Path(self.place.path)) if self.place is not None and self.place.path else None

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

    def operation(self, run: Run, cell: Run | None) -> str:
        """The name of an operation: ``cell_a1.pandas_merge``."""
        name = names.operation_name(run.job.name)
        return name if cell is None else f"{self.cell(cell)}.{name}"

    def memory(self, dataset: Dataset, variables: tuple[str, ...]) -> Name:
        """The name of a value in memory: by a variable that held it, else by its number. It keeps its first name."""
        known = self._memory.get(dataset.no)
        if known is None:
            called = names.safe(variables[-1]) if variables else f"{dataset.kind}_{dataset.no}"
            known = self._memory[dataset.no] = called
        return "inmemory://", f"{self.namespace}/{self.name}/{known}"
