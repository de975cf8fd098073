"""Looking up what untracked values came from takes a bounded number of steps, and what is left out is told."""

from __future__ import annotations

import pandas as pd
import pytest

from lineage_ext.capture import explaining, resolver
from lineage_ext.capture.opaque import TOO_LONG
from lineage_ext.capture.sampling import EACH, NOT_LOOKED_UP
from lineage_ext.model import DegradedFacet, OpaqueFacet, Run
from lineage_ext.testing import Notebook, edges_of, notebook
from tests.capture.counted import calls

SETUP = "import pandas as pd\ndf = pd.DataFrame({'a': [1.0, 2.0], 'u': [3, 4]})"


def doubling(depth: int) -> str:
    """A class each of whose properties reads the one below it twice."""
    above = "".join(
        f"\n    @property\n    def p{i}(self): return self.p{i - 1} + self.p{i - 1}" for i in range(1, depth)
    )
    return f"class Chain:\n    def __init__(self, x): self.x = x\n    @property\n    def p0(self): return self.x{above}"


def circling(depth: int) -> str:
    """A class each of whose attributes is set from all those that are set from it."""
    names = range(depth)
    body = "\n".join(f"        self.x{i} = {' + '.join(f'self.x{j}' for j in names)}" for i in names)
    return f"class Chain:\n    def __init__(self, x):\n{body}" + "".join(f"\n    x{i} = {i}" for i in names)


def explaining_takes(before: str, cell: str) -> int:
    """Python functions that are called to explain a cell."""
    with notebook() as book:
        book.session.halt()
        book.cell(before)
        book.session.flush()
        book.cell(cell)
        return calls(lambda: book.session._pass_on(lambda: True))


def steps(source: str, used: str) -> int:
    """What it takes to explain an operation with an attribute of an object of that class."""
    return explaining_takes(f"{SETUP}\n{source}\nc = Chain(2)", f"out = df['u'] * c.{used}")


def test_properties_that_read_one_another_are_looked_up_once() -> None:
    """Not each time they are read, which of ten that each read another twice are a thousand times."""
    assert steps(doubling(10), "p9") < 4 * steps(doubling(5), "p4")


def test_attributes_that_are_set_from_one_another_are_looked_up_once() -> None:
    """What was found of the one while the other was open holds, if there is nothing to be added to it."""
    assert steps(circling(8), "x7") < 40 * steps(circling(2), "x1")


def over(columns: int) -> int:
    """What it takes to explain a loop over so many columns."""
    wide = f"import numpy as np, pandas as pd\nwide = pd.DataFrame(np.ones((3, {columns})))"
    return explaining_takes(wide, "for c in wide:\n    m = wide[c].mean()")


def test_a_loop_over_more_columns_takes_as_much_for_each() -> None:
    """Which of the earlier executions are kept is decided without looking at all of them."""
    assert over(600) < 11 * over(60)


def fed_by_circling(depth: int) -> set[tuple[str, str, str]]:
    """What a series comes from that is multiplied by the last of so many attributes, the first of which is of data."""
    with notebook() as book:
        source = circling(depth).replace("self.x0 = ", "self.x0 = x + ")
        df = pd.DataFrame({"a": [1.0, 2.0], "u": [3, 4]})
        inputs = book.register(df=df)
        book.cell(f"{source}\nc = Chain(df['a'].mean())\nout = df['u'] * c.x{depth - 1}", df=df)
        book.session.flush()
        assert reasons(book, "Series.__mul__") == []
        edges = edges_of(book.session, book.names["out"], inputs)
        return {(part, source.column, str(edge.transformation)) for part, source, edge in edges}


def test_attributes_of_data_that_are_set_from_one_another_are_followed() -> None:
    """Of twelve it took over 4 000 steps, each answer being dropped whenever one that it lacked was found: all of them
    are gone round as a whole until nothing is added any more."""
    assert fed_by_circling(12) == fed_by_circling(2)


