"""The user's progress bars, looked at from outside: what tqdm counts, without calling any of its code.

tqdm keeps its bars in a WeakSet and counts in plain attributes; a loop over one writes its count every ``mininterval``
(0.1 s). Nothing is imported: bars exist only where the user imported tqdm.
https://github.com/tqdm/tqdm/blob/v4.67.1/tqdm/std.py#L661
"""

from __future__ import annotations

import sys
import time
from typing import Any

Bar = tuple[str, str, float, float | None, float | None, str | None]
"""Id, label, n, total, items a second, id of the bar around it."""
OURS = "_lineage_ext"  # marks a bar of our own
MOST = 20
MOST_LABEL = 100


def running() -> tuple[Bar, ...]:
    """The bars that are open, outer ones first."""
    module: Any = sys.modules.get("tqdm.std")
    bars: Any = getattr(getattr(module, "tqdm", None), "_instances", ())
    try:
        found = list(bars)
    except RuntimeError:  # one was opened or closed meanwhile
        return ()
    by_depth = {_depth(bar): bar for bar in found if not getattr(bar, "disable", True) and not hasattr(bar, OURS)}
    return tuple(_bar(by_depth[depth], by_depth.get(depth - 1)) for depth in sorted(by_depth)[:MOST])


def _depth(bar: Any) -> int:
    """0 for the outermost: tqdm's ``pos`` counts downwards from it."""
    pos = getattr(bar, "pos", 0)
    return abs(pos) if isinstance(pos, int) else 0


def _bar(bar: Any, outer: Any) -> Bar:
    fields = vars(bar)
    done = _number(fields.get("n")) or 0.0
    began, before = _number(fields.get("start_t")), _number(fields.get("initial")) or 0.0
    seconds = time.time() - began if began is not None else 0.0
    label = fields.get("desc")
    return (
        str(id(bar)),
        label[:MOST_LABEL].rstrip(": ") if type(label) is str else "",
        done,
        _number(fields.get("total")),
        (done - before) / seconds if seconds > 0 else None,
        str(id(outer)) if outer is not None else None,
    )


def _number(value: object) -> float | None:
    """A finite number of a built-in type; others have code of their own."""
    if type(value) is int:
        return float(value)
    return value if type(value) is float and value - value == 0.0 else None
