"""What a dataset's columns, index levels and keys are called."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

from lineage_ext.model.slots import COLUMNS, ORDER, ROWS, is_key, level
from lineage_ext.model.words import DatasetKind


@dataclass(frozen=True, slots=True)
class Field:
    """A column for the outside: ``name`` is text and unique in its dataset, ``type`` the dtype's name ("" unknown)."""

    name: str
    type: str = ""


_EQUAL_IS_SAME = frozenset({str, type(None)})


def identity(labels: tuple[Hashable, ...]) -> Hashable:
    """What tells labels apart: ``True``, ``1`` and ``1.0`` are equal in Python, and are different names of columns."""
    kinds = tuple(map(type, labels))
    return labels if _EQUAL_IS_SAME.issuperset(kinds) else (labels, kinds)


@dataclass(frozen=True)
class Schema:
    """The labels of a dataset, as pandas has them. Interned: equal schemas of a session are one object.

    ``labels`` are the column labels by position, any hashable, duplicates allowed; a SERIES has its name as the only
    label, a ROW its index labels, ARRAY and SCALAR one unnamed slot. ``types`` are dtype names by position (may be
    empty: unknown). ``index`` are the level names, ``keys`` the names of grouping keys; of a ROW it is its name, if
    that was a value. ``traits`` say how a GROUPED was made, where its results depend on it (``lineage_ext.rules.group``
    lists them). ``spread`` are positions of columns that are there because of what the data held, and COLUMNS where it
    decided which of them there are (``lineage_ext.rules.spread``). ``unique`` are slots that together tell its rows
    apart, where what made it says so (``lineage_ext.rules.unique``).
    """

    kind: DatasetKind
    labels: tuple[Hashable, ...] = ()
    index: tuple[Hashable, ...] = ()
    keys: tuple[Hashable, ...] = ()
    types: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    spread: tuple[int, ...] = ()
    unique: tuple[int, ...] = ()

    @property
    def identity(self) -> Hashable:
        """What tells Schemas apart, labels with their types; to intern them by."""
        names = (*self.labels, *self.index, *self.keys)
        return self if _EQUAL_IS_SAME.issuperset(map(type, names)) else (self, identity(names))

    @cached_property
    def by_label(self) -> dict[Hashable, tuple[int, ...]]:
        """Label → its column positions."""
        found: dict[Hashable, list[int]] = {}
        for i, label in enumerate(self.labels):
            found.setdefault(label, []).append(i)
        return {label: tuple(at) for label, at in found.items()}

    @cached_property
    def levels(self) -> tuple[int, ...]:
        """Slots of the index levels."""
        return tuple(level(i) for i in range(len(self.index)))

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The columns as Fields, by position."""
        types = self.types or ("",) * len(self.labels)
        return tuple(Field(n, t) for n, t in zip(_unique_names(self.labels), types, strict=False))

    @cached_property
    def index_names(self) -> tuple[str, ...]:
        """Text for each index level: its name, or ``index`` / ``level_1`` as ``reset_index`` would call it."""
        many = len(self.index) > 1
        return tuple(
            label_text(n) if n is not None else (f"level_{i}" if many else "index") for i, n in enumerate(self.index)
        )

    def slot_name(self, slot: int) -> str:
        """Text for a slot: a column's name, ``<index>`` names for levels, ``<rows>``, ``<order>`` and ``<columns>``."""
        if slot >= 0:
            return self.fields[slot].name if slot < len(self.fields) else f"<{slot}>"
        if slot == ROWS:
            return "<rows>"
        if slot == ORDER:
            return "<order>"
        if slot == COLUMNS:
            return "<columns>"
        if is_key(slot):
            i = -1001 - slot
            return f"<key {label_text(self.keys[i]) if i < len(self.keys) else i}>"
        i = -1 - slot
        return f"<{self.index_names[i] if i < len(self.index) else f'level_{i}'}>"

    def slots(self, column: Hashable) -> tuple[int, ...]:
        """Slots a user may mean by ``column``: a label, else a field's text, else an index level's name."""
        try:
            if column in self.by_label:
                return self.by_label[column]
        except TypeError:
            return ()
        by_text = tuple(i for i, f in enumerate(self.fields) if f.name == column)
        return by_text or tuple(level(i) for i, n in enumerate(self.index_names) if n == column)

    @cached_property
    def all_slots(self) -> tuple[int, ...]:
        """Every column, then every index level."""
        return (*range(len(self.labels)), *self.levels)


def label_text(label: Hashable) -> str:
    """A label as text: strings as they are, tuples joined by ``.``, the rest by ``str``."""
    if isinstance(label, str):
        return label
    if isinstance(label, tuple):
        return ".".join(label_text(part) for part in label)
    return "" if label is None else str(label)


def _unique_names(labels: Sequence[Hashable]) -> list[str]:
    seen: dict[str, int] = {}
    names = []
    for label in labels:
        text = label_text(label)
        n = seen[text] = seen.get(text, 0) + 1
        names.append(text if n == 1 else f"{text} ({n})")
    return names
