"""A cell that is run again: Jupyter compiles it under the same name; what it left when it ran before is still there."""

from __future__ import annotations

from collections.abc import Callable

import nbformat

from tests.hosts.conftest import LOAD, text

PREPARE = "import numpy as np, pandas as pd\ndf = pd.DataFrame({'a': [1.0, 2.0], 'b': [3.0, 4.0]})"
TWICE = "before = now\nnow = float(np.max(df.a.to_numpy()))"


def test_what_an_earlier_run_of_the_cell_left_is_found(kernel: Callable[..., nbformat.NotebookNode]) -> None:
    """``before`` is what the first run of the cell made of ``a``, not what stood in an older cell."""
    ran = kernel(LOAD, PREPARE, "now = 0.0", TWICE, TWICE, "out = df.b - before", "%lineage trace out", "%lineage")
    assert "a of df" in text(ran.cells[-2])
    assert "problem" not in text(ran.cells[-1])


def test_an_older_cell_counts_if_it_ran_in_between(kernel: Callable[..., nbformat.NotebookNode]) -> None:
    """It bound the name anew, so nothing of the first run is in there."""
    ran = kernel(LOAD, PREPARE, "now = 0.0", TWICE, "now = 1.0", TWICE, "out = df.b - before", "%lineage trace out")
    assert "a of df" not in text(ran.cells[-1])
