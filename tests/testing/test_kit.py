"""The shipped test kit: cells without a kernel, recordings, and a clock that stands still."""

from __future__ import annotations

import uuid

import pandas as pd
import pytest

from lineage_ext.model import RunKind, RunState
from lineage_ext.testing import FixedClock, notebook, recorded


def test_cells_share_their_variables_and_are_recorded() -> None:
    """What one cell makes, the next one uses, and the graph knows both."""
    with notebook() as book:
        book.cell("import pandas as pd\na = pd.DataFrame({'x': [1, 2]})")
        out = book.cell("b = a * 2")["b"]
        book.session.flush()
        cells = [r for r in book.session.graph.runs() if r.kind is RunKind.CELL]
        operations = [r.job.name for r in book.session.graph.runs() if r.kind is RunKind.OPERATION]
        assert len(cells) == 2
        assert operations == ["pandas.DataFrame.__init__", "pandas.DataFrame.__mul__"]
        assert book.session.number(out)


def test_what_a_cell_raises_is_raised_and_recorded() -> None:
    """The run fails with the error's type, and the notebook goes on."""
    with notebook() as book:
        with pytest.raises(ZeroDivisionError):
            book.cell("1 / 0")
        book.cell("x = 1")
        book.session.flush()
        states = [r.state for r in book.session.graph.runs() if r.kind is RunKind.CELL]
        assert states == [RunState.FAIL, RunState.COMPLETE]


def test_a_recorded_call_knows_its_inputs() -> None:
    """The frames handed in are roots under their names, even when the call changes them in place."""

    def double(a: pd.DataFrame) -> pd.DataFrame:
        a["y"] = a["x"] * 2
        return a

    with recorded(double, a=pd.DataFrame({"x": [1, 2]})) as recording:
        edges = recording.session.graph.edges(recording.session.number(recording.output), "y")
        assert [e.source.dataset for e in edges] == [recording.inputs["a"]]


def test_pandas_is_as_before_afterwards() -> None:
    """The code of an instrumented function is the very object it was."""
    before = pd.DataFrame.merge.__code__
    with notebook():
        assert pd.DataFrame.merge.__code__ is not before
    assert pd.DataFrame.merge.__code__ is before


def test_a_fixed_clock_counts() -> None:
    """Times go on by the step, ids are UUIDv7s in order, and a second clock tells the same."""
    first, second = FixedClock(step=5), FixedClock(step=5)
    assert [first.now(), first.now()] == [1_700_000_000_000_000_000, 1_700_000_000_000_000_005]
    assert [second.now(), second.now()] == [1_700_000_000_000_000_000, 1_700_000_000_000_000_005]
    ids = [first.uuid7(), first.uuid7()]
    assert ids == [second.uuid7(), second.uuid7()]
    assert ids == sorted(ids)
    assert uuid.UUID(ids[0]).version == 7
