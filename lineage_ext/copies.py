"""What there is once in a process, though our modules may be there twice: pandas' functions, the shell, the hooks in C.

Somebody drops us from ``sys.modules`` and imports us anew: a reloader, a runner of tests, a notebook after an upgrade.
The earlier modules live on with what they began, and none that is imported now leads to them. The package's logger is
still the same: under it stands who began what.
"""

from __future__ import annotations

from typing import Any

from lineage_ext import guard


def take_over(part: str, end: Any) -> None:
    """End ``part`` where earlier modules of ours began it; from now on it is ours, and the function ``end`` ends it."""
    begun: dict[str, Any] = vars(guard.log).setdefault("begun", {})
    earlier = begun.get(part)
    begun[part] = end
    if earlier is not None and earlier.__globals__ is not end.__globals__:  # %autoreload runs a module in its old ones
        with guard.guarded("copies"):
            earlier()
