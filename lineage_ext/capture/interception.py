"""Puts hooks into functions by giving them other code, and takes them out again by giving back the very code they had.

The function objects stay what they are: whoever imported, bound, decorated or pickled one has the same object with the
same name, signature and defaults. Measured with pandas' own 63 909 tests: no result changes.

To intercept another library: list its functions as Targets in a file of its own (see ``pandas_functions.py``).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from time import perf_counter
from types import BuiltinMethodType, CodeType, FunctionType
from typing import Any, NamedTuple, Protocol

from lineage_ext import guard
from lineage_ext.capture import filling as t
from lineage_ext.capture.code_cache import Templates
from lineage_ext.errors import CaptureError
from lineage_ext.rules.op import Op


class Guard(Protocol):
    """What instrumented functions look at first: while ``d`` is true they call no hook."""

    d: int


class Hooks(NamedTuple):
    """What instrumented functions call, all on the user's thread. None may raise.

    ``enter(op, arguments)`` gives a token, or None for a call that isn't followed. ``leave(token, value, first)`` gives
    back the value; ``first`` is the first parameter. ``failed(token)`` comes for every exception, with the guard down,
    also after ``leave`` when a ``finally`` of the function raises; an interrupt before ``enter`` could give its answer
    makes it ``failed(op)``. A generator calls ``yielded(token, value)`` before each suspension and
    ``resumed(token, sent)`` after it, unless an exception is thrown in; one that is closed early ends with ``failed``.
    ``flags(owner, name, params)`` gives ``Op.flags``, ``point(op)`` what ``enter`` gets for an operation if not the Op.
    """

    state: Guard
    enter: Callable[[Any, tuple[Any, ...]], Any]
    leave: Callable[[Any, Any, Any], Any]
    failed: Callable[[Any], None]
    yielded: Callable[[Any, Any], Any]
    resumed: Callable[[Any, Any], Any]
    flags: Callable[[str, str, tuple[str, ...]], int] = lambda owner, name, params: 0
    point: Callable[[Op], Any] = lambda op: op


@dataclass(frozen=True, slots=True)
class Target:
    """A function to intercept, and what it is called: ``owner`` is the class that defines it, "" for none.

    A ``quiet`` one is no operation: the guard is up while it runs, and no hook is called.
    """

    function: FunctionType
    owner: str
    name: str
    library: str = "pandas"
    quiet: bool = False

    @property
    def key(self) -> str:
        """``DataFrame.merge`` or ``merge``."""
        return f"{self.owner}.{self.name}" if self.owner else self.name


class Skipped(NamedTuple):
    """A function that was left alone, and why."""

    key: str
    reason: str


class Report(NamedTuple):
    """What ``install`` did. ``ops[i].no`` is ``i``; functions that were skipped have their Op as well."""

    installed: int
    skipped: tuple[Skipped, ...]
    seconds: float
    from_cache: bool
    ops: tuple[Op, ...] = ()
    note: str = ""  # why the cache of templates wasn't read or written


class Hook(partial[Any]):
    """A hook written in Python, called without a frame more. Where the code of its function is pickled to, it is None.

    ipyparallel sends functions by their code, cloudpickle does so on request.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return type(None), ()


class _Swap(NamedTuple):
    target: Target
    original: CodeType
    instrumented: CodeType


_lock = threading.RLock()
_swaps: list[_Swap] = []
_installed: tuple[tuple[Target, ...], Hooks, Report] | None = None


def install(targets: Iterable[Target], hooks: Hooks) -> Report:
    """Instrument the targets. Doing it again with the same hooks and targets changes nothing; others replace them."""
    global _installed
    targets = tuple(targets)
    with _lock:
        if _installed is not None and _installed[:2] == (targets, hooks):
            return _installed[2]
        restore()  # also what an interrupted install left
        report = _install(targets, hooks)
        _installed = (targets, hooks, report)
        return report


