"""Our hooks around marimo's methods: put in with the first notebook that is watched, taken out with the last.

An exception that passes through one loses the frame of ours on its traceback: marimo shows it, cuts a fixed number of
frames off it (0.25), or prints it whole. (What raises it again after ``with`` or ``except`` doesn't add the frame
again: CPython's RERAISE and RAISE_VARARGS 0.)
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any, Self

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
class _Running:
    """A cell while marimo executes it: begins with it, ends with its exception or with the value it is given."""

    __slots__ = ("_cells", "_opened", "value")

    def __init__(self, cell: Any, namespace: Any) -> None:
        self.value: Any = None
        self._cells = _of_here()
        self._opened = self._cells.begin(cell, namespace) if self._cells is not None else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if self._cells is not None and self._opened is not None:
            self._cells.end(self._opened, error, self.value)
        if error is not None:
            _hide_frame(error)


def _execute_cell(original: Any) -> Any:
    def execute_cell(self: Any, cell: Any, glbls: Any, *args: Any, **kwargs: Any) -> Any:
        with _Running(cell, glbls) as running:
            running.value = original(self, cell, glbls, *args, **kwargs)
        return running.value

    return execute_cell


def _execute_cell_async(original: Any) -> Any:
    async def execute_cell_async(self: Any, cell: Any, glbls: Any, *args: Any, **kwargs: Any) -> Any:
        with _Running(cell, glbls) as running:
            running.value = await original(self, cell, glbls, *args, **kwargs)
        return running.value

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
