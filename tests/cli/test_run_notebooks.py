"""``lineage run notebook.ipynb``: executed in a kernel of its own, tracked from its first cell, with parameters."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from lineage_ext.model import CodeFacet, RunKind, RunState
from lineage_ext.store import reading
from tests.cli.test_run_scripts import TRACKED, run


def write(folder: Path, *cells: str) -> None:
    """A notebook whose first cell holds the parameters."""
    document = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    document.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    document.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(document, folder / "report.ipynb")


@pytest.mark.kernel
def test_parameters_reach_the_notebook_and_its_cells_are_tracked(tmp_path: Path) -> None:
    """``-p n 3`` replaces the default; relative paths are the notebook's; nothing but the output file is written."""
    write(tmp_path, "n = 1", "import pandas as pd\ndf = pd.DataFrame({'a': range(n)})\ndf.to_csv('a.csv')", "print(n)")
    done = run(tmp_path, [*TRACKED, "report.ipynb", "-p", "n", "3"])
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "wrote report.out.ipynb")
    output = nbformat.read(tmp_path / "report.out.ipynb", as_version=4)
    assert output.cells[-1].outputs[0].text == "3\n"
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 4
    session, *rest = reading.runs(tmp_path / ".lineage" / "lineage.sqlite")
    cells = [r.facet(CodeFacet).source for r in rest if r.kind is RunKind.CELL]
    assert session.job.name == "report"
    assert cells[-1] == "print(n)"
    assert [r.job.name for r in rest if r.kind is RunKind.OPERATION][-1] == "pandas.DataFrame.to_csv"


@pytest.mark.kernel
def test_a_failing_cell_ends_it_with_1(tmp_path: Path) -> None:
    """The cells after it don't run; the executed notebook is written; the cell is read as failed."""
    write(tmp_path, "n = 1", "1 / 0", "print('never')")
    done = run(tmp_path, [*TRACKED, "report.ipynb", "-o", "here.ipynb"])
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert (tmp_path / "here.ipynb").exists()
    cells = [r for r in reading.runs(tmp_path / ".lineage" / "lineage.sqlite") if r.kind is RunKind.CELL]
    assert cells[-1].state is RunState.FAIL
