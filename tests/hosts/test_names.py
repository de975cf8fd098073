"""Which variables hold tracked values after a cell."""

from __future__ import annotations

import pytest

from lineage_ext.model import NamesFacet
from tests.hosts.conftest import Shell

PREPARE = "import pandas as pd\ndf = pd.DataFrame({'a': [1, 2]})\nother = df * 2\nnumber = 3"


def names(shell: Shell) -> dict[str, int]:
    """Names of the last cell."""
    facet = shell.cells()[-1].facet(NamesFacet)
    return dict(facet.names) if facet else {}


def test_a_cell_names_what_it_bound(shell: Shell) -> None:
    """Variable and dataset number; untracked values aren't named."""
    shell.run(PREPARE)
    made, doubled = shell.operations()
    assert names(shell) == {"df": made.outputs[0].no, "other": doubled.outputs[0].no}


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("number = 4", set()),
        ("df", set()),
        ("df['b'] = 1", {"df"}),
        ("def f(x):\n    x['b'] = 1\nf(other)", {"other"}),
        ("copy = df", {"copy"}),
        ("df = df", set()),
        ("df, s = df.head(1), df.a", {"df", "s"}),
        ("del df", set()),
        ("exec('sneaky = df + 1')", {"sneaky"}),
        ("globals()['g'] = df.a", {"g"}),
        ("%time timed = df + 1", {"timed"}),
        ("def g():\n    global made\n    made = df + 1\ng()", {"made"}),
        ("if (w := df + 1) is not None: pass", {"w"}),
        ("for row in [df.a]: pass", {"row"}),
        ("df + 1", set()),
    ],
)
def test_only_what_changed_is_named(shell: Shell, source: str, changed: set[str]) -> None:
    """New bindings, and variables whose value was changed in place wherever that happened."""
    shell.run(PREPARE)
    shell.run(source)
    assert set(names(shell)) == changed


def test_a_name_bound_by_a_function_of_an_earlier_cell(shell: Shell) -> None:
    """``global`` in a function binds when the function is called."""
    shell.run(PREPARE)
    shell.run("def g():\n    global made\n    made = df + 1")
    shell.run("g()")
    assert set(names(shell)) == {"made"}
