"""Notebooks of very many cells: each takes the same number of steps, and what a cell did long ago isn't forgotten."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

import pytest

from lineage_ext.testing import edges_of, notebook
from tests.capture.counted import calls
from tests.capture.opaque_cells import Cells, frame
from tests.capture.opaque_cells import cells as opened

SETUP = "import numpy as np\nimport pandas as pd"
AGAIN = "df = pd.DataFrame({'a': np.arange(3)})\ndf['b'] = df['a'] * np.random.rand(3)"


def steps(cells: int) -> int:
    """Python functions that are called to explain a cell, after that many like it."""
    with notebook() as book:
        book.session.halt()
        book.cell(SETUP)
        for _ in range(cells):
            book.cell(AGAIN)
            book.session.flush()
        book.cell(AGAIN)
        return calls(lambda: book.session._pass_on(lambda: True))  # on this thread, which is counted


def test_the_hundredth_cell_takes_no_more_steps_to_explain_than_the_tenth() -> None:
    """A name that all cells use, as ``np``, isn't looked for anew in each of those that ran before."""
    steps(10)
    assert steps(100) < 1.1 * steps(10)


@pytest.fixture(scope="module")
def cells() -> Iterator[Cells]:
    """One notebook for all tests of this file."""
    with opened() as found:
        yield found


A = "a AGGREGATION, u TRANSFORMATION"
ASKED = "out = df.u * d['m']"
OTHER = "other = df.u + len(d)"

LONG_AGO = {
    "another name": ("d = {'m': 1}", OTHER, "e = d\ne['m'] = df.a.mean()", OTHER, OTHER, ASKED),
    "another name, in a cell of its own": ("d = {'m': 1}", OTHER, "e = d", OTHER, "e['m'] = df.a.mean()", OTHER, ASKED),
    "another name of another name": (
        "d = {'m': 1}\ne = d", OTHER, "f = e", "f.update(m=df.a.mean())", OTHER, ASKED,
    ),
    "an entry of a list": (
        "d = {'m': 1}\nrows = [d]", OTHER, "rows[0]['m'] = df.a.mean()", OTHER, ASKED,
    ),
    "an object by another name": (
        "class P: m = 1\nd = P()", "e = d", "e.m = df.a.mean()", "out = df.u * d.m",
    ),
    "a list by another name": (
        "d = []", "e = d", OTHER, "for x in df.a: e.append(x)", OTHER, "out = df.u * sum(d)",
    ),
    "a function that changes what it is given": (
        "d = {'m': 1}\ndef f(x): x['m'] = df.a.mean()", OTHER, "f(d)", OTHER, OTHER, ASKED,
    ),
    "a function that changes the variable": (
        "d = {'m': 1}\ndef f(): d['m'] = df.a.mean()", OTHER, "f()", OTHER, OTHER, ASKED,
    ),
    "a method that is handed on": (
        "d = {'m': 1}\ndef f(put): put(m=df.a.mean())", OTHER, "f(d.update)", OTHER, OTHER, ASKED,
    ),
    "an operator of a class": (
        "d = {'m': 1}\nclass P:\n    def __lshift__(self, x): x['m'] = df.a.mean()", "p = P()", OTHER, "p << d",
        OTHER, OTHER, ASKED,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LONG_AGO)
def test_what_a_cell_did_to_an_object_is_known_in_all_later_ones(cells: Cells, case: str) -> None:
    """Cells that had no part in it, and were found to have none, come between."""
    assert cells(*LONG_AGO[case])[""] == A


ANEW = {
    "by a cell that goes on to change it": ("d = {'m': 1}", "e = d", "e = {}\ne['m'] = df.a.mean()", ASKED),
    "by a cell before that": ("d = {'m': 1}", "e = d", "e = {}", OTHER, "e['m'] = df.a.mean()", ASKED),
    "by the same cell": ("d = {'m': 1}\ne = d\ne = {}", OTHER, "e['m'] = df.a.mean()", ASKED),
    "by a loop": ("d = {'m': 1}\nfor e in [d]: pass", OTHER, "e = {}\ne['m'] = df.a.mean()", ASKED),
    "by a copy": ("d = {'m': 1}", "e = d", OTHER, "e = dict(e)", "e['m'] = df.a.mean()", ASKED),
}  # fmt: skip


DEFINED = "m = 1\ndef note(x):\n    global m\n    m = x"
USED = "out = df.u * m"
BESIDE = "other = df.u + 1"
SET = "a IDENTITY, u TRANSFORMATION"

DEFINED_BEFORE = {
    "handed to map": ("df.a.map(note)", USED),
    "handed to apply by name": (BESIDE, "df.a.apply(func=note)", BESIDE, USED),
    "handed to Python's map": ("list(map(note, df.a))", USED),
    "called by a function of a third cell": ("def run(s):\n    for x in s: note(x)", "run(df.a)", BESIDE, USED),
    "handed on by a function of a third cell": ("def run(s): s.map(note)", BESIDE, "run(df.a)", USED),
}  # fmt: skip


@pytest.mark.parametrize("case", DEFINED_BEFORE)
def test_a_variable_that_a_function_of_another_cell_sets_comes_from_what_that_is_given(cells: Cells, case: str) -> None:
    """The cell that has it called needn't say the function's text, nor the variable's name."""
    assert cells(DEFINED, *DEFINED_BEFORE[case])[""] in {SET, "a TRANSFORMATION, u TRANSFORMATION"}


@pytest.mark.parametrize("case", ANEW)
def test_a_name_that_was_bound_anew_no_longer_changes_the_object(cells: Cells, case: str) -> None:
    """What happens to the new object is no part of the old one's value."""
    assert cells(*ANEW[case])[""] == "u TRANSFORMATION"


def test_what_a_cell_goes_on_to_do_when_another_ran_within_it_is_known(
    cells: Cells, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cells within ask what happened to ``d`` before the one around them calls a function that nobody knows."""
    monkeypatch.setattr(builtins, "book", cells.book, raising=False)
    begun = "d = {'m': 1}\nimport operator\ndef f(x): x['m'] = df.a.mean()\nways = {'f': f}"
    within = f"book.cell({OTHER!r})\n" * 2
    around = f"other = df.u + 1\n{within}operator.itemgetter('f')(ways)(d)"
    assert cells(begun, OTHER, around, OTHER, ASKED)[""] == A


def test_a_cell_that_runs_again_is_found_out_again() -> None:
    """What it calls may be another function by then, and its text is the same: ``f(d)``."""
    source = f"f(d)\n{OTHER}"
    code = compile(source, "<cell that runs again>", "exec")
    df = frame()
    with notebook() as book:
        inputs = book.register(df=df)

        def run_again() -> None:
            with book._open(source, code.co_filename):
                exec(code, book.names)

        book.cell("d = {'m': 1}\nf = len", df=df)
        for change in (OTHER, "def f(x): x['m'] = df.a.mean()"):
            book.cell(change)
            run_again()
            for cell in (OTHER, OTHER, ASKED):
                book.cell(cell)
        sources = {source.column for _, source, _ in edges_of(book.session, book.names["out"], inputs)}
    assert "a" in sources
