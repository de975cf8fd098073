"""Being told when a library has been imported, so that nothing is imported for users who don't need it.

A finder at the front of ``sys.meta_path`` waits for the name, has the others find it, and lets its loader call back
after the module ran. The loader's class and ``__spec__`` stay what they are; finder and hook are gone afterwards.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from lineage_ext import guard


class Watch:
    """The finder: ``names`` maps the modules waited for to what is to be called."""

    def __init__(self) -> None:
        self.names: dict[str, Callable[[], object]] = {}

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Part of the import system: None for every name that isn't waited for."""
        callback = self.names.get(name)
        if callback is None:
            return None
        for finder in self._others():
            find = getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = find(name, path, target) if find is not None else None
            if spec is not None:
                with guard.guarded("imports"):
                    _call_after(name, spec.loader, callback)
                return spec
        return None

    def _others(self) -> list[Any]:
        """The finders that come after it: those before, which the user may have put there, were asked already."""
        finders = list(sys.meta_path)
        at = next((i for i, finder in enumerate(finders) if finder is self), -1)
        return finders[at + 1 :]


def _call_after(name: str, loader: Any, callback: Callable[[], object]) -> None:
    """Most specs that are found are executed; some are only asked for (``importlib.util.find_spec``)."""
    execute = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        del loader.exec_module  # uncovers the class's own
        forget(name)
        execute(module)
        with guard.guarded("imports"):
            callback()

    loader.exec_module = exec_module


_watch = Watch()


def when_imported(name: str, callback: Callable[[], object]) -> None:
    """Call ``callback`` once ``name`` (a top-level module) is imported: now if it is, else after its import."""
    if name in sys.modules:
        callback()
        return
    _watch.names[name] = callback
    if _watch not in sys.meta_path:
        sys.meta_path.insert(0, _watch)


def forget(name: str) -> None:
    """Don't wait for ``name`` any more."""
    _watch.names.pop(name, None)
    if not _watch.names and _watch in sys.meta_path:
        sys.meta_path.remove(_watch)
