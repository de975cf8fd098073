"""A pytest plugin for pandas' own suite: records what came of each test, with our recorder at work if asked to.

``LINEAGE_SUITE_WAY`` is a key of ``WAYS``; the record goes to the JSON file ``LINEAGE_SUITE_OUT``.
``LINEAGE_SUITE_MOST`` bounds the tests run of each file (0: all).
"""

from __future__ import annotations

import json
import os
import re
import warnings
from collections import defaultdict
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from zlib import crc32

import pytest

from lineage_ext import guard
from lineage_ext.capture.log import LOG
from tests.transparency.conftest import WAYS
from tests.transparency.garbage import collect, kept_until_told

WAY, MOST = os.environ["LINEAGE_SUITE_WAY"], int(os.environ["LINEAGE_SUITE_MOST"])
MOST_TEXT = 600
_place = re.compile(re.escape(os.getcwd()))  # each way has a folder of its own
_passing = re.compile(  # addresses, seconds, random names of files
    r"0x[0-9a-fA-F]{6,}|\b\d+\.\d+(e-\d+)? ?s(econds)?\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
)

_stack = ExitStack()
_outcomes: dict[str, str] = {}
_warnings: defaultdict[str, list[str]] = defaultdict(list)
_logged = 0


def pytest_sessionstart() -> None:
    """Hooks in, before anything is collected: pandas' tests call pandas while they are imported, too."""
    _stack.enter_context(WAYS[WAY]())


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of each file the tests with the lowest checksums, in their order: the same ones each time."""
    if not MOST:
        return
    by_file = defaultdict(list)
    for item in items:
        by_file[item.path].append(item)
    chosen = {
        item.nodeid
        for found in by_file.values()
        for item in sorted(found, key=lambda item: crc32(item.nodeid.encode()))[:MOST]
    }
    items[:] = [item for item in items if item.nodeid in chosen]


def pytest_collection_finish() -> None:
    """From now on garbage is collected between the tests."""
    _stack.enter_context(kept_until_told())


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """A test leaves garbage: what that tells when it is freed is told of the test."""
    done = yield
    found = collect(everything=nextitem is None or nextitem.path != item.path)
    if found:
        _warnings[item.nodeid] += map(_steady, found)
    return done


def pytest_warning_recorded(warning_message: warnings.WarningMessage, nodeid: str) -> None:
    """Which warning, and where it points."""
    w = warning_message
    _warnings[nodeid].append(f"{w.category.__name__} {w.filename}:{w.lineno} {_steady(str(w.message))}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the outcome, of a failure the last line of its text, and what was printed."""
    if report.when == "call" or report.outcome != "passed":
        last = str(report.longrepr).strip().splitlines()[-1] if report.failed else ""
        kind = f"x{report.outcome}" if hasattr(report, "wasxfail") else report.outcome
        printed = "".join(f" [{name}: {text}]" for name, text in report.sections)
        _outcomes[report.nodeid] = _steady(f"{kind} {last}{printed}".strip())
    global _logged
    _logged += len(LOG)
    LOG.clear()  # nobody drains it here


def _steady(text: str) -> str:
    return _passing.sub("…", _place.sub("<folder>", text))[:MOST_TEXT]


def pytest_sessionfinish() -> None:
    """Write what came out, with our own problems as one more outcome."""
    _outcomes["lineage_ext"] = f"passed {guard.problems()}" if guard.problems() else "passed"
    assert len(_outcomes) == 1 or (_logged > 0) is (WAY != "plain")
    for nodeid, found in _warnings.items():
        _outcomes[nodeid] = f"{_outcomes.get(nodeid, '')} {'; '.join(found)}".strip()
    Path(os.environ["LINEAGE_SUITE_OUT"]).write_text(json.dumps(_outcomes))


def pytest_unconfigure() -> None:
    """Hooks out."""
    _stack.close()
