"""Lineage composes: random chains of operations over random frames have no influence that it misses."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage_ext.testing import Oracle
from lineage_ext.testing.oracle import edge_text
from lineage_ext.testing.plugin import oracle
from tests.intervention.chains import STEPS, chain, inputs

__all__ = ["oracle"]

DRAWN = st.lists(st.tuples(st.integers(0, len(STEPS) - 1), st.integers(0, 999)), min_size=4, max_size=7)


@settings(
    max_examples=25,  # make truth tries more
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(world=st.integers(0, 99), drawn=DRAWN)
def test_no_influence_is_missed_along_a_chain(world: int, drawn: list[tuple[int, int]], oracle: Oracle) -> None:
    """Up to seven steps in any order; hypothesis finds the shortest chain that fails."""
    found = chain(world, drawn)
    missed = sorted(map(edge_text, oracle.check(found.program(), inputs(world), seeds=1).missed))
    assert not missed, f"{found.text}\n\nmoved without an edge:\n" + "\n".join(missed)
