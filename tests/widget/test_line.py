"""The line of progress in a terminal, which is drawn only for who asked for it."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import pytest

from lineage_ext.config import LineageConfig
from lineage_ext.hosts import wiring
from lineage_ext.testing import FixedClock
from lineage_ext.widget import bars
from lineage_ext.widget.line import ProgressLines, Rich, Tqdm
from tests.widget.front import until


class Drawn:
    """A line that keeps what it showed."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.shown: list[int] = []
        self.open = True

    def show(self, operations: int) -> None:
        """Note it."""
        self.shown.append(operations)

    def close(self) -> None:
        """Note it."""
        self.open = False


@pytest.fixture
def session(tmp_path: Path) -> Any:
    """An open session in which half a second passes between two readings of the clock, which only the test reads."""
    found = wiring.open_session("progress", LineageConfig(store="memory"), tmp_path)
    found.halt()
    found.clock = FixedClock(step=600_000_000)
    yield found
    found.close()


def test_what_takes_long_gets_a_line_and_what_runs_within_it_one_below(session: Any) -> None:
    """A short cell gets none; lines go with what they stand for."""
    drawn: list[Drawn] = []
    lines = ProgressLines(session.clock, lambda label: drawn.append(Drawn(label)) or drawn[-1])  # type: ignore[func-returns-value]
    session.listen(lines)
    session.end(session.begin("short"))
    outer = session.begin("\nouter = 1\nmore")
    inner = session.begin("inner")
    for _ in range(4):
        session.flush()
    assert [line.label for line in drawn] == ["outer = 1", "inner"]
    session.end(inner)
    session.flush()
    assert [line.open for line in drawn] == [True, False]
    session.end(outer)
    session.flush()
    assert not any(line.open for line in drawn)


@pytest.mark.parametrize("draw", [Tqdm, Rich])
def test_both_libraries_draw_it_and_take_it_away(draw: Any) -> None:
    """The label and the count are on the screen; the panel doesn't take the line for a bar of the user's."""
    pytest.importorskip("tqdm")
    screen = io.StringIO()
    with contextlib.redirect_stderr(screen), contextlib.redirect_stdout(screen):
        line = draw("a [label]")
        line.show(12)
        assert bars.running() == ()
        line.close()
    if draw is Tqdm:  # rich draws nothing where there is no terminal
        assert "a [label]: 12 operations" in screen.getvalue()


def test_by_default_there_is_none_and_with_the_setting_there_is(tmp_path: Path) -> None:
    """``%lineage config progress=True`` counts from the next session on."""
    for wanted in (False, True):
        session = wiring.open_session("progress", LineageConfig(store="memory", progress=wanted), tmp_path)
        assert any(isinstance(p, ProgressLines) for p in session.processors) is wanted
        session.close()


def test_a_script_shows_it_on_stderr_only(tmp_path: Path) -> None:
    """What the user's program prints stays as it is."""
    pytest.importorskip("tqdm")
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        session = wiring.open_session("progress", LineageConfig(store="memory", progress=True), tmp_path)
        run = session.begin("long")
        until(lambda: "long" in err.getvalue())
        print("mine")
        session.end(run)
        session.close()
    assert out.getvalue() == "mine\n"
    assert "long: 0 operations" in err.getvalue()
