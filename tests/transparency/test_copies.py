"""Our modules may be there twice: dropped from ``sys.modules`` by a reloader, or before an upgrade."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
NOTEBOOK = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
import pandas as pd

DROP = "import sys\\nfor name in [m for m in sys.modules if m.startswith('lineage_ext')]: del sys.modules[name]"
CALLS = "f = pd.DataFrame({'k': [1, 1], 'v': [2, 3]})\\ng = f[f.v > 1].groupby('k').sum()\\nf.v.map(lambda v: v + 1)"
shell = InteractiveShell.instance(colors="NoColor")
shell.user_ns["pd"] = pd
codes = {f: f.__code__ for f in vars(pd.DataFrame).values() if hasattr(f, "__code__")}
told = {"failed": []}

def run(cell):
    result = shell.run_cell(cell, store_history=True)
    if not result.success:
        told["failed"].append(repr(result.error_before_exec or result.error_in_exec))

def listening():
    return len(shell.events.callbacks["pre_run_cell"])

def own():
    return all(f.__code__ is code for f, code in codes.items())

plain = listening()
"""


def _told(tmp_path: Path, cells: str, compiled: str) -> dict[str, Any]:
    program = tmp_path / "program.py"
    program.write_text(f"{NOTEBOOK}\n{cells}\nprint('\\n' + json.dumps(told))\n")
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "LINEAGE_COMPILED": compiled}
    del environment["LINEAGE_STRICT"]  # a worker that was just importing modules which somebody drops fails
    done = subprocess.run(
        [sys.executable, program], check=False, cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.slow
@pytest.mark.parametrize("compiled", ["1", "0"])
def test_modules_imported_anew_take_over(tmp_path: Path, compiled: str) -> None:
    """The cells run as before, are recorded once, and %unload_ext leaves pandas and IPython as they were."""
    told = _told(
        tmp_path,
        """
run("%load_ext lineage_ext")
run(CALLS)
run(DROP)
run(CALLS)
run("import lineage_ext\\n%reload_ext lineage_ext")
run(CALLS)
told["listening"] = listening() - plain
told["recorded"] = not own()
run("import lineage_ext\\nfrom_f = str(lineage_ext.current().upstream(g, 'v'))")
told["explained"] = "groupby" in shell.user_ns["from_f"]
run("%unload_ext lineage_ext")
told["left"] = listening() - plain
told["own"] = own()
run(CALLS)
""",
        compiled,
    )
    assert told == {"failed": [], "listening": 1, "recorded": True, "explained": True, "left": 0, "own": True}


@pytest.mark.slow
@pytest.mark.parametrize("compiled", ["1", "0"])
def test_modules_imported_anew_unload_the_earlier_ones(tmp_path: Path, compiled: str) -> None:
    """What %unload_ext is to end was begun by the modules that there were when it was loaded."""
    told = _told(
        tmp_path,
        """
run("%load_ext lineage_ext")
run(CALLS)
run(DROP)
run("import lineage_ext")
run("%unload_ext lineage_ext")
told["left"] = listening() - plain
told["own"] = own()
run(CALLS)
""",
        compiled,
    )
    assert told == {"failed": [], "left": 0, "own": True}
