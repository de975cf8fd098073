"""Our hooks around marimo's methods: put in with the first notebook that is watched, taken out with the last.

An exception that passes through one loses the frame of ours on its traceback: marimo shows it, cuts a fixed number of
frames off it (0.25), or prints it whole. (A bare ``raise`` doesn't add the frame again: CPython's RAISE_VARARGS 0.)
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

from lineage_ext import guard
from lineage_ext.hosts.marimo import contexts
from lineage_ext.hosts.marimo.cells import Cells

_watched: dict[object, Cells] = {}  # by ``contexts.key``
_undo: list[Callable[[], None]] = []

EXECUTOR = ("marimo._runtime.executor.executor", "marimo._runtime.executor")  # 0.25 and later; before


def watch(key: object, cells: Cells) -> None:
    """Tell ``cells`` what happens in the notebook of ``key``."""
    if not _watched:
        _install()
    _watched[key] = cells


def forget(key: object) -> None:
    """Don't any more."""
    _watched.pop(key, None)
    while not _watched and _undo:
        _undo.pop()()


def _of_here() -> Cells | None:
    return _watched.get(contexts.key())


# -- what is put around --------------------------------------------------------------------------------------------
def _execute_cell(original: Any) -> Any:
    def execute_cell(self: Any, cell: Any, glbls: Any, *args: Any, **kwargs: Any) -> Any:
        ended = _begun(cell, glbls)
        try:
            value = original(self, cell, glbls, *args, **kwargs)
        except BaseException as error:
            ended(error, None)
            _hide_frame(error)
            raise
        ended(None, value)
        return value

    return execute_cell


def _execute_cell_async(original: Any) -> Any:
    async def execute_cell_async(self: Any, cell: Any, glbls: Any, *args: Any, **kwargs: Any) -> Any:
        ended = _begun(cell, glbls)
        try:
            value = await original(self, cell, glbls, *args, **kwargs)
        except BaseException as error:
            ended(error, None)
            _hide_frame(error)
            raise
        ended(None, value)
        return value

    return execute_cell_async


def _set_run_result_status(original: Any) -> Any:
    def set_run_result_status(self: Any, *args: Any, **kwargs: Any) -> Any:
        value = original(self, *args, **kwargs)
        cells = _of_here()
        if cells is not None:
            cells.outcome(self, str(next(iter((*args, *kwargs.values())), "")))
        return value

    return set_run_result_status


def _set_runtime_state(original: Any) -> Any:
    def set_runtime_state(self: Any, *args: Any, **kwargs: Any) -> Any:
        value = original(self, *args, **kwargs)
        if "queued" in (*args, *kwargs.values()):
            cells = _of_here()
            if cells is not None:
                cells.queued(self)
        return value

    return set_runtime_state


def _update(original: Any) -> Any:
    def _update(self: Any, *args: Any, **kwargs: Any) -> Any:
        cells = _of_here()
        if cells is None or not contexts.element_cell():
            return original(self, *args, **kwargs)
        cells.callbacks.begin()
        try:
            return original(self, *args, **kwargs)
        except BaseException as error:
            _hide_frame(error)
            raise
        finally:
            cells.callbacks.end()

    return _update


def _teardown(original: Any) -> Any:
    def teardown(self: Any, *args: Any, **kwargs: Any) -> Any:
        cells = _of_here()
        if cells is not None and cells.context is not None and getattr(cells.context, "_kernel", None) is self:
            with guard.guarded("marimo"):
                cells.session.close()
        return original(self, *args, **kwargs)

    return teardown


METHODS: tuple[tuple[tuple[str, ...], str, str, Callable[[Any], Any]], ...] = (
    (EXECUTOR, "DefaultExecutor", "execute_cell", _execute_cell),
    (EXECUTOR, "DefaultExecutor", "execute_cell_async", _execute_cell_async),
    (("marimo._ast.cell",), "CellImpl", "set_run_result_status", _set_run_result_status),
    (("marimo._ast.cell",), "CellImpl", "set_runtime_state", _set_runtime_state),
    (("marimo._plugins.ui._core.ui_element",), "UIElement", "_update", _update),
    (("marimo._runtime.runtime",), "Kernel", "teardown", _teardown),
)


def _begun(cell: Any, namespace: Any) -> Callable[[BaseException | None, Any], None]:
    """A cell begins; what is to be called when it ends."""
    cells = _of_here()
    opened = cells.begin(cell, namespace) if cells is not None else None
    if cells is None or opened is None:
        return lambda _, __: None
    return functools.partial(cells.end, opened)


def _hide_frame(error: BaseException) -> None:
    trace = error.__traceback__
    if trace is not None and trace.tb_next is not None and trace.tb_frame.f_code.co_filename == __file__:
        error.__traceback__ = trace.tb_next


# -- putting in and taking out -------------------------------------------------------------------------------------
def _install() -> None:
    for modules, owner, name, around in METHODS:
        module = next((sys.modules[m] for m in modules if m in sys.modules), None)
        if module is not None:  # a script has no kernel
            with guard.guarded("marimo"):
                _put(getattr(module, owner), name, around)


def _put(owner: Any, name: str, around: Callable[[Any], Any]) -> None:
    original = owner.__dict__[name]
    ours = functools.wraps(original)(around(original))
    setattr(owner, name, ours)

    def undo() -> None:
        if owner.__dict__.get(name) is ours:  # else somebody put theirs around it: leave that
            setattr(owner, name, original)

    _undo.append(undo)
