"""Errors a user of the API can meet. Each message says what was wrong, what was available and what to do.

LineageError
├── UnknownName          a dataset, column, cell or run that isn't there          (also a LookupError)
├── NotTracked           the object was never seen by the session                 (also a LookupError)
├── UsageError           wrong arguments of a magic, command or call              (also a ValueError)
├── NoSession            nothing is being tracked yet
├── StoreError           the store can't be opened, read or written               (also an OSError)
├── ExportError          an export can't be written                               (also an OSError)
└── CaptureError         a function can't be instrumented (internal: it is skipped and listed)
"""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 40
"""Characters of a name in a list of what there is."""


class LineageError(Exception):
    """Base of all errors raised by lineage_ext."""


class UnknownName(LineageError, LookupError):
    """A name that isn't there. ``available`` lists what is; the message offers the closest."""

    def __init__(self, what: str, name: object, available: Iterable[object] = (), hint: str = "") -> None:
        self.name = name
        self.available = [str(a) for a in available]
        super().__init__(f"no {what} {str(name)!r}{suggest(str(name), self.available)}{'; ' + hint if hint else ''}")


class NotTracked(LineageError, LookupError):
    """The object isn't known to the session."""


class UsageError(LineageError, ValueError):
    """Wrong arguments."""


class NoSession(LineageError):
    """Nothing is being tracked."""


class StoreError(LineageError, OSError):
    """The store can't be used."""


class ExportError(LineageError, OSError):
    """An export can't be written."""


class CaptureError(LineageError):
    """A function can't be instrumented."""


def suggest(name: str, available: list[str], most: int = 8) -> str:
    """``; did you mean 'x'?`` or a list of what there is, or nothing when there is nothing."""
    import difflib  # 1.5 ms of %load_ext

    close = difflib.get_close_matches(name, available, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    if not available:
        return ""
    more = f" and {len(available) - most} more" if len(available) > most else ""
    return "; available: " + ", ".join(map(_brief, available[:most])) + more


def _brief(name: str) -> str:
    """A name among others: quoted where it couldn't be seen, cut where it would hide them."""
    return repr(name) if name != name.strip() or not name else name if len(name) <= LONGEST else name[:LONGEST] + "…"
