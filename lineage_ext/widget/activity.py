"""What a running cell does at this moment: how many operations it has done, and the one that takes long.

The place is read off the frames of the cell's thread, as a sampling profiler does, and only when no operation has ended
for QUIET seconds: a merge of a minute is shown while it runs, though nothing is recorded before it ends.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from types import CodeType, ModuleType

from lineage_ext import stacks
from lineage_ext.redaction import cut
from lineage_ext.session import Session
from lineage_ext.widget import bars
from lineage_ext.widget.described import MOST_TEXT, Done
from lineage_ext.widget.protocol import ProgressRecord

PATIENCE = 0.5  # s a cell must have run to be told of
QUIET = 1.0
At = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thread is in a cell's source, and the function of a library it is in."""

    at: At
    name: str


@dataclass(slots=True)
class Seen:
    """What a cell did when it was looked at first, and when that was (ns)."""

    what: tuple[Place | None, int]
    time: int


@dataclass(slots=True)
class Activity:
    """Looks at the cells that are running. ``done`` counts what has ended in each cell."""

    session: Session
    done: Mapping[int, Done]
    seen: dict[int, Seen] = field(default_factory=dict)

    def look(self) -> list[ProgressRecord]:
        """A record for each cell that has been running for long enough."""
        opened = list(self.session.open.values())
        now = self.session.clock.now()
        self.seen = {o.run.no: self.seen[o.run.no] for o in opened if o.run.no in self.seen}
        found = [o for o in opened if now - o.run.started > PATIENCE * 1e9]
        return [self._record(o.run.no, o.run.started, o.previous, o.filename, now) for o in found]

    def _record(self, no: int, started: int, parent: int | None, filename: str, now: int) -> ProgressRecord:
        done = self.done.get(no) or Done()
        place = None
        if now - max(done.last, started) > QUIET * 1e9:
            place = where(filename)
        what = place, done.operations
        seen = self.seen.get(no)
        if seen is None or seen.what != what:
            seen = self.seen[no] = Seen(what, now)
        source = self.session.sources.get(filename, "")
        return ProgressRecord(
            no,
            parent,
            done.operations,
            done.rows,
            (now - started) / 1e6,
            place.at if place else None,
            cut(self.session.gate.source(segment(source, place.at)), MOST_TEXT) if place else "",
            place.name if place else "",
            (now - seen.time) / 1e6 if place else 0.0,
            bars.running(),
        )


def where(filename: str) -> Place | None:
    """Where the main thread is in the code compiled as ``filename``; None when it isn't there."""
    thread = threading.main_thread().ident
    inner = None
    for code, lasti in stacks.places(thread) if thread is not None else ():
        if code.co_filename == filename:
            at = next(islice(code.co_positions(), lasti // 2, None), None)
            if at is None or None in at:
                return None
            line, end_line, column, end_column = (n or 0 for n in at)
            return Place((line, end_line, column, end_column), _name(inner))
        inner = code
    return None


def _name(code: CodeType | None) -> str:
    if code is None:
        return ""
    if code.co_qualname == "_find_and_load":
        return "import"
    modules = list(sys.modules.items())
    module = next((name for name, m in modules if _file(m) == code.co_filename), "")
    return f"{module.partition('.')[0]}.{code.co_qualname}"


def _file(module: object) -> object:
    """That of a module, which isn't asked: some import more when they are."""
    return module.__dict__.get("__file__") if isinstance(module, ModuleType) else None


def segment(source: str, at: At) -> str:
    """The text at a position whose columns count UTF-8 bytes."""
    line, end_line, column, end_column = at
    lines = source.split("\n")[line - 1 : end_line]
    if not lines:
        return ""
    lines[-1] = lines[-1].encode(errors="replace")[:end_column].decode(errors="replace")
    lines[0] = lines[0].encode(errors="replace")[column:].decode(errors="replace")
    return "\n".join(lines)
