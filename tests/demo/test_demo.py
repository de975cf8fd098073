"""``make demo`` is the first thing a newcomer runs: it must end well and show what the README promises."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.demo.first_notebook import PATH

DEMO = PATH.with_name("demo.py")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demo left its files; what it printed is in ``printed.txt``."""
    path = tmp_path_factory.mktemp("demo")
    done = subprocess.run([sys.executable, str(DEMO), str(path)], stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 0, done.stdout
    (path / "printed.txt").write_text(done.stdout)
    return path


@pytest.mark.kernel
def test_it_prints_where_delay_pct_came_from(folder: Path) -> None:
    """The terminal shows the coverage, and the way from ``delay_pct`` back to the file of flights."""
    printed = (folder / "printed.txt").read_text()
    status, _, trace = printed.partition(">>> %lineage trace report delay_pct")
    assert "coverage" in status
    for word in ("delay_pct", "arr_delay", "flights.csv.zip", "airlines.csv", "read_csv"):
        assert word in trace
    assert "problem" not in status


@pytest.mark.kernel
def test_no_cell_complains(folder: Path) -> None:
    """With lineage loaded the notebook prints no warning and no error."""
    notebook = nbformat.read(folder / PATH.name, as_version=4)
    outputs = [o for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs]
    assert [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"] == []


@pytest.mark.kernel
def test_every_export_can_be_read(folder: Path) -> None:
    """JSON and JSON lines parse; the drawings name the files that were read and written."""
    json.loads((folder / "lineage.json").read_text())
    lines = (folder / "lineage.jsonl").read_text().splitlines()
    assert [type(json.loads(line)) for line in lines] == [dict] * len(lines) != []
    for drawing in ("lineage.mmd", "lineage.dot"):
        text = (folder / drawing).read_text()
        assert [name for name in ("flights.csv.zip", "delays_by_airline.csv") if name not in text] == []
