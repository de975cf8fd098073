"""What the parts of a dataset are called as fields of a schema."""

from __future__ import annotations

from lineage_ext.model import Dataset, key, level


def field_names(dataset: Dataset) -> dict[int, str]:
    """Slot → name. No name is blank: pandas calls a column without a header ``Unnamed: 0``, too.

    In memory, index levels and grouping keys are fields besides: ``<index>``, ``<key carrier>``.
    """
    names = {i: f.name if f.name.strip() else f"Unnamed: {i}" for i, f in enumerate(dataset.fields)}
    if not dataset.external:
        slots = [level(i) for i in range(len(dataset.schema.index))] + [key(i) for i in range(len(dataset.schema.keys))]
        names.update((slot, dataset.schema.slot_name(slot)) for slot in slots)
    return names


def field_types(dataset: Dataset) -> dict[str, str]:
    """Name → type; a field's type is "" where it isn't known."""
    types = dict(enumerate(dataset.schema.types))
    return {name: types.get(slot, "") for slot, name in field_names(dataset).items()}
