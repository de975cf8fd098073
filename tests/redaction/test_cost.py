"""Looking for secrets costs as much as there is that wasn't looked at before."""

from __future__ import annotations

from lineage_ext.testing import notebook
from tests.capture.counted import calls


def telling(variables: int) -> int:
    """Python functions that are called to pass on a cell, beside so many frames with names."""
    with notebook() as book:
        book.session.halt()
        book.cell("import pandas as pd\ndf = pd.DataFrame({'a': [1]})")
        book.cell("\n".join(f"x{i} = df[['a']]" for i in range(variables)))
        book.session.flush()
        book.cell("y = df['a']")
        return calls(lambda: book.session._pass_on(lambda: True))


def test_names_that_were_told_before_are_not_looked_through_again() -> None:
    """A cell tells what all variables hold, which are nearly those that the cell before told."""
    assert telling(300) - telling(20) < 280
