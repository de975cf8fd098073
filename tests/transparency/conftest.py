"""Each promise is checked on plain pandas (so that the test is right), with a trivial recorder, and with ours."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import pytest

from lineage_ext import guard
from lineage_ext.capture import interception, pandas_functions, recorder
from lineage_ext.capture.hooks import hooks
from lineage_ext.session import CURRENT
from tests.capture.journal import Journal, installed

TARGETS = [*pandas_functions.targets(), *pandas_functions.quiet()]


@contextmanager
def recording(compiled_ones: bool) -> Iterator[None]:
    """Our recorder at work, its log growing; it must have met no problem."""
    r = recorder
    r.begin(itertools.count(1), lambda: 1)
    guard.forget()
    cell = CURRENT.set(1)
    try:
        interception.install(TARGETS, hooks(compiled_ones))
        yield
        assert guard.problems() == []
    finally:
        interception.restore()
        r.end()
        CURRENT.reset(cell)


WAYS: dict[str, Callable[[], AbstractContextManager[object]]] = {
    "plain": nullcontext,
    "journal": lambda: installed(TARGETS, Journal()),
    "recorder": lambda: recording(False),
    "compiled": lambda: recording(True),
}


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINEAGE_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(params=list(WAYS))
def way(request: pytest.FixtureRequest) -> Iterator[str]:
    """The test runs three times."""
    with WAYS[request.param]():
        yield request.param
