"""Lineage as strict JSON: everything comes through, nothing that isn't JSON, no credential."""

from __future__ import annotations

import enum
import json
from collections.abc import Hashable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage_ext.model import ColumnMap, DatasetKind, ErrorFacet, Schema, label_text
from lineage_ext.store import plain
from tests.graph.sessions import blocks


class Colour(enum.Enum):
    """A label some people use."""

    RED = 1


LABELS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=5,
)


@given(st.lists(LABELS, max_size=5))
def test_labels_of_json_types_come_back_as_they_were(labels: list[Hashable]) -> None:
    """Text, numbers, booleans, None and tuples of them: same value, same type."""
    schema = Schema(DatasetKind.FRAME, tuple(labels), (None, "day"), (), ("int64",) * len(labels), ("as_index",))
    back = plain.schema_from(json.loads(plain.dumps(plain.schema(schema))))
    assert repr(back) == repr(schema)


@pytest.mark.parametrize(
    "label",
    [
        pd.Timestamp("2026-01-01"),
        float("nan"),
        float("inf"),
        Colour.RED,
        frozenset({1}),
        b"x",
        pd.NaT,
        pd.Interval(0, 1),
    ],
)
def test_labels_json_hasnt_keep_their_text(label: Hashable) -> None:
    """What JSON has no word for is read back as something that prints the same."""
    back = plain.label_from(json.loads(plain.dumps(plain.label(label))))
    assert label_text(back) == str(label)
    assert plain.label(back) == plain.label(label)


def test_numpy_scalars_are_numbers() -> None:
    """``df[np.int64(3)]`` and ``df[3]`` are one column."""
    assert [plain.label(v) for v in (np.int64(3), np.str_("a"), np.bool_(True), np.float64(2.5))] == [3, "a", True, 2.5]
    assert plain.plain({1: np.float64("nan"), "a": (np.int8(1), {None: np.array([1])})}) == {
        "1": None,
        "a": [1, {"None": "[1]"}],
    }


def test_what_cant_be_printed_is_described() -> None:
    """An object whose ``str`` raises becomes the name of its type."""

    class Bad:
        def __str__(self) -> str:
            raise RuntimeError

    assert plain.plain(Bad()) == "(Bad)"


@given(st.lists(blocks(2, 2), max_size=3))
def test_column_maps_come_back_as_they_were(block_list: list[object]) -> None:
    """Every block, slot for slot; a run of slots may come back as a range."""
    value = ColumnMap(tuple(block_list))  # type: ignore[arg-type]
    back = plain.column_map_from(json.loads(plain.dumps(plain.column_map(value))))
    for a, b in zip(value.blocks, back.blocks, strict=True):
        assert list(a.targets) == list(b.targets)
        assert list(a.sources) == list(b.sources)
        assert (a.output, a.input, a.transformation, a.confidence, a.cross, a.reason, a.masking) == (
            b.output, b.input, b.transformation, b.confidence, b.cross, b.reason, b.masking,
        )  # fmt: skip


def test_unknown_facets_are_left_out() -> None:
    """A store written by a later version still opens."""
    assert plain.facets_from({"FutureFacet": {"x": 1}, "ErrorFacet": {"type": "E", "message": "m", "later": 2}}) == (
        ErrorFacet("E", "m"),
    )
