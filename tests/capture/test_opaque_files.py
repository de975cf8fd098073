"""A file that one cell writes is known where another reads it, by the variable of its path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.capture.opaque_cells import Cells
from tests.capture.opaque_cells import cells as opened

READ = {
    "open": "with open(path) as f:\n    rows = list(csv.DictReader(f))",
    "path": "with path.open() as f:\n    rows = [row for row in csv.DictReader(f)]",
    "text": "rows = [line.split(',') for line in path.read_text().splitlines()]",
}


@pytest.fixture(scope="module")
def cells() -> Iterator[Cells]:
    """One notebook for all tests of this file."""
    with opened() as found:
        yield found


@pytest.mark.parametrize("how", READ)
def test_what_pandas_wrote_in_one_cell_is_read_by_python_in_another(cells: Cells, tmp_path: Path, how: str) -> None:
    """A path bound in one cell, written to in the next and opened in a third: the rows come from the frame."""
    path = f"import csv\nfrom pathlib import Path\npath = Path({str(tmp_path)!r}) / 'kept.csv'"
    found = cells(path, "df[['a', 'k']].to_csv(path, index=False)", READ[how], "out = pd.DataFrame(rows)")
    assert all("a TRANSFORMATION" in sources for sources in found.values())
    assert all("k TRANSFORMATION" in sources for sources in found.values())
    assert len(found) >= 2
