"""What goes wrong on our side is written down, beside being told by %lineage."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lineage_ext import guard
from lineage_ext.config import LineageConfig
from lineage_ext.hosts.wiring import close_session, open_session
from lineage_ext.rules.rows import Rows


def test_a_rule_that_raises_is_opaque_and_written_to_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The user's frame is right, nothing is printed, the operation is opaque, the log has the traceback."""

    def broken(self: Rows, call: object) -> None:
        raise ValueError("a rule of ours")

    monkeypatch.setattr(Rows, "explain", broken)
    session = open_session("s", LineageConfig(), tmp_path)
    try:
        session.begin("")
        assert list(pd.DataFrame({"a": [2, 1]}).sort_values("a")["a"]) == [1, 2]
        summary = session.summary()
    finally:
        close_session(session)
    assert [(op, reason) for op, reason, _ in summary.opaque] == [
        ("pandas.DataFrame.sort_values", "rule failed: ValueError: a rule of ours")
    ]
    assert "a rule of ours" in str(summary)
    assert "ValueError: a rule of ours" in (tmp_path / "problems.log").read_text()
    assert capfd.readouterr() == ("", "")


def test_a_generator_exit_of_the_users_is_a_failure_as_any_other(tmp_path: Path) -> None:
    """It ends the operation without a result, which isn't to be explained."""

    def leave(part: object) -> int:
        raise GeneratorExit

    guard.forget()
    session = open_session("s", LineageConfig(store="memory"), tmp_path)
    try:
        session.begin("")
        with pytest.raises(GeneratorExit):
            pd.DataFrame({"a": [2, 1]}).groupby("a")["a"].agg(leave)
        session.flush()
        assert guard.problems() == []
    finally:
        close_session(session)


def test_without_problems_there_is_no_log(tmp_path: Path) -> None:
    """The file is made with its first line."""
    close_session(open_session("s", LineageConfig(store="memory"), tmp_path))
    assert not (tmp_path / "problems.log").exists()


def test_a_log_that_cannot_be_written_says_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """logging's own complaint would land in the user's output."""
    stop = guard.keep_log(str(tmp_path / "missing" / "problems.log"))
    guard.report("test", "cannot be written")
    stop()
    assert capfd.readouterr() == ("", "")


@pytest.fixture(autouse=True)
def clean() -> None:
    """Problems are remembered by text: each test begins without."""
    guard.forget()
