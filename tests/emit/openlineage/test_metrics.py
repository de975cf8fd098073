"""Column statistics come from the footers of Parquet files, and from nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lineage_ext.emit.openlineage import events
from lineage_ext.testing import notebook
from tests.emit.openlineage.told import checked
from tests.emit.openlineage.valid import Event

READ = "df = pd.read_parquet(here + '/in.parquet')"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a file of 3 rows, in which ``b`` has two nulls."""
    pd.DataFrame({"a": [1, 2, 3], "b": [None, "x", None]}).to_parquet(tmp_path / "in.parquet", row_group_size=2)
    return tmp_path


def told(folder: Path, *cells: str) -> list[Event]:
    """The events of a notebook, valid."""
    with notebook("n") as book:
        book.cell("import pandas as pd", here=str(folder))
        for cell in cells:
            book.cell(cell)
        book.session.flush()
        return checked(list(events(book.session)))


def metrics(found: list[Event], side: str) -> list[Any]:
    """Of the datasets of the events that end something."""
    datasets = (d for e in found if e["eventType"] == "COMPLETE" for d in e[side])
    return [d["facets"].get("dataQualityMetrics") for d in datasets]


def test_files_say_how_many_values_and_nulls_their_columns_have(folder: Path) -> None:
    """Of the whole file, whatever was read of it, and of what was written."""
    found = told(folder, READ.replace(")", ", columns=['b'])"), "df.dropna().to_parquet(here + '/out.parquet')")
    (read,) = metrics(found, "inputs")
    assert read["columnMetrics"] == {"b": {"count": 1, "nullCount": 2}}
    assert (read["rowCount"], read["bytes"]) == (3, (folder / "in.parquet").stat().st_size)
    (written,) = metrics(found, "outputs")
    assert written["columnMetrics"]["b"]["nullCount"] == 0
    assert written["rowCount"] == 1


def test_a_file_without_statistics_tells_none(folder: Path) -> None:
    """A CSV has no footer."""
    assert metrics(told(folder, READ, "df.to_csv(here + '/out.csv')"), "outputs") == [None]


def test_another_file_in_its_place_tells_nothing(folder: Path) -> None:
    """What was changed since isn't what was read."""
    change = "with open(here + '/in.parquet', 'ab') as file: file.write(b' ')"
    assert metrics(told(folder, READ, change, "df.to_csv(here + '/out.csv')"), "inputs") == [None]
