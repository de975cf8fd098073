from __future__ import annotations

import pytest

from tests.tpch.measure import Tables


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """TPC-H at scale 0.01."""
    return Tables(tmp_path_factory.mktemp("tpch"))
