"""What groups tell about themselves without an operation: ``groups``, ``indices``, ``ngroups``."""

from __future__ import annotations

from lineage_ext.capture.flow import Flow, K, Origin, T
from lineage_ext.model import ROWS
from lineage_ext.rules.call import State


def of_groups(value: Flow, name: str) -> Flow | None:
    """Keys → the labels or positions of their rows; how many keys there are. None: it isn't that."""
    state = value.state
    if state is None or state.kind is not K.GROUPED or not state.keys:
        return None
    if name == "ngroups":
        return Flow(_by(state), one=True)
    if name not in {"groups", "indices"}:
        return None
    keys = Flow((Origin(state, state.keys),), one=True)
    labels = (Origin(state, state.levels),) if name == "groups" and state.levels else ()
    return Flow(keys.origins, item=keys, values=Flow((*labels, *_by(state))), count=_by(state))


def _by(state: State) -> tuple[Origin, ...]:
    return (Origin(state, (ROWS, *state.keys), T.GROUP_BY),)
