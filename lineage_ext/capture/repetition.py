"""Calls that were only counted, as Runs: the one they repeat, with how often and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from lineage_ext.capture.points import Repeat
from lineage_ext.capture.site import Site
from lineage_ext.capture.states import States
from lineage_ext.model import Run
from lineage_ext.rules.call import Call
from lineage_ext.session import Session


@dataclass(frozen=True, slots=True)
class Made:
    """What the worker made of a recorded call."""

    call: Call
    site: Site
    run: Run


class Repetition:
    """Gathers counts until ``runs`` is asked. ``offset`` leads from the recorder's clock to the epoch."""

    def __init__(self, states: States, session: Session, offset: int) -> None:
        self._states = states
        self._session = session
        self._offset = offset
        self._counts: dict[Repeat, tuple[int, int]] = {}  # → (times, ns of the first of them)

    def again(self, repeat: Repeat, times: int, since: int) -> Made | None:
        """``repeat`` was called ``times`` more since. What was made of it; None if there was nothing to tell."""
        made: Made | None = repeat.made
        if made is not None:
            before, first = self._counts.get(repeat, (0, since))
            self._counts[repeat] = (before + times, first)
        return made

    def runs(self) -> Iterator[Run]:
        """A Run for each call counted since last asked; it took as long as the recorded ones, on the average."""
        counts, self._counts = self._counts, {}
        for repeat, (times, since) in counts.items():
            began = since + self._offset
            took = times * repeat.spent // repeat.hits
            yield self._again(repeat.made.run, started=began, ended=began + took, count=times)

    def separated(self, repeat: Repeat, number: int, run: int | None) -> Iterator[Run]:
        """One of the objects that a counted call made has a number of its own from now on."""
        made: Made | None = repeat.made
        if made is None:
            return
        (out,), (state,) = made.run.outputs, made.call.outs
        self._states.settle(replace(state, no=number))
        name = f"{out.name.rpartition('/')[0]}/{number}"
        yield self._again(made.run, outputs=(replace(out, no=number, name=name),), count=0)  # the call has been counted

    def _again(self, run: Run, **changes: Any) -> Run:
        return run.with_(no=next(self._session.numbers), id=self._session.clock.uuid7(), **changes)
