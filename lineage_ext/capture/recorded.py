"""The outputs of recorded calls, found by the span of the expression that made them and who called it.

Of a span the newest 64 executions are kept: memory is bounded by the text, not by the loops in it. In a loop over more
columns it is the newest one for each. An execution is told from others of the same span by the places that called its
function.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import chain as one_after_another
from typing import Any

from lineage_ext.capture.site import Place, Site, Span
from lineage_ext.capture.source import MOST_FILES, called
from lineage_ext.model import DatasetKind
from lineage_ext.rules.call import Call, State

MOST_RECORDS = 64
MOST_COLUMNS = 1_024
MOST_KEPT = 40_000  # records in all, about 300 bytes each
FEW_RECORDS = 16
MOST_VERSIONS = 10_000
CUTTING = frozenset({"iterrows", "__getitem__", "xs", "squeeze"})  # rows out of a frame, called by their label
INLINE = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")  # frames of their own, but not functions
ALIASES = {
    "agg": "aggregate", "product": "prod", "kurtosis": "kurt", "divide": "truediv", "div": "truediv",
    "multiply": "mul", "subtract": "sub", "rdiv": "rtruediv", "get": "getitem", "assign": "setitem",
    "backfill": "bfill", "pad": "ffill",
}  # fmt: skip
At = tuple[str, Span]
Chain = tuple[At, ...]  # who called, innermost first


@dataclass(frozen=True, slots=True)
class What:
    """An operation, and whether the span itself called it (``direct``) or a function called there did."""

    owner: str
    name: str
    direct: bool


@dataclass(frozen=True, slots=True)
class Record:
    """One execution: what it made. ``inner`` is where, inside a function called at this span, the operation ran."""

    serial: int
    what: What
    outs: tuple[State, ...]
    chain: Chain
    inner: At | None = None
    this: State | None = None  # what the operation was called on


Wanted = Callable[[What], bool]


def chain_of(site: Site) -> Chain:
    """The places of a site; a comprehension's frame counts as part of the function it stands in."""
    places = site.places
    if len(places) == 1:
        return ((places[0].file, places[0].span),)
    return tuple(_chain(places))


def _chain(places: tuple[Place, ...]) -> Iterator[At]:
    skip = False
    for place in places:
        if not skip:
            yield place.file, place.span
        skip = place.function in INLINE


class Executions:
    """Those of one operation at one span: the newest, and for each column that isn't among them its newest one.

    Each is added and dropped without looking at the others: in a loop over 1 000 columns that took most of the time.
    """

    __slots__ = ("_among", "_newest", "_older")

    def __init__(self) -> None:
        self._newest: list[Record] = []  # a deque takes 600 bytes for its first item
        self._among: Counter[Hashable] | None = None  # how many of the newest have a column; from the first dropped on
        self._older: dict[Hashable, Record] = {}

    def __len__(self) -> int:
        return len(self._newest) + len(self._older)

    def __reversed__(self) -> Iterator[Record]:
        return one_after_another(reversed(self._newest), reversed(self._older.values()))

    def append(self, record: Record) -> None:
        """Keep one more, and let go of the oldest that has a newer one for the same column."""
        self._newest.append(record)
        if len(self._newest) <= MOST_RECORDS:
            return
        if self._among is None:
            self._among = Counter(_column(r) for r in self._newest[:-1])
        column = _column(record)
        self._among[column] += 1
        self._older.pop(column, None)
        self._pass_on(self._newest.pop(0), self._among)

    def _pass_on(self, oldest: Record, among: Counter[Hashable]) -> None:
        column = _column(oldest)
        among[column] -= 1
        if among[column]:
            return
        del among[column]
        if column is not None:
            self._older[column] = oldest
            if len(self) > MOST_COLUMNS:
                del self._older[next(iter(self._older))]

    def trim(self) -> None:
        """Keep only a few, of any column."""
        del self._newest[:-FEW_RECORDS]
        self._older = {}
        self._among = None


