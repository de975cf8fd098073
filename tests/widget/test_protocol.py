"""What the panel is told of a session, and in which words: ``docs/panel-protocol.md``."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from typing import Any

import pytest

from lineage_ext.testing import Notebook
from lineage_ext.widget import protocol
from lineage_ext.widget.described import Describer, runs_of
from lineage_ext.widget.remembered import fill
from lineage_ext.widget.state import State
from tests.widget.record import PATH

DOCUMENT = PATH.parents[2] / "docs" / "panel-protocol.md"
KINDS = {record.kind: record for record in protocol.Record.__subclasses__()}

Told = dict[str, list[dict[str, Any]]]


def told(book: Notebook, **bounds: int) -> Told:
    """The snapshot of a session, its values by kind."""
    book.session.flush()
    state = State(**bounds)
    fill(state, Describer(book.session.graph.made_by), book.session.graph)
    return by_kind(json.loads(state.snapshot("e", 7)))


def names_of(record: type[protocol.Record]) -> list[str]:
    """The fields of a kind, as they are called in JSON."""
    return ["kind" if f.name == "what" else f.name for f in fields(record)]


def by_kind(snapshot: dict[str, Any]) -> Told:
    """The records of a snapshot, which must come after those they name."""
    found: Told = {kind: [] for kind in KINDS}
    for kind, value in snapshot["records"]:
        found[kind].append(value)
    return found


def test_the_document_lists_exactly_the_kinds_and_fields_there_are() -> None:
    """A front end can be written from the document alone."""
    lines = re.findall(r'^\["(\w+)", *\{(.*?)\}\]', DOCUMENT.read_text(), re.MULTILINE)
    documented = {kind: re.sub(r": *(\[[^]]*\]|\w+)(\[\])?|\|null", "", names).split(", ") for kind, names in lines}
    assert documented == {kind: names_of(record) for kind, record in KINDS.items()}


def test_a_frame_made_from_another_is_told_with_its_columns_its_map_and_the_place_in_the_source(book: Notebook) -> None:
    """What the panel needs to draw ``b`` below ``a`` and to mark the words that made it."""
    book.cell("import pandas as pd\na = pd.DataFrame({'x': [1, 2], 'y': [3., 4.]})\nb = a.rename(columns={'x': 'z'})")
    found = told(book)
    operation = found["operation"][-1]
    assert (operation["name"], operation["text"]) == ("pandas.DataFrame.rename", "a.rename(columns={'x': 'z'})")
    assert (operation["at"], operation["rows"], operation["confidence"]) == ([3, 3, 4, 32], [2, 2], "exact")
    made = next(d for d in found["dataset"] if d["no"] == operation["outputs"][0])
    assert (made["op"], made["rows"], made["bytes"], made["unsized"]) == (operation["no"], 2, 32, 0)
    assert found["schema"][made["schema"]]["labels"] == ["z", "y"]
    blocks = found["map"][operation["map"]]["blocks"]
    assert [0, 0, [0, 1], [0, 1], "IDENTITY", "exact", 0, "", 0] in blocks


def test_a_failed_cell_tells_its_error(book: Notebook) -> None:
    """The panel paints the span red and shows why."""
    with pytest.raises(ZeroDivisionError):
        book.cell("1 / 0")
    (cell,) = told(book)["cell"]
    assert (cell["state"], cell["error"][:2]) == ("FAIL", ["ZeroDivisionError", "division by zero"])


def test_ten_thousand_columns_are_told_in_a_few_kilobytes(book: Notebook) -> None:
    """A wide frame costs the panel its first 500 labels and the number of the others; its map stays short."""
    book.cell("import numpy as np, pandas as pd\na = pd.DataFrame(np.ones((2, 10_000))).add_prefix('c')\nb = a.head(1)")
    found = told(book)
    schema = found["schema"][found["dataset"][-1]["schema"]]
    assert (len(schema["labels"]), len(schema["types"]), schema["more"]) == (500, 500, 9_500)
    assert len(json.dumps(found["map"])) < 2_000
    assert [[0, 9_999]] in [block[2] for block in found["map"][-1]["blocks"]]


def test_labels_of_any_kind_are_text_and_credentials_are_masked(book: Notebook) -> None:
    """Lone surrogates, HTML, NaN, tuples and blanks arrive as text to be seen; a password doesn't."""
    labels = ["\ud800", "</script>", ("a", 1), float("nan"), None, "line\nbreak", "🦆", " "]
    book.cell("import pandas as pd\nimport numpy as np\npassword = 'hunter2'", labels=labels)
    book.cell("a = pd.DataFrame(np.ones((1, 8)), columns=pd.Index(labels, dtype=object))\nb = a.copy()")
    found = told(book)
    told_labels = ["\ud800", "</script>", "a.1", "nan", "(no name)", "line\nbreak", "🦆", "' '"]
    assert found["schema"][0]["labels"] == told_labels
    assert "hunter2" not in found["cell"][0]["source"]


