"""The panel is told which cells are stale, and which are no longer in the notebook."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import lineage_ext
from lineage_ext.hosts import panel
from lineage_ext.model import CodeFacet
from tests.hosts.conftest import Shell


def told(stream: Any, kind: str) -> Any:
    """The record of a kind in what a panel that opens now is sent."""
    records = json.loads(stream.text())["records"]
    return next((value for name, value in records if name == kind), None)


def test_stale_cells_reach_the_panel(shell: Shell) -> None:
    """By the number of their last run, with the reason; nothing is stale once they ran again."""
    session = lineage_ext.current()
    stream = panel.stream_of(session)
    for source in ("import pandas as pd\na = 1", "d = pd.DataFrame({'x': [a]})", "e = d * 2"):
        shell.run(source, cell_id=source[0])
        session.flush()
    assert told(stream, "stale") == {"cells": [], "datasets": []}
    shell.run("import pandas as pd\na = 5", cell_id="i")
    session.flush()
    stale = told(stream, "stale")
    assert [why for _, why in stale["cells"]] == ["a is made by [5] now", "d comes from [3], which is stale"]
    assert set(stale["datasets"]) == set(session.graph.variables().values())
    for source in ("d = pd.DataFrame({'x': [a]})", "e = d * 2"):
        shell.run(source, cell_id=source[0])
    session.flush()
    assert told(stream, "stale")["cells"] == []


def test_cells_that_were_taken_out_reach_the_panel(ip: Any, tmp_path: Path) -> None:
    """As the saved notebook tells: all their runs."""
    file = tmp_path / "n.ipynb"
    ip.user_ns["__vsc_ipynb_file__"] = str(file)
    shell = Shell(ip)
    session = shell.load()
    stream = panel.stream_of(session)
    shell.run("a = 1", cell_id="kept")
    shell.run("b = 2", cell_id="gone")
    cells = [{"id": "kept", "cell_type": "code", "source": "a = 1"}]
    file.write_text(json.dumps({"cells": cells}))
    later = os.stat(file).st_mtime_ns + 10**9
    os.utime(file, ns=(later, later))
    shell.run("a = 1", cell_id="kept")
    session.flush()
    gone = next(r.no for r in session.graph.cells() if r.facet(CodeFacet).cell_id == "gone")
    assert gone in told(stream, "deleted")["cells"]
