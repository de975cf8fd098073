"""What the numbers of labels stand for, of which capture gives each set a new one from time to time."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from lineage_ext.capture.labels import as_label
from lineage_ext.model.schema import identity

MOST = 2_048  # four times what capture keeps


class LabelTable:
    """Filled and asked in the order of the log. Who goes ahead in it has another: the oldest are dropped."""

    def __init__(self) -> None:
        self._named: dict[int, tuple[Hashable, ...]] = {}
        self._sets: dict[Hashable, tuple[Hashable, ...]] = {}

    def name(self, number: int, raw: Any) -> None:
        """Remember what a number stands for (converted here, off the user's thread)."""
        if isinstance(raw, int):  # too wide to name
            labels: tuple[Hashable, ...] = tuple(range(raw))
        else:
            labels = tuple(map(_hashable, raw.tolist() if hasattr(raw, "tolist") else raw))
        self._named[number] = self._sets.setdefault(identity(labels), labels)
        if len(self._sets) > MOST:
            self._sets.clear()
        if len(self._named) > MOST:  # capture numbers anew what it forgot, so the oldest aren't asked for
            for old in list(self._named)[: MOST // 4]:
                del self._named[old]

    def of(self, number: int) -> tuple[Hashable, ...]:
        """What was named by a number."""
        return self._named.get(number, ())


def _hashable(label: Any) -> Hashable:
    """pandas lets a list be a label; it is known by its text here."""
    label = as_label(label)
    try:
        hash(label)
    except TypeError:
        return repr(label)
    known: Hashable = label
    return known
