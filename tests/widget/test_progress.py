"""What a running cell is shown to do: counts, the operation that takes long, the user's progress bars."""

from __future__ import annotations

import io
import sys
import time
from typing import Any

import pytest

from lineage_ext.widget import activity, bars
from lineage_ext.widget.activity import segment
from tests.widget.conftest import Watched
from tests.widget.front import Front, until

tqdm = pytest.importorskip("tqdm.auto").tqdm
LONG = """import pandas as pd
a = pd.DataFrame({'x': [1, 2, 3]})
b = a['x'].apply(slow)  # ä
"""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells are looked at after a moment, not half a second."""
    monkeypatch.setattr(activity, "PATIENCE", 0.01)
    monkeypatch.setattr(activity, "QUIET", 0.2)


def progress(front: Front) -> dict[str, Any]:
    """The last that was told of the only running cell."""
    return next(iter(front.of("progress")), {})


def test_a_long_operation_is_shown_while_it_runs(watched: Watched) -> None:
    """Nothing is recorded before ``apply`` ends, yet the panel shows its place in the cell and for how long."""
    front = watched.join()
    seen: list[dict[str, Any]] = []

    def slow(value: int) -> int:
        if value == 2:
            until(lambda: progress(front).get("since", 0) > 100 and progress(front)["operations"] == 2)
            seen.append(dict(progress(front)))
        return value

    watched.book.cell(LONG, slow=slow)
    (shown,) = seen
    assert (shown["text"], shown["at"]) == ("a['x'].apply(slow)", [3, 3, 4, 22])
    assert shown["name"] == "pandas.Series.apply"
    assert shown["rows"] == 6
    assert shown["elapsed"] >= shown["since"]


def test_a_cell_that_ended_shows_no_progress_to_who_comes_late(watched: Watched) -> None:
    """The end of the cell is the end of its progress."""
    front = watched.join()
    watched.book.cell("wait()", wait=lambda: until(lambda: progress(front)))
    watched.book.session.flush()
    assert watched.join().of("progress") == []


def test_a_cell_within_a_cell_names_the_one_around_it(watched: Watched) -> None:
    """Progress nests: ``%%capture`` in a cell, later flows and maps."""
    front = watched.join()
    session = watched.book.session
    outer = session.begin("outer")
    inner = session.begin("inner")
    until(lambda: len(front.of("progress")) == 2)
    assert {p["cell"]: p["parent"] for p in front.of("progress")} == {outer.no: None, inner.no: outer.no}
    session.end(inner)
    session.end(outer)


def test_bars_of_tqdm_are_read_without_changing_what_they_print() -> None:
    """Nested loops come with label, count, total and rate; the user's terminal gets the same characters."""

    def loops(look: Any) -> str:
        out = io.StringIO()
        for i in tqdm(range(3), desc="outer", file=out, mininterval=0, ncols=60):
            for _ in tqdm(range(5), desc="inner: ", file=out, mininterval=0, ncols=60):
                look(i)
        return out.getvalue()

    seen: list[tuple[bars.Bar, ...]] = []
    watched, unwatched = loops(lambda _: seen.append(bars.running())), loops(lambda _: None)
    outer, inner = seen[-1]
    assert (outer[1:4], inner[1:4]) == (("outer", 2.0, 3.0), ("inner", 4.0, 5.0))
    assert (outer[5], inner[5]) == (None, outer[0])
    assert inner[4] is not None
    assert inner[4] > 0
    assert watched.count("\r") == unwatched.count("\r")
    assert bars.running() == ()


def test_a_bar_without_total_or_with_odd_values_is_shown_as_far_as_it_goes() -> None:
    """No total, a label that isn't text, a count of a class of the user's: none of their code is called."""

    class Odd:
        def __float__(self) -> float:
            raise AssertionError("called")

        __str__ = __repr__ = __float__  # type: ignore[assignment]

    with tqdm(file=io.StringIO()) as bar:
        bar.desc, bar.n = Odd(), Odd()
        ((_, label, n, total, _, _),) = bars.running()
        bar.desc, bar.n = "", 0
    assert (label, n, total) == ("", 0.0, None)


def test_without_tqdm_nothing_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who doesn't use tqdm doesn't pay for it."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "tqdm"]:
        monkeypatch.delitem(sys.modules, name)
    assert bars.running() == ()
    assert "tqdm" not in sys.modules


def test_the_users_bars_reach_the_panel(watched: Watched) -> None:
    """A loop over tqdm in a cell is a bar in the panel while it runs."""
    front = watched.join()

    def wait() -> None:
        until(lambda: [b for b in progress(front).get("bars", []) if b[1] == "rows"])
        time.sleep(0.01)

    source = "import io\nfor i in tqdm(range(2), desc='rows', file=io.StringIO()): wait()"
    watched.book.cell(source, tqdm=tqdm, wait=wait)


def test_positions_count_bytes() -> None:
    """CPython's columns are those of UTF-8: text before and in the span may be of any script."""
    assert segment("é = f(\n  'ü'\n)", (1, 2, 5, 6)) == "f(\n  'ü'"
    assert segment("", (3, 4, 0, 1)) == ""
