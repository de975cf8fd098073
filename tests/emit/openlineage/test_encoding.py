"""A line is strict JSON of bounded size, whatever a session held."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lineage_ext.emit.openlineage import encode
from lineage_ext.emit.openlineage.encoding import MOST_BYTES, sanitised
from tests.emit.openlineage import told


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (float("nan"), None),
        ({"a": float("inf"), "b": 1}, {"b": 1}),
        ({1: "x", (2, 3): None}, {"1": "x"}),
        ([np.int64(3), np.float64("nan"), np.str_("x"), True], [3, "x", True]),
        ({"s": {1}, "t": (1, 2)}, {"s": [1], "t": [1, 2]}),
        (Path("/a"), "/a"),
    ],
)
def test_what_json_cant_say_becomes_what_it_can(value: object, plain: object) -> None:
    """NaN isn't JSON, numpy's scalars aren't either, keys are text."""
    assert sanitised(value) == plain


def test_lone_surrogates_and_control_characters_are_json(tmp_path: Path) -> None:
    """A column may be called by half a character; the line is UTF-8 all the same."""
    folder = told.sales(tmp_path)
    names = "pd.Index(['\\ud800', 'a\\nb\\x00'], dtype=object)"  # pandas 3's own texts are UTF-8
    frame = f"pd.DataFrame([[1, 2]], columns={names})"  # whose to_json ends the process with pandas 2.2
    found = told.run(folder, f"{frame}.to_csv(here + '/o.csv', errors='surrogatepass')")
    assert told.last(found, "o_csv")["outputs"][0]["facets"]["schema"]["fields"][1]["name"] == "\ud800"
    for event in found:
        line = encode(event)
        assert line.count(b"\n") == 1
        json.loads(line.decode("utf-8"))


def test_a_huge_event_goes_without_what_is_least_missed(tmp_path: Path) -> None:
    """Ten thousand columns, or pages of source: it stays below the usual limit of a message, and valid."""
    wide = "wide = pd.DataFrame({f'a long name of a column, number {i}': [1] for i in range(4000)})"
    text = "\n".join(f"# {'words ' * 40} {i}" for i in range(500))
    found = told.run(
        tmp_path,
        f"{text}\n{wide}\nwide.to_csv(here + '/w.csv')",
        "pd.read_csv(here + '/w.csv').to_json(here + '/x.json')",
    )
    for event in found:
        line = encode(event)
        assert len(line) <= MOST_BYTES
        told.checked_alone(json.loads(line))
