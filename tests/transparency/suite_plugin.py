"""A pytest plugin for pandas' own suite: records each test's outcome, with our recorder at work if asked to.

``LINEAGE_SUITE_WAY`` is a key of ``WAYS``; outcomes go to the JSON file ``LINEAGE_SUITE_OUT``.
"""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from lineage_ext import guard
from lineage_ext.capture.log import LOG
from tests.transparency.conftest import WAYS

_stack = ExitStack()
_outcomes: dict[str, str] = {}
_logged = 0


def pytest_sessionstart() -> None:
    """Hooks in, before anything is collected: pandas' tests call pandas while they are imported, too."""
    _stack.enter_context(WAYS[os.environ["LINEAGE_SUITE_WAY"]]())


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the outcome, and of a failure the last line of its text."""
    if report.when == "call" or report.outcome != "passed":
        last = str(report.longrepr).strip().splitlines()[-1] if report.failed else ""
        kind = f"x{report.outcome}" if hasattr(report, "wasxfail") else report.outcome
        _outcomes[report.nodeid] = f"{kind} {last}".strip()
    global _logged
    _logged += len(LOG)
    LOG.clear()  # nobody drains it here


def pytest_sessionfinish() -> None:
    """Write what came out, with our own problems as one more outcome."""
    _outcomes["lineage_ext"] = f"passed {guard.problems()}" if guard.problems() else "passed"
    assert (_logged > 0) is (os.environ["LINEAGE_SUITE_WAY"] == "recorder")
    Path(os.environ["LINEAGE_SUITE_OUT"]).write_text(json.dumps(_outcomes))


def pytest_unconfigure() -> None:
    """Hooks out."""
    _stack.close()
