"""Over budget, or after ``LONG`` steps of a cell, what untracked arguments came from is looked up for one execution of
a place in 16.

Only where it doesn't change: the two executions looked up last must have found the same. The others take that over, by
a Derivation of its own that is inferred and says so. Where each round finds something else, all are looked up. After
2 × ``LONG`` steps none is, and what can't be taken over is opaque.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Protocol

from lineage_ext.capture.derivation import Derivation, NewState
from lineage_ext.capture.site import Place, Site
from lineage_ext.model import ROWS, Block, Confidence, Transformation
from lineage_ext.rules.call import Call, State

Found = tuple[dict[str, State], list[Derivation]]
FIRST, EACH = 8, 16  # executions that are all looked up, and of those after them one in so many
MOST_PLACES = 5_000
# Some 3 s. Without a limit a backtest of 0.14 s, 15 000 operations on what lists of rows, queues and three objects hand
# to one another, took 224 s to explain. By steps, not by the clock: the same is found each time.
LONG = 15_000
REASON = "taken over from an earlier execution: of this cell a sample is looked up"
NOT_LOOKED_UP = "what it was given wasn't looked up: that takes too long in this cell"


class Lookup(Protocol):
    """Looks them up."""

    def derive(self, call: Call, site: Site) -> Found:
        """The State that each untracked argument came from, and the Derivations on the way."""

    def asks(self, call: Call, site: Site) -> bool:
        """Whether there are such arguments."""


@dataclass(slots=True)
class _Place:
    """A place's executions, and what the arguments of the latest that was looked up came from."""

    executions: int = 0
    found: dict[str, State] | None = None  # None: parts of the arguments were replaced, which can't be taken over
    settled: bool = False


class Sampling:
    """Asks for a sample of calls."""

    def __init__(self, new_state: NewState) -> None:
        self._new_state = new_state
        self._places: dict[Hashable, _Place] = {}

    def derive(self, call: Call, site: Site, lookup: Lookup, spent: bool = False) -> Found:
        """What ``lookup`` gives, or what it gave for earlier executions of the same places; nothing else, if all steps
        that a cell may take are ``spent``."""
        if len(self._places) > MOST_PLACES:
            self._places.clear()
        known = self._places.setdefault((call.op.no, site.places), _Place())
        known.executions += 1
        sampled = not spent and (known.executions <= FIRST or known.executions % EACH == 0)
        if site.place is not None and known.settled and known.found is not None and not sampled:
            return self._taken_over(known.found, site.place)
        if spent:
            call.lacking = NOT_LOOKED_UP if lookup.asks(call, site) else ""
            return {}, []
        before = dict(call.args)
        found, derivations = lookup.derive(call, site)
        replaced = any(call.args[p] is not value for p, value in before.items())
        known.settled = not replaced and found == known.found
        known.found = None if replaced else found
        return found, derivations

    def _taken_over(self, found: dict[str, State], place: Place) -> Found:
        made = [self._copy(state, place) for state in found.values()]
        return {p: d.out for p, d in zip(found, made, strict=True)}, made

    def _copy(self, state: State, place: Place) -> Derivation:
        slots = (*state.columns, *state.levels, ROWS)
        out = self._new_state(state.kind, state.labels, state.schema.index, state.rows, state.rowset)
        block = Block(0, 0, slots, slots, Transformation.IDENTITY, Confidence.INFERRED, reason=REASON)
        return Derivation("python.expression", place, (state,), out, (block,))
