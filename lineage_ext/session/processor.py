"""Who stands around a session: what explains raw calls, and what remembers or tells finished runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from lineage_ext.model import Facet, Run
from lineage_ext.session.memory_sample import Sample
from lineage_ext.session.note import Labels, Note


class Processor(Protocol):
    """Something that remembers or tells. Called on the worker thread, one call at a time.

    It may also have ``on_batch()`` and ``on_flush()``, called before and after the session passes on all it has, and
    ``status()``, a line of ``%lineage`` that begins with a word: from any thread. Who has ``patient = True`` can do
    without what a running cell records until that has ended; ``on_notes(notes)`` tells meanwhile what there is.
    """

    def on_start(self, run: Run) -> None:
        """A session or cell run began."""
        ...

    def on_end(self, run: Run) -> None:
        """A run ended. Operations come with their datasets and column map, and before the end of their cell."""
        ...

    def on_sample(self, sample: Sample) -> None:
        """Memory was sampled."""
        ...

    def close(self) -> None:
        """The session ends; write what is left."""
        ...


class Around(Protocol):
    """Something that is to happen around each cell, on its thread: a span that is current meanwhile."""

    def enter(self, run_id: str, parent_id: str, started: int) -> Facet | None:
        """A cell begins (ns since the epoch). What is returned describes its run, which isn't made yet."""
        ...

    def leave(self, run_id: str) -> None:
        """It ended; perhaps in another context than it began in."""
        ...


class Interpreter(Protocol):
    """What explains raw calls: capture and rules, seen from here."""

    def drain(self, lasts: Callable[[], bool]) -> Iterable[Run]:
        """Take what was recorded until now and explain it, oldest first; leave the rest once it no longer ``lasts``."""
        ...

    def waiting(self) -> bool:
        """Whether a record waits to be drained. Takes no time, from any thread."""
        ...

    @property
    def ready(self) -> bool:
        """Whether it has what it takes to explain: the first ``drain`` imports it."""
        ...

    def prepare(self, lasts: Callable[[], bool]) -> bool:
        """Import it beforehand, as long as it ``lasts``. Whether that was long enough."""
        ...

    @property
    def explained(self) -> int:
        """How many records were drained."""
        ...

    def note(self) -> tuple[Iterable[Note], Labels]:
        """Tell of what was recorded since it last did; it is still to be drained."""
        ...

    def backlog(self) -> int:
        """How much waits to be drained, in atoms of the log."""
        ...

    def crowded(self) -> bool:
        """Whether so much waits that the worker had better hurry."""
        ...

    def ended(self, cell: Run) -> Iterable[Run]:
        """A cell ended: the operations that Python's control flow did to what its variables hold, then the cell itself
        (with other numbers for those)."""
        ...

    def current(self, number: int) -> int:
        """The number that an object of this number is known by now."""
        ...
