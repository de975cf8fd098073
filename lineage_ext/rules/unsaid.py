"""What words leave unsaid: arguments that were computed, further arguments of a user's function, conditions.

All of it is inferred. It goes where such a decision shows: into the columns a change wrote, into the values when the
rows are those of the object itself, else into the rows.
"""

from __future__ import annotations

from lineage_ext.model import ROWS, Confidence, DatasetKind, Transformation
from lineage_ext.rules.algebra import values_of
from lineage_ext.rules.call import Call, Function, State
from lineage_ext.rules.spread import choose, each_by_itself

GIVEN_ON = ("args", "kwargs", "*args", "**kwargs")
SELECTING = frozenset({
    "head", "tail", "nlargest", "nsmallest", "sample", "drop", "dropna", "drop_duplicates", "truncate", "query", "take",
})  # fmt: skip  # operations that may have kept all rows by chance

SHARING = frozenset({"copy", "deep"})  # parameters that say whether memory is shared: the values are the same


def unsaid(call: Call) -> None:
    """Add it to a call that its word has explained."""
    _given_on(call)
    for param, state in call.derived.items():
        if param not in call.used and param not in SHARING:
            reason, slots = f"argument {param!r} was computed", (*values_of(state), ROWS)
            _decide(call, state, slots, Transformation.FILTER, reason)
    for state in call.decided:
        _decide(call, state, values_of(state), Transformation.CONDITIONAL, "done under a condition")


def _given_on(call: Call) -> None:
    for value in call.args.values():
        if type(value) is Function:
            break
    else:
        return
    for state in (s for param in GIVEN_ON if param in call.op.params for s in call.states(call.get(param))):
        for i, out in enumerate(call.outs):
            call.link(
                values_of(out), state, values_of(state), Transformation.TRANSFORMATION,
                out=i, cross=True, confidence=Confidence.INFERRED, reason="given to the function",
            )  # fmt: skip


def _decide(call: Call, state: State, slots: tuple[int, ...], how: Transformation, reason: str) -> None:
    for i, out in enumerate(call.outs):
        labels = state.kind is DatasetKind.ROW or each_by_itself(state)
        own = _listed(out, state) if labels else []
        if own or each_by_itself(state):  # those left out are no reason for the others
            call.link(
                [t for t, _ in own], state, [s for _, s in own], how,
                out=i, confidence=Confidence.INFERRED, reason="its label was computed",
            )  # fmt: skip
            choose(call, state, slots, out=i)
            continue
        call.link(
            _reached(call, i), state, slots, how,
            out=i, cross=True, confidence=Confidence.INFERRED, reason=reason,
        )  # fmt: skip


def _listed(out: State, labels: State) -> list[tuple[int, int]]:
    """Slots of an output with those of a record that stand for their labels."""
    return [(t, s) for t, label in enumerate(out.labels) for s in labels.at(label)]


def _reached(call: Call, output: int) -> tuple[int, ...]:
    """Slots of an output that a decision about the call reaches."""
    out = call.outs[output]
    if out.of is not None:
        return _changed(call, output)
    if not isinstance(call.this, State) or out.rowset != call.this.rowset or call.op.name in SELECTING:
        return (ROWS,)
    grouped = out.kind is DatasetKind.GROUPED and bool(out.keys)
    return (*values_of(out), ROWS) if grouped else values_of(out)


def _changed(call: Call, output: int) -> tuple[int, ...]:
    """Slots of an output that aren't only what they were in the version before."""
    out = call.outs[output]
    before = next((i for i, s in enumerate(call.inputs) if s is call.this), None)
    changed: set[int] = set()
    kept: set[int] = set()
    for block in call.blocks:
        if block.output == output:
            same = block.input == before and block.transformation is Transformation.IDENTITY
            (kept if same else changed).update(block.targets)
    if before is not None and out.rows != call.inputs[before].rows:
        changed.add(ROWS)
    return tuple(s for s in (*out.columns, ROWS) if s in changed or s not in kept)
