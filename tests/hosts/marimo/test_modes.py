"""The same program in the editor, exported, as a script, in Jupyter: the same lineage."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import Any

import pytest

import lineage_ext
from tests.hosts.conftest import Shell
from tests.hosts.marimo.notebooks import IMPORTS, PROGRAM, dataflow, ids, operations, recorded, write
from tests.hosts.marimo.server import environment, exported, marimo

pytest.importorskip("marimo")

TRACK = {"_track": "import lineage_ext\nlineage_ext.track()\nNone"}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The graph of each way to run the program without a front end."""
    folders = {how: tmp_path_factory.mktemp(how) for how in ("export", "script", "lineage run")}
    for how, folder in folders.items():
        file = write(folder / "book.py", PROGRAM if how == "lineage run" else {**TRACK, **PROGRAM})
        if how == "export":
            done = marimo("export", "html", "book.py", "-o", "book.html", folder=folder)
            assert "3.46" in exported(folder / "book.html"), done.stderr  # the table of ``big``
        else:
            program = [sys.executable, *(["-m", "lineage_ext", "run"] if how == "lineage run" else []), file.name]
            done = subprocess.run(program, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr if how != "export" else "") == (0, ""), (how, done.stdout, done.stderr)
    return {how: recorded(folder) for how, folder in folders.items()}


@pytest.mark.slow
@pytest.mark.parametrize("how", ["export", "script", "lineage run"])
def test_a_program_has_the_lineage_it_has_in_jupyter(ran: dict[str, Any], how: str, shell: Shell) -> None:
    """Operations, the text each stands in, and every column edge, with what is read from the source between them."""
    for code in (IMPORTS, *PROGRAM.values()):
        assert shell.run(textwrap.dedent(code)).success
    lineage_ext.current().flush()
    assert operations(ran[how]) == operations(lineage_ext.current().graph)
    assert len(operations(ran[how])) > 12


@pytest.mark.slow
def test_cells_have_the_same_ids_as_scripts_and_in_exports(ran: dict[str, Any]) -> None:
    """44: so what ran as a job can be found again in the editor."""
    script, export = ids(ran["script"]), ids(ran["export"])
    assert script == export
    assert len(set(script.values())) == 5


@pytest.mark.slow
@pytest.mark.parametrize("how", ["export", "script", "lineage run"])
def test_a_cell_is_told_with_its_name_and_its_place_in_the_notebook(ran: dict[str, Any], how: str) -> None:
    """48: names stand in the notebook's file; what a cell defines and depends on is what marimo says."""
    graph, total = ran[how], dataflow(ran[how], "total")
    assert ("big" in total.defs, total.refs) == (True, ("joined", "np") if "np" in total.refs else ("joined",))
    code = next(iter(graph.cells()))
    assert code is not None
    join = ids(graph)[textwrap.dedent(PROGRAM["join"]).strip("\n")]
    assert join in total.parents
