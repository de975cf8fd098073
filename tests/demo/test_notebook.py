"""The notebook in notebooks/ is the documentation: it must stay clean, and be ordinary pandas."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
STRICT = "import warnings\nwarnings.filterwarnings('error', module='__main__')"


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    """Each notebook of the repository."""
    return nbformat.read(request.param, as_version=4)


def test_it_is_valid_and_saved_without_outputs(notebook: nbformat.NotebookNode) -> None:
    """A notebook in the repository is what its author wrote: no outputs, no counters, ids that mean something."""
    nbformat.validate(notebook)
    assert notebook.cells[0].cell_type == "markdown"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [(cell.outputs, cell.execution_count) for cell in code] == [([], None)] * len(code)
    assert all(cell.id.replace("-", "").isalpha() for cell in notebook.cells)


@pytest.mark.kernel
def test_it_runs_without_lineage_and_without_warnings(notebook: nbformat.NotebookNode, tmp_path: Path) -> None:
    """Take the magics away and it is plain pandas that no pandas we support warns about."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = "\n".join(line for line in cell.source.split("\n") if not line.startswith("%"))
    notebook.cells.insert(1, nbformat.v4.new_code_cell(STRICT))
    where = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, kernel_name="python3", timeout=300, resources=where).execute()
    report = pd.read_csv(tmp_path / "output" / "delays_by_airline.csv")
    assert report["delay_pct"].between(0, 100).all()
    assert report["flights"].sum() > 300_000