class Records:
    """All of them, by file and span."""

    def __init__(self) -> None:
        self._files: dict[str, dict[Span, dict[What, Executions]]] = {}
        self._first: dict[int, int] = {}  # version made by an in-place change → the object's first version
        self._newest: dict[int, State] = {}  # first version → latest
        self._cut: dict[int, State] = {}  # first version of a row → the frame it was cut from
        self._whats: dict[tuple[int, bool], What] = {}
        self._chains: dict[Chain, Chain] = {}  # one copy of each
        self._kept = 0
        self.serial = 0
        self.entered = 0  # how many kinds of operations were seen in functions that were called somewhere
        self.entering: dict[str, int] = {}  # file → which of those was the latest to be called from it, in that order

    def add(self, call: Call, site: Site) -> None:
        """Index a call's outputs under every place of its site."""
        self.serial += 1
        for out in call.outs:
            if out.of is not None:
                self._changed(out)
        outs = tuple(o for o in call.outs if o.of is None) or tuple(call.outs)
        chain = chain_of(site)
        this = call.this if isinstance(call.this, State) else None
        if this is not None and this.kind is DatasetKind.FRAME and call.op.name in CUTTING:
            self._cut.update((o.no, this) for o in outs if o.kind is DatasetKind.ROW)
            _bound(self._cut)
        for depth, (file, span) in enumerate(chain):
            inner = chain[depth - 1] if depth else None
            what = self._what(call, depth == 0)
            callers = self._chains.setdefault(chain[depth + 1 :], chain[depth + 1 :])
            self._of(file, span, what).append(Record(self.serial, what, outs, callers, inner, this))
        self._kept += len(chain)
        if self._kept > MOST_KEPT:
            self._trim()

    def _what(self, call: Call, direct: bool) -> What:
        what = self._whats.get((call.op.no, direct))
        if what is None:
            what = self._whats[call.op.no, direct] = What(call.op.owner, call.op.name, direct)
        return what

    def _of(self, file: str, span: Span, what: What) -> Executions:
        kinds = self._spans(file).setdefault(span, {})
        records = kinds.get(what)
        if records is None:
            records = kinds[what] = Executions()
            if not what.direct:
                self.entered += 1
                self.entering.pop(file, None)
                self.entering[file] = self.entered
        return records

    def _spans(self, file: str) -> dict[Span, dict[What, Executions]]:
        spans = self._files.get(file)
        if spans is None:
            if len(self._files) >= MOST_FILES:
                del self._files[next(iter(self._files))]
            spans = self._files[file] = {}
        return spans

    def _trim(self) -> None:
        """Keep only the newest executions of each span, then only the newest files."""
        self._chains.clear()
        for spans in self._files.values():
            for records in (r for kinds in spans.values() for r in kinds.values()):
                records.trim()
        sizes = {f: sum(len(r) for kinds in s.values() for r in kinds.values()) for f, s in self._files.items()}
        self._kept = sum(sizes.values())
        for file in list(sizes)[:-1]:
            if self._kept <= MOST_KEPT // 2:
                break
            self._kept -= sizes[file]
            del self._files[file]

    def forget(self, file: str) -> None:
        """Drop a file whose text changed."""
        self._files.pop(file, None)

    def at(self, file: str, span: Span, chain: Chain | None, wanted: Wanted) -> Iterator[Record]:
        """Executions of wanted operations at a span, newest first; those called from ``chain`` unless that is None.

        What ran in a thread of its own has a chain that ends where that was started.
        """
        kinds = self._files.get(file, {}).get(span, {})
        found = [reversed(records) for what, records in kinds.items() if wanted(what)]
        merged = found[0] if len(found) == 1 else merge(*found, key=lambda r: -r.serial)
        return (r for r in merged if chain is None or r.chain == chain or _in_thread(r.chain, chain))

    def ran_from(self, chain: Chain | None) -> bool:
        """Whether anything was recorded in a frame that was entered from there."""
        return chain in self._chains

    def any_at(self, file: str, span: Span) -> bool:
        """Whether anything was recorded at a span."""
        return span in self._files.get(file, ())

    def newest(self, state: State) -> State:
        """The version of a recorded object after all in-place changes so far."""
        return self._newest.get(self._first.get(state.no, state.no), state)

    def same_object(self, a: State, b: State) -> bool:
        """Whether both are versions of one object."""
        return self._first.get(a.no, a.no) == self._first.get(b.no, b.no)

    def frame_of(self, row: State) -> State | None:
        """The frame that a row was cut from."""
        return self._cut.get(self._first.get(row.no, row.no))

    def same(self, marked: State) -> None:
        """``marked`` is the same version of the same object."""
        assert marked.of is not None
        self._first[marked.no] = self._first.get(marked.of, marked.of)

    def _changed(self, out: State) -> None:
        assert out.of is not None
        first = self._first.get(out.of, out.of)
        self._first[out.no] = first
        self._newest.pop(first, None)  # entered again as the latest
        self._newest[first] = out
        _bound(self._first)
        _bound(self._newest)


def _column(record: Record) -> Hashable:
    """The label of the series that an operation made, or was called on; None if that has no name or there is none."""
    for state in (*record.outs[:1], record.this):
        if state is not None and state.kind is DatasetKind.SERIES and state.labels:
            return state.labels[0]
    return None


def _bound(table: dict[int, Any]) -> None:
    """Only the newest entries."""
    if len(table) > MOST_VERSIONS:
        del table[next(iter(table))]


def _in_thread(own: Chain, chain: Chain) -> bool:
    return len(own) < len(chain) and chain[: len(own)] == own


def called_on(node: ast.AST, what: What) -> bool:
    """Whether an operation is called on what the expression begins with, and not by a function called there."""
    if isinstance(node, ast.Call):
        return executes(node, what)
    return what.direct and not (isinstance(node, ast.Subscript) and what.name == "__array__")  # ``array[series]``


def executes(node: ast.AST, what: What) -> bool:
    """Whether the operation is what the expression computes, and not something a function called there did inside."""
    if not what.direct:
        return False
    name = what.name.strip("_")
    if isinstance(node, ast.Call):
        wanted = _asked(node)
        if wanted is None:
            return not what.name.startswith("__")
        known = (wanted in {name, what.name} or ALIASES.get(wanted) == name) and what.name != "__array__"  # of an item
        return wanted == what.owner if name == "init" else known or (name == "array_ufunc" and not wanted[:1].isupper())
    if isinstance(node, ast.Attribute):
        return name in {"getitem", node.attr}
    if isinstance(node, ast.Subscript):
        return name == "getitem"
    return what.name.startswith("__") and name not in {"array", "getitem", "iter"}


def _asked(node: ast.Call) -> str | None:
    """The name of what is called, also by ``getattr(x, "mean")()``; None if that name is computed."""
    computed = node if called(node) == "getattr" else node.func
    if not isinstance(computed, ast.Call) or called(computed) != "getattr" or len(computed.args) < 2:
        return called(node)
    label = computed.args[1]
    return str(label.value) if isinstance(label, ast.Constant) else None
