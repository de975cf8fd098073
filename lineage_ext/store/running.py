"""Which sessions still run: each holds a lock on a file of its own beside the store, ``running/<session id>``.

The kernel lets go of a lock when its process ends, however that ends, so a killed session is known at once and by
anybody: in another container, after a restart, under a process id that is in use again. Files of the killed are
removed when the next session begins.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: it can't be told there
    fcntl = None  # type: ignore[assignment]

KNOWN = fcntl is not None
FOLDER = "running"
_held: set[int] = set()  # descriptors


def hold(folder: Path, session_id: str) -> Callable[[], None]:
    """Tell, until the process ends or what is returned is called, that a session runs. Where it can't, it doesn't."""
    if not KNOWN:
        return lambda: None
    place = folder / FOLDER
    try:
        place.mkdir(exist_ok=True)
        _tidy(place)
        begun = place / f".{session_id}"  # nobody looks at it until it is locked
        descriptor = os.open(begun, os.O_CREAT | os.O_RDWR, 0o644)
        _held.add(descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        begun.rename(place / session_id)
    except OSError:
        return lambda: None  # a folder that can't be written has no store either, and that is said

    def let_go() -> None:
        with suppress(OSError):
            (place / session_id).unlink()
        if descriptor in _held:
            _held.discard(descriptor)
            os.close(descriptor)

    return let_go


def held(folder: Path) -> frozenset[str]:
    """The sessions that run now, none unless ``KNOWN``. Ask before reading the store: one may end meanwhile."""
    with suppress(OSError):
        return frozenset(file.name for file in _shown(folder / FOLDER) if _is_locked(file))
    return frozenset()


def _is_locked(file: Path) -> bool:
    if not KNOWN:
        return False
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


def _tidy(place: Path) -> None:
    for file in _shown(place):
        if not _is_locked(file):
            file.unlink(missing_ok=True)


def _shown(place: Path) -> list[Path]:
    """Not those about to be locked: whoever looks takes the lock for a moment, and the session would fail to."""
    return [file for file in place.iterdir() if not file.name.startswith(".")]


def _in_child() -> None:
    """A forked child shares the lock: it must not hold it any longer than its parent."""
    for descriptor in _held:
        with suppress(OSError):
            os.close(descriptor)
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
