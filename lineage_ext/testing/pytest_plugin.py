"""Lineage of what tests do: ``pytest -p lineage_ext.testing.pytest_plugin``. Each test is a run of its own.

One session for the whole run of pytest, in the project's store; ``lineage show`` tells what it recorded. A test's
outcome, output and traceback are as without.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lineage_ext import guard
from lineage_ext.hosts import ATTACHED, spans, start


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Begin to track."""
    with guard.guarded("pytest"):
        start.in_task("pytest")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A run around the test's own code; fixtures are outside of it."""
    session = ATTACHED.session
    if session is None:
        return (yield)
    with spans.span(session, "", "task", name=item.nodeid):
        return (yield)


def pytest_sessionfinish() -> None:
    """Write what is left."""
    with guard.guarded("pytest"):
        start.stop()
