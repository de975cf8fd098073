"""Each promise is checked on plain pandas (so that the test is right), with a trivial recorder, and with ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext

import pytest

from lineage_ext.capture import pandas_functions
from tests.capture.hooked import recording
from tests.capture.journal import Journal, installed

TARGETS = [*pandas_functions.targets(), *pandas_functions.quiet()]


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