def reasons(book: Notebook, name: str) -> list[str]:
    """Why operations of that name are opaque."""
    found = [run.facet(OpaqueFacet) for run in book.session.graph.runs() if run.job.name.endswith(name)]
    return [facet.reason for facet in found if facet is not None]


def test_circles_that_go_on_are_opaque(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the last round that is gone still adds something, what was found isn't shown as if it were all."""
    monkeypatch.setattr(resolver, "MOST_ROUNDS", 1)
    with notebook() as book:
        book.cell(f"{SETUP}\n{circling(12).replace('self.x0 = ', 'self.x0 = x + ')}\nc = Chain(df['a'].mean())")
        book.cell("out = df['u'] * c.x11")
        book.session.flush()
        assert reasons(book, "Series.__mul__") == [TOO_LONG]


def test_what_is_too_long_to_follow_is_opaque() -> None:
    """A value that came about in more steps than are followed isn't shown as if nothing had fed it."""
    lines = "\n".join(f"x{i} = x{i - 1} + 1" for i in range(1, 90))
    with notebook() as book:
        book.cell(f"{SETUP}\nx0 = df['a'].mean()\n{lines}\nnear, far = df['u'] * x5, df['u'] * x89")
        book.session.flush()
        assert reasons(book, "Series.__mul__") == [TOO_LONG]


ROUNDS = 60
VARYING = f"""
kept = {{}}
for i in range({ROUNDS}):
    kept[i] = df['a'].mean()
    df.loc[i % 2, 'v'] = kept[i] + i
"""


def varying(monkeypatch: pytest.MonkeyPatch, budget: float) -> tuple[list[str], Run, str]:
    """A cell whose rounds each have another value looked up, with a limit of few steps: why operations are opaque, the
    cell's run, and what the session says."""
    monkeypatch.setattr(explaining, "LONG", 20)
    with notebook(budget=budget) as book:
        book.cell(SETUP)
        book.session.flush()
        book.cell(VARYING)
        book.session.flush()
        number = list(book.session.cell_ids.values())[-1]
        cell = next(run for run in book.session.graph.runs() if run.id == number)
        return reasons(book, "loc.__setitem__"), cell, str(book.session.summary())


def test_of_a_cell_that_takes_too_many_steps_a_sample_is_looked_up_and_that_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By each operation that isn't, by the cell and by the session."""
    opaque, cell, said = varying(monkeypatch, 0.9)
    assert set(opaque) == {NOT_LOOKED_UP}
    assert ROUNDS / 2 < len(opaque) < ROUNDS - ROUNDS // EACH
    facet = cell.facet(DegradedFacet)
    assert facet is not None
    assert dict(facet.steps) == {"lookups": 1}
    assert "1 cells whose values take long to look up" in said
    assert "over budget" not in said
    assert "done for a sample" in said


def test_without_a_budget_all_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it takes: budget=0 says so."""
    opaque, cell, said = varying(monkeypatch, 0.0)
    assert opaque == []
    assert cell.facet(DegradedFacet) is None
    assert "degraded" not in said


def looping(rounds: int, others: int = 40) -> int:
    """What it takes to explain a loop that hands each row's number to a method, with so many ``others`` after it."""
    source = "class Test:\n    def __init__(self, df): self.df = df\n    def use(self, x): return x"
    source += "\n    def get(self, row): return self.df['a'].iloc[row]"
    source += "\n    def run(self, n):\n        for row in range(n): self.get(row)" + "\n        self.use(n)" * others
    made = f"import pandas as pd\ndf = pd.DataFrame({{'a': range(100)}})\n{source}\nt = Test(df)"
    return explaining_takes(made, f"t.run({rounds})")


def test_the_calls_of_an_object_are_looked_at_once_not_for_each_row() -> None:
    """Which of them may call a function that the object keeps doesn't depend on the row."""
    assert looping(60) - looping(40) < 20 * 2_000
