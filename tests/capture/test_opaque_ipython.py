"""Values in a real shell: cells without operations, magics that compile code of their own, top-level await."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import json
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance(colors="NoColor")
CELLS = [
    "%load_ext lineage_ext",
    "import pandas as pd\\nimport numpy as np",
    "df = pd.read_csv('in.csv')",
    "def scaled(s):\\n    return np.log(s.values) + rate",
    "rate = 3",
    "%time m = df.a.mean()",
    "one = df.assign(z=scaled(df.b) * m)",
    "%%time\\nn = df.c.max()\\ntwo = df.assign(z=scaled(df.b) * m + n)\\n",
    "await __import__('asyncio').sleep(0)\\nthree = df.assign(z=df.b - (m + n))",
]
for cell in CELLS:
    shell.run_cell(cell, store_history=True).raise_error()

import lineage_ext

session = lineage_ext.current()
session.flush()
graph = session.graph
found = {}
for name in ("one", "two", "three"):
    no = session.number(shell.user_ns[name])
    edges = graph.edges(no, graph.dataset(no).schema.slots("z")[0])
    columns = [graph.dataset(e.source.dataset).schema.slot_name(e.source.slot) for e in edges]
    found[name] = sorted({f"{c} {e.transformation}" for c, e in zip(columns, edges) if c in "abc"})
print("\\n" + json.dumps(found))
"""


def test_values_in_a_shell(tmp_path: Path) -> None:
    """Imports, functions and numbers of other cells are found, also under ``%time``, ``%%time`` and ``await``."""
    (tmp_path / "in.csv").write_text("a,b,c\n1.0,3.0,5\n2.0,4.0,6\n")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=False, cwd=tmp_path, capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "IPYTHONDIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout.strip().splitlines()[-1]) == {
        "one": ["a AGGREGATION", "b TRANSFORMATION"],
        "two": ["a AGGREGATION", "b TRANSFORMATION", "c AGGREGATION"],
        "three": ["a AGGREGATION", "b TRANSFORMATION", "c AGGREGATION"],
    }
