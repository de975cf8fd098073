"""Which variables hold tracked values: after each cell, those it bound and those whose version it changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lineage_ext.capture.syntax import CellIndex
from lineage_ext.hosts.results import Identify
from lineage_ext.model import NamesFacet

MOST = 5_000
_OUTPUT_CACHE = re.compile(r"_+[io]?[ih]?\d*$")  # IPython's _, __, _12, _i, _oh …


class Names:
    """Remembers what each variable held, so that unchanged ones cost one look-up."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self.namespace = namespace
        self.known: dict[str, int] = {}
        self.awaited: set[str] = set()  # declared global in functions that weren't called yet

    def changed(self, index: CellIndex | None, identify: Identify) -> NamesFacet | None:
        """Variables that hold another tracked version than before the cell. ``index`` None: any may have changed."""
        found: list[tuple[str, int]] = []
        for name in self._candidates(index):
            if name not in self.namespace:
                self.known.pop(name, None)
                self.awaited.add(name)
                continue
            self.awaited.discard(name)
            number = identify(self.namespace[name])
            if number is None:
                self.known.pop(name, None)
            elif self.known.get(name) != number and not _OUTPUT_CACHE.match(name):
                self.known[name] = number
                found.append((name, number))
        return NamesFacet(tuple(sorted(found))) if found else None

    def _candidates(self, index: CellIndex | None) -> Iterable[str]:
        if index is None or index.dynamic:
            return {*list(self.namespace)[-MOST:], *self.known}
        return {*index.bound, *self.known, *self.awaited}