def test_a_slot_run_is_told_by_its_ends() -> None:
    """Three and more that follow each other upwards; everything else stands for itself, in order."""
    assert runs_of([0, 1, 2, 5, 6, 9, -1, -2, -3]) == ((0, 2), 5, 6, 9, -1, -2, -3)
    assert runs_of(range(0)) == ()
    assert runs_of(range(4, 1000)) == ((4, 999),)


def test_memory_is_bounded_and_nothing_left_names_what_is_gone(book: Notebook) -> None:
    """With room for ten operations the newest ten are told, with all they name and nothing else."""
    book.cell("import pandas as pd\na = pd.DataFrame({'x': [1]})\nfor i in range(30): a = a.assign(**{f'c{i}': i})")
    book.cell("b = a.copy()")
    found = told(book, most_operations=10, most_cells=1)
    assert len(found["operation"]) == 10
    assert [c["source"] for c in found["cell"]] == ["b = a.copy()"]
    datasets = {no for o in found["operation"] for no in (*o["inputs"], *o["outputs"])}
    assert {d["no"] for d in found["dataset"]} == datasets
    assert {s["no"] for s in found["schema"]} == {d["schema"] for d in found["dataset"]}
    assert {m["no"] for m in found["map"]} == {o["map"] for o in found["operation"]}


def test_a_snapshot_can_be_cut_to_a_size(book: Notebook) -> None:
    """A saved notebook gets the newest part; what is in it is whole."""
    book.cell("import pandas as pd\na = pd.DataFrame({'x': [1]})\nfor i in range(300): a = a.assign(**{f'c{i}': i})")
    book.session.flush()
    state = State()
    fill(state, Describer(book.session.graph.made_by), book.session.graph)
    cut = state.snapshot("e", 7, 100_000)
    found = by_kind(json.loads(cut))
    assert 50_000 < len(cut) < 100_000 < len(state.snapshot("e", 7))
    newest = max(o["no"] for o in found["operation"])
    assert newest == max(r.no for r in book.session.graph.runs())
    assert {no for o in found["operation"] for no in (*o["inputs"], *o["outputs"])} == {
        d["no"] for d in found["dataset"]
    }


def test_the_recorded_session_is_what_todays_code_records() -> None:
    """Both sides test against this file: it has every kind of a snapshot, in an order that can be read once through."""
    snapshot = json.loads(PATH.read_text())
    known: dict[str, set[int]] = {kind: set() for kind in KINDS}
    for kind, value in snapshot["records"]:
        assert list(value) == names_of(KINDS[kind]), f"run python -m tests.widget.record: {kind} has other fields now"
        if "no" in value:
            known[kind].add(value["no"])
        if kind == "operation":
            assert {*value["inputs"], *value["outputs"]} <= known["dataset"]
            assert value["cell"] in known["cell"]
            assert value["map"] is None or value["map"] in known["map"]
    assert all(known[kind] for kind in ("schema", "map", "cell", "dataset", "operation"))
    states = {value["state"] for kind, value in snapshot["records"] if kind == "cell"}
    assert states == {"COMPLETE", "FAIL"}
    assert not re.search(r"/(tmp|home|work|root|Users)/", PATH.read_text())
