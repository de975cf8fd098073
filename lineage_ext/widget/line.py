"""A line of progress below a cell or in a terminal, for who asked for it (``config.progress``) and has no panel.

A processor: the session's worker lets it look every quarter of a second. What runs within something else (a cell in a
cell, later a step of a flow or an item of a map) gets a line of its own below. tqdm draws it where it is installed,
else rich.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

from lineage_ext.clock import Clock
from lineage_ext.model import CodeFacet, Run, RunKind
from lineage_ext.session import Sample
from lineage_ext.widget.bars import OURS

PATIENCE = 1_000_000_000  # ns a cell must have run to get a line


class Line(Protocol):
    """Something that draws itself anew."""

    def show(self, operations: int) -> None:
        """So many operations were done."""
        ...

    def close(self) -> None:
        """Take the line away."""
        ...


Draw = Callable[[str], Line]


class Running:
    """A run that isn't over: how many operations it has done, and its line once it has one."""

    def __init__(self, run: Run) -> None:
        code: CodeFacet | None = run.facet(CodeFacet)
        source = code.source.strip() if code else ""
        self.label = source.partition("\n")[0][:40] or run.job.name
        self.started = run.started
        self.operations = 0
        self.line: Line | None = None


class ProgressLines:
    """A processor that draws a line for each run that takes long. ``draw`` makes one from a label."""

    def __init__(self, clock: Clock, draw: Draw | None = None) -> None:
        self.clock = clock
        self.draw = draw or drawing()
        self.running: dict[str, Running] = {}

    def on_start(self, run: Run) -> None:
        """A cell began."""
        if run.kind is RunKind.CELL:
            self.running[run.id] = Running(run)

    def on_end(self, run: Run) -> None:
        """An operation or a cell ended."""
        if run.kind is RunKind.OPERATION:
            around = self.running.get(run.parent_id or "")
            if around is not None:
                around.operations += run.count
        elif (over := self.running.pop(run.id, None)) is not None and over.line is not None:
            over.line.close()

    def on_sample(self, sample: Sample) -> None:
        """Memory is of no interest here."""

    def on_flush(self) -> None:
        """Draw what there is to draw."""
        now = self.clock.now()
        for run in self.running.values():
            if run.line is None and now - run.started > PATIENCE:
                run.line = self.draw(run.label)
            if run.line is not None:
                run.line.show(run.operations)

    def close(self) -> None:
        """The session ends."""
        for run in self.running.values():
            if run.line is not None:
                run.line.close()
        self.running.clear()


def drawing() -> Draw:
    """tqdm's bar if tqdm is installed, else rich's."""
    return Tqdm if find_spec("tqdm") is not None else Rich


class Tqdm:
    """A bar without an end, of whichever kind this front end has."""

    def __init__(self, label: str) -> None:
        tqdm = import_module("tqdm.auto").tqdm
        self.bar: Any = tqdm(desc=label, unit=" operations", leave=False, mininterval=0)
        setattr(self.bar, OURS, True)  # the panel shows the user's bars, not this one

    def show(self, operations: int) -> None:
        """Draw it."""
        self.bar.n = operations
        self.bar.refresh()

    def close(self) -> None:
        """Take it away."""
        self.bar.close()


class Rich:
    """A spinner with the label, the number of operations and the time."""

    def __init__(self, label: str) -> None:
        progress = import_module("rich.progress")
        columns = ("{task.description}", "{task.completed} operations", progress.TimeElapsedColumn())
        self.progress: Any = progress.Progress(progress.SpinnerColumn(), *columns, transient=True)
        self.task = self.progress.add_task(import_module("rich.markup").escape(label), total=None)
        self.progress.start()

    def show(self, operations: int) -> None:
        """Draw it."""
        self.progress.update(self.task, completed=operations)

    def close(self) -> None:
        """Take it away."""
        self.progress.stop()
