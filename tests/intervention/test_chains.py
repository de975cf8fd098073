"""Lineage composes: random chains of operations have no influence that it misses."""

from __future__ import annotations

import pytest

from lineage_ext.testing import Oracle
from lineage_ext.testing.oracle import edge_text
from lineage_ext.testing.plugin import oracle
from tests.intervention.chains import Chain, chain, inputs, shrunk

__all__ = ["oracle"]


@pytest.mark.parametrize("seed", range(40))
def test_no_influence_is_missed_along_a_chain(seed: int, oracle: Oracle) -> None:
    """Up to six steps in any order; the shortest chain that fails is told."""
    found = chain(seed)
    if not missed(found, oracle):
        return
    short = shrunk(found, lambda c: runs(c) and bool(missed(c, oracle)))
    pytest.fail(f"{short.text}\n\nmoved without an edge:\n" + "\n".join(missed(short, oracle)))


def missed(found: Chain, oracle: Oracle) -> list[str]:
    """What moved without an edge."""
    return sorted(map(edge_text, oracle.check(found.program(), inputs(), seeds=1).missed))


def runs(found: Chain) -> bool:
    """Whether the program runs: leaving a step out may break those after it."""
    try:
        found.program()(**inputs())
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return True
