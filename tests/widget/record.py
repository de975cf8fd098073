"""Run the first notebook on few rows and write its session as the snapshot both sides' tests read.

    python -m tests.widget.record        # writes tests/widget/session.json

Run it again after a change of the protocol. Ids, times and sizes are those of the machine that ran it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import lineage_ext
from lineage_ext.widget.remembered import snapshot
from tests.demo import first_notebook

PATH = Path(__file__).with_name("session.json")
FAILS = 'report["delay_pct"] / report["departures"]'


def main(path: Path = PATH) -> None:
    """Record, write."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            found = recorded(Path(folder))
        finally:
            os.chdir(here)
    for place, name in ((folder, b"/data"), (sys.prefix, b"/python")):
        found = found.replace(place.encode(), name)
    path.write_bytes(found + b"\n")


def recorded(folder: Path) -> bytes:
    """The snapshot of the notebook's session, with a cell that fails and one that is run again."""
    first_notebook.write(first_notebook.few(), folder)
    cells = {cell_id: _with_folder(source) for cell_id, source in first_notebook.code()}
    return session_of((*cells.items(), ("fails", FAILS), ("change", cells["change"])))


def session_of(cells: Iterable[tuple[str, str]]) -> bytes:
    """The snapshot of a session in a real shell that ran these cells (id, source); those that fail don't end it."""
    shell = _shell()
    try:
        for cell_id, source in cells:
            _run(shell, source, cell_id)
        session = lineage_ext.current()
        session.flush()
        return snapshot(session.graph, "0.0.0")
    finally:
        lineage_ext.unload_ipython_extension(shell)
        InteractiveShell.clear_instance()


def _with_folder(source: str) -> str:
    """Only the two paths differ from what a user runs."""
    lines = [line for line in source.split("\n") if not line.startswith(("DATA =", "OUT ="))]
    return "\n".join(["DATA = OUT = Path.cwd()" if line.startswith("OUT.mkdir") else line for line in lines])


def _shell() -> Any:
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    lineage_ext.load_ipython_extension(shell)
    return shell


def _run(shell: Any, source: str, cell_id: str) -> None:
    """As a notebook's front end does, without printing anything."""
    from IPython.utils.capture import capture_output

    with capture_output():
        shell.run_cell(source, store_history=True, cell_id=cell_id)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
