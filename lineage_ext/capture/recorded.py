"""The outputs of recorded calls, found by the span of the expression that made them and who called it.

Of a span the newest 128 executions are kept: memory is bounded by the text, not by the loops in it. An execution is
told from others of the same span by the places that called its function.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from lineage_ext.capture.site import Place, Site, Span
from lineage_ext.capture.source import MOST_FILES
from lineage_ext.rules.call import Call, State

MOST_RECORDS = 128
MOST_NEWER = 10_000
INLINE = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")  # frames of their own, but not functions
At = tuple[str, Span]
Chain = tuple[At, ...]  # who called, innermost first


@dataclass(frozen=True, slots=True)
class Record:
    """One execution: what it made. ``inner`` is where, inside a function called at this span, an operation ran."""

    serial: int
    owner: str
    name: str
    outs: tuple[State, ...]
    chain: Chain
    inner: At | None = None


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


class Records:
    """All of them, by file and span."""

    def __init__(self) -> None:
        self._files: dict[str, dict[Span, deque[Record]]] = {}
        self._newer: dict[int, State] = {}  # version → the one an in-place change made of it
        self.serial = 0

    def add(self, call: Call, site: Site) -> None:
        """Index a call's outputs under every place of its site."""
        self.serial += 1
        for out in call.outs:
            if out.of is not None:
                self._newer[out.of] = out
        if len(self._newer) > MOST_NEWER:
            self._newer.pop(next(iter(self._newer)))
        outs = tuple(o for o in call.outs if o.of is None) or tuple(call.outs)
        chain = chain_of(site)
        for depth, (file, span) in enumerate(chain):
            inner = chain[depth - 1] if depth else None
            record = Record(self.serial, call.op.owner, call.op.name, outs, chain[depth + 1 :], inner)
            self._spans(file).setdefault(span, deque(maxlen=MOST_RECORDS)).append(record)

    def _spans(self, file: str) -> dict[Span, deque[Record]]:
        spans = self._files.get(file)
        if spans is None:
            if len(self._files) >= MOST_FILES:
                del self._files[next(iter(self._files))]
            spans = self._files[file] = {}
        return spans

    def forget(self, file: str) -> None:
        """Drop a file whose text changed."""
        self._files.pop(file, None)

    def at(self, file: str, span: Span, chain: Chain | None = None) -> list[Record]:
        """Executions at a span, newest first; with ``chain`` only those called from there."""
        records = self._files.get(file, {}).get(span, ())
        return [r for r in reversed(records) if chain is None or r.chain == chain]

    def newest(self, state: State) -> State:
        """The version of a recorded object after all in-place changes so far."""
        seen = 0
        while state.no in self._newer and seen < MOST_RECORDS:
            state = self._newer[state.no]
            seen += 1
        return state
