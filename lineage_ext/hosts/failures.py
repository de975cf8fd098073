"""Why a cell failed, as text: without running code of the user's a second time, and without our frames."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from types import FrameType, TracebackType

from lineage_ext.hosts.results import type_name
from lineage_ext.kinds import among, args_of, bases_of, cause_of, context_of, is_alone, members_of, module_of, trace_of
from lineage_ext.model import ErrorFacet
from lineage_ext.redaction import cut

MOST_FRAMES = 30
MOST_TEXT = 20_000  # the session keeps less of it, once secrets are masked
_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_SHELL = tuple(part.replace("/", os.sep) for part in ("/IPython/core/", "/ipykernel/", "/marimo/_runtime/"))
_SAFE: frozenset[type] = frozenset({str, bytes, int, float, bool, type(None)})


def status_of(error: BaseException | None) -> str:
    """``session.end``'s word for how a cell ended. An interrupted async cell gets CancelledError."""
    if error is None:
        return "ok"
    cancelled = getattr(sys.modules.get("asyncio"), "CancelledError", KeyboardInterrupt)  # 12 ms to import
    return "interrupted" if issubclass(type(error), (KeyboardInterrupt, cancelled)) else "error"


def describe_error(error: BaseException) -> ErrorFacet:
    """Type, message and traceback; the traceback starts in the user's code."""
    return ErrorFacet(type_name(type(error)), message(error), _trace(error))


def message(error: BaseException) -> str:
    """The text of an exception, made only by ``__str__`` of libraries from simple arguments."""
    kind, args = type(error), args_of(error)
    owner = next((c for c in bases_of(kind) if "__str__" in members_of(c)), object)
    if module_of(owner) != "__main__" and all(among(type(a), _SAFE) for a in args):
        return cut(str(error), MOST_TEXT)
    return cut(", ".join(str(a) if among(type(a), _SAFE) else f"({type_name(type(a))})" for a in args), MOST_TEXT)


def _trace(error: BaseException) -> str:
    parts: list[str] = []
    for one, link in _chain(error):
        frames = traceback.StackSummary.extract(_user_frames(trace_of(one)), limit=-MOST_FRAMES)
        text = "".join(frames.format())
        parts.append(f"Traceback (most recent call last):\n{text}{type_name(type(one))}: {message(one)}\n{link}")
    return "\n".join(reversed(parts))


def _chain(error: BaseException) -> Iterator[tuple[BaseException, str]]:
    """The exception and those before it, each with the words that lead to the next."""
    one: BaseException | None = error
    link = ""
    for _ in range(5):
        if one is None:
            return
        yield one, link
        cause = cause_of(one)
        if cause is not None:
            link = "\nThe above exception was the direct cause of the following exception:\n"
            one = cause
        else:
            link = "\nDuring handling of the above exception, another exception occurred:\n"
            one = None if is_alone(one) else context_of(one)


def _user_frames(trace: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    shell = True
    for frame, line in traceback.walk_tb(trace):
        file = frame.f_code.co_filename
        shell = shell and any(part in file for part in _SHELL)
        if not shell and not file.startswith(_OURS):
            yield frame, line
