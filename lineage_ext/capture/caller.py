"""Who called: the user's frame below pandas' own, by where the code's file lies."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from types import FrameType, SimpleNamespace
from typing import Any, cast

import pandas as pd

from lineage_ext.capture.thread import Callback
from lineage_ext.capture.using_up import uses_up
from lineage_ext.kinds import module_of

USER, LIBRARY, PANDAS, MUTED = 0, 1, 2, 3
MOST_FRAMES, FEW_FRAMES = 12, 2
MODULE = ("<module>", "<cell line")  # the second is IPython 7's name for a cell
_PANDAS = os.path.dirname(pd.__file__) + os.sep
_LIBRARIES = tuple(
    {
        os.path.join(p, "")
        for p in (*sysconfig.get_paths().values(), *site.getsitepackages(), site.getusersitepackages())
    }
)
_INSTALLED = tuple(f"{os.sep}{name}{os.sep}" for name in ("site-packages", "dist-packages"))
_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class Depth:
    """How many of the user's frames around a call are noted, at ``most``; in a slot, for hooks that read slots."""

    __slots__ = ("most",)

    def __init__(self) -> None:
        self.most = MOST_FRAMES  # ``budget`` lowers it


DEPTH = Depth()
KINDS: dict[str, int] = {}  # file → USER, LIBRARY or PANDAS
USERS: set[str] = set()  # those that are USER


def caller(frame: FrameType | None, callback: Callback | None) -> FrameType | None:
    """The innermost user frame from ``frame`` on, ``HANDED`` where another thread was told to call pandas; None if this
    call isn't the user's."""
    if callback is not None and not _direct(frame):
        return None
    innermost = frame
    while frame is not None:
        code = frame.f_code
        filename = code.co_filename
        kind = USER if filename in USERS else KINDS[filename] if filename in KINDS else classify(filename)
        if kind == USER:
            if callback is not None:
                callback.left -= 1
                if callback.left < 0:
                    return None
            return frame
        if kind == MUTED:  # %timeit measures the user's code, not ours
            return None
        if kind == PANDAS and code.co_flags & 0x20 and code.co_qualname != _GROUPS:
            return None  # a generator of pandas' own, run lazily: not the user's call
        frame = frame.f_back
    return HANDED if _handed(innermost) else None


THREADING = "threading"
HANDING = (THREADING, "concurrent.futures.", "multiprocessing.", "asyncio.", "joblib.")  # call what they were given
HANDED = cast(
    FrameType,
    SimpleNamespace(
        f_code=compile("", "<another thread>", "exec").replace(co_name="<another thread>", co_linetable=b""),
        f_lasti=0,
        f_back=None,
    ),
)
"""In place of the user's frame, which there is none of: ``pool.map(pd.read_csv, paths)``. It has no place."""


def _handed(frame: FrameType | None) -> bool:
    """Whether a thread was begun for nothing but to call functions that it is given, and was given one of pandas'."""
    while frame is not None and kind_in(frame) == PANDAS:
        frame = frame.f_back
    module = ""
    while frame is not None:
        module = str(frame.f_globals.get("__name__"))
        if not module.startswith(HANDING):
            return False
        frame = frame.f_back
    return module == THREADING


_GROUPS = "BaseGroupBy.__iter__.<locals>.<genexpr>"  # around a loop over groups when ``by`` is a list of one
THROUGH = {"__getattr__", "__setattr__", "new_method", "wrapper", "assign", "pipe", "apply_if_callable", "get"}


def _direct(frame: FrameType | None) -> bool:
    """Inside a callback: whether the call comes from user code, through nothing but pass-through functions, or from the
    user's iterator."""
    while frame is not None and kind_in(frame) == PANDAS:
        if frame.f_code.co_name not in THROUGH:
            return uses_up(frame.f_code, frame.f_lasti)
        frame = frame.f_back
    return frame is not None


def around(frame: FrameType) -> tuple[Any, ...]:
    """The user frames around ``frame``, as (code, offset, code, offset, …), when it isn't module level."""
    if frame.f_code.co_name.startswith(MODULE):
        return ()
    found: list[Any] = []
    outer = frame.f_back
    depth = 0
    while outer is not None and depth < DEPTH.most:
        code = outer.f_code
        if code.co_filename in USERS or kind_in(outer) == USER:
            found += (code, outer.f_lasti)
            if code.co_name.startswith(MODULE):
                break
            depth += 1
        outer = outer.f_back
    return tuple(found)


def kind_in(frame: FrameType) -> int:
    """Whose code a frame runs."""
    filename = frame.f_code.co_filename
    kind = KINDS.get(filename)
    return kind if kind is not None else classify(filename)


def classify(filename: str) -> int:
    """USER, LIBRARY or PANDAS by where the code's file lies."""
    if filename == "<magic-timeit>":
        kind = MUTED
    elif filename.startswith(_PANDAS):
        kind = USER if f"{os.sep}tests{os.sep}" in filename else PANDAS
    elif _of_library(filename) and "ipykernel_" not in filename:
        kind = LIBRARY
    else:
        kind = USER
    if kind == USER:
        USERS.add(filename)
    KINDS[filename] = kind
    return kind


def _of_library(filename: str) -> bool:
    """Whether the code was installed: for this interpreter, or for others in a folder that ``PYTHONPATH`` adds, as the
    modules of clusters do."""
    known = filename.startswith((*_LIBRARIES, _OURS, "<frozen", "<__array_function__"))
    return known or any(folder in filename for folder in _INSTALLED)


def users(kind: type) -> bool:
    """Whether the class is defined in a cell or a file of the user's."""
    name = module_of(kind)
    file = None if name == "__main__" else getattr(sys.modules.get(name), "__file__", None)
    return classify(file) == USER if file else name not in sys.builtin_module_names
