r"""Compile a user's text once more, without its warnings once more.

Since 3.12 CPython warns of ``"\s"`` and ``1or 2`` wherever a text is parsed, and shows it; earlier ones do where the
user asked for all warnings. The user's own cell has said so already, when it was compiled. ``warnings.catch_warnings``
isn't for a thread beside the user's: it exchanges what holds for all of them. So the rule that ignores them is there
only while one call in C runs, no other thread meanwhile; and it is for the file that is compiled and no other.
"""

from __future__ import annotations

import contextlib
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from operator import attrgetter, call, methodcaller
from typing import Any, TypeVar

Made = TypeVar("Made")


def unwarned(make: Callable[[], Made], file: str) -> Made:
    """What ``make`` returns, which compiles a text as ``file`` and is made of nothing but C. Raises what it raises."""
    rule = ("ignore", None, Warning, file.removesuffix(".py"), 0)
    made: list[Made] = []
    steps: Iterable[object] = chain(
        map(methodcaller("insert", 0, rule), _rules()),
        map(made.append, map(call, (make,))),
        map(methodcaller("remove", rule), _rules()),
    )
    try:
        deque(steps, maxlen=0)
    except BaseException as error:
        with contextlib.suppress(ValueError):  # not there: the user's program exchanged the rules, in a finalizer
            warnings.filters.remove(rule)  # type: ignore[attr-defined]
        if not made or not isinstance(error, ValueError):  # an interrupt is the user's, whenever it comes
            raise
    return made[0]


def _rules() -> Iterator[Any]:
    """The rules for warnings, once: those that hold when they are asked for."""
    return map(attrgetter("filters"), (warnings,))
