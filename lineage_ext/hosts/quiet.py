"""Functions of the host that run pandas for display: muted while they run, put back exactly when we go."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from lineage_ext.hosts import wiring


def mute(owner: Any, name: str) -> Callable[[], None]:
    """Shadow the method ``name`` of an instance by one that mutes recording. Returns what takes the shadow away.

    ``display_formatter.format`` makes every repr of a displayed value; those of users and libraries may call pandas.
    """
    method = getattr(owner, name)

    @functools.wraps(method)
    def muted(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        with wiring.muted():
            return method(*args, **kwargs)

    setattr(owner, name, muted)

    def undo() -> None:
        if owner.__dict__.get(name) is muted:  # else somebody shadowed it after us: leave theirs
            delattr(owner, name)

    return undo