def restore() -> tuple[Skipped, ...]:
    """Give every function its own code back. Those whose code somebody else has changed since are left and returned."""
    global _installed
    with _lock:
        changed = []
        for swap in _swaps:
            function = swap.target.function
            if function.__code__ is swap.instrumented:
                function.__code__ = swap.original
            else:
                changed.append(Skipped(swap.target.key, "its code was changed by something else meanwhile"))
        _swaps.clear()
        _installed = None
        return tuple(changed)


def active() -> bool:
    """Whether functions are instrumented."""
    return _installed is not None


def _install(targets: tuple[Target, ...], hooks: Hooks) -> Report:
    started = perf_counter()
    constants = {False: _constants(hooks), True: _constants(_quiet(hooks.state))}
    libraries = {target.library for target in targets}
    templates = {
        name: Templates(name, [t.function.__code__ for t in targets if t.library == name]) for name in libraries
    }
    ops = tuple(_op(number, target, hooks) for number, target in enumerate(targets))
    skipped = []
    for target, op in zip(targets, ops, strict=True):
        try:
            _instrument(target, templates[target.library], {**constants[target.quiet], t.OP: hooks.point(op)})
        except CaptureError as error:
            skipped.append(Skipped(target.key, str(error)))
        except Exception as error:
            guard.report("interception", error)
            skipped.append(Skipped(target.key, f"{type(error).__name__} in our own code"))
    for cached in templates.values():
        cached.save()
    return Report(
        installed=len(_swaps),
        skipped=tuple(skipped),
        seconds=perf_counter() - started,
        from_cache=not any(cached.made for cached in templates.values()),
        ops=ops,
        note="; ".join(filter(None, (cached.note for cached in templates.values()))),
    )


def _instrument(target: Target, templates: Templates, constants: dict[str, object]) -> None:
    code = target.function.__code__
    instrumented = t.fill(templates.of(code), code, constants)
    target.function.__code__ = instrumented
    _swaps.append(_Swap(target, code, instrumented))


def _op(number: int, target: Target, hooks: Hooks) -> Op:
    params = t.parameters(target.function.__code__)
    flags = hooks.flags(target.owner, target.name, params)
    return Op(number, target.library, target.owner, target.name, params, flags)


def _constants(hooks: Hooks) -> dict[str, object]:
    return {
        t.STATE: hooks.state,
        t.ENTER: _hook(hooks.enter),
        t.LEAVE: _hook(hooks.leave),
        t.FAILED: _hook(hooks.failed),
        t.YIELDED: _hook(hooks.yielded),
        t.RESUMED: _hook(hooks.resumed),
        t.EACH: Hook(_each, hooks),
        t.VISIBLE: Hook(_visible),
    }


def _hook(function: Callable[..., Any]) -> Callable[..., Any]:
    """Those in C are methods of the guard, or one itself: it knows what to be elsewhere."""
    its_own = isinstance(function, BuiltinMethodType) or hasattr(type(function), "enter")
    return function if its_own else Hook(function)


def _quiet(state: Guard) -> Hooks:
    """Hooks that only raise the guard. They are called while it is down, so down is what it goes back to."""

    def enter(op: Op, arguments: tuple[Any, ...]) -> bool:
        state.d = 1
        return True

    def leave(token: Any, value: Any, first: Any = None) -> Any:
        state.d = 0
        return value

    def resumed(token: Any, sent: Any) -> Any:
        state.d = 1
        return sent

    return Hooks(state, enter, leave, failed=partial(leave, value=None), yielded=leave, resumed=resumed)


def _each(hooks: Hooks, token: Any, items: Iterator[Any]) -> Iterator[Any]:
    """``items`` with ``yielded`` after each and ``resumed`` before the next, without a Python frame of ours around.

    Nothing here holds an item: ``zip`` fills its last pair anew if nobody else has it, and lets go what was in it.
    """
    resumed = iter(partial(hooks.resumed, token, token), hooks)  # never equal to ``hooks``: goes on without end
    return map(hooks.yielded, chain((token,), resumed), items)


def _visible(variables: dict[str, Any]) -> dict[str, Any]:
    """What ``locals()`` gives without us."""
    variables.pop(t.TOKEN, None)
    return variables
