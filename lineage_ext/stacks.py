"""Where other threads are, without keeping their frames.

A frame that is held while its function returns lives on with all its variables: what the user's function made would die
later than without us, and on our thread. So a look at a stack is one call in C: no other thread runs meanwhile, and
nothing but code objects and numbers comes out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import accumulate, chain, repeat, starmap, takewhile
from operator import attrgetter, methodcaller, truth
from types import CodeType, FrameType
from typing import Any

_BACK: Any = FrameType.__dict__["f_back"].__get__  # of (frame, its class)
_CODE, _PLACE = attrgetter("f_code"), attrgetter("f_code", "f_lasti")


def anywhere(codes: Iterable[CodeType]) -> bool:
    """Whether any thread runs one of these."""
    wanted = frozenset(map(id, codes))
    frames = _outward(chain.from_iterable(map(dict.values, _threads())))
    return any(map(wanted.__contains__, map(id, map(_CODE, frames))))


def places(thread: int) -> list[tuple[CodeType, int]]:
    """Where a thread is, innermost first: code, and offset of the instruction."""
    return list(map(_PLACE, _outward(map(methodcaller("get", thread), _threads()))))


def _threads() -> Iterator[dict[int, FrameType]]:
    """``sys._current_frames()``, called when it is asked for."""
    return starmap(sys._current_frames, ((),))


def _outward(frames: Iterator[FrameType | None]) -> Iterator[FrameType]:
    """Each of the frames, and those around it. Made of nothing but C: a generator would let other threads in."""
    stacks: Any = map(accumulate, map(chain, zip(frames), repeat(repeat(FrameType))), repeat(_BACK))
    return chain.from_iterable(map(takewhile, repeat(truth), stacks))
