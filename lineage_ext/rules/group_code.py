"""What a function given to groups does, as far as its name and code tell: order, rows, columns it writes.

Nothing is run. Where the code hands its group to a function we can't see, the answer is the cautious one.
"""

from __future__ import annotations

import builtins
import dis
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from types import CodeType
from typing import Any

from lineage_ext.model import Confidence
from lineage_ext.rules.call import Call, Function, State
from lineage_ext.rules.expressions import names_in, read_set

BY_POSITION = frozenset({"first", "last", "nth", "head", "tail", "iloc", "iat", "take", "sample"})
ORDERED = BY_POSITION | {
    "shift", "diff", "pct_change", "ffill", "bfill", "cumsum", "cumprod", "cummax", "cummin", "cumcount", "rolling",
    "expanding", "ewm",
}  # fmt: skip
BY_VALUE = frozenset({"nlargest", "nsmallest", "query", "dropna", "drop_duplicates", "loc", "drop", "filter", "isin"})
SORTING = frozenset({"sort_values", "sort_index", "nlargest", "nsmallest"})
REBUILDING = frozenset({
    "value_counts", "to_dict", "mode", "unique", "explode", "groupby", "crosstab", "pivot_table", "DataFrame",
})  # fmt: skip
MODULES = frozenset({"pd", "pandas", "np", "numpy", "math"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a function reads of a group: the columns; how sure, why not surer; ``named``: they are only some of it.

    ``chooses``, ``sorts``, ``writes`` (labels; None: perhaps any): what it may do to rows and columns it gives back.
    ``rebuilds``: those may be rows of its own making, whose index are values.
    """

    slots: tuple[int, ...]
    sure: Confidence = Confidence.EXACT
    reason: str = ""
    named: bool = True
    chooses: bool = False
    sorts: bool = False
    writes: frozenset[Hashable] | None = frozenset()
    rebuilds: bool = False


def read(call: Call, source: State, function: Any, values: tuple[int, ...]) -> Reading:
    """The Reading of a function applied to groups of ``source``, whose ``values`` aren't keys."""
    given = function if isinstance(function, Function) else Function(name_of(function))
    names, hidden = _names(given.code), _hides(given.code)
    chooses = hidden or not names.isdisjoint(BY_POSITION | BY_VALUE) or _compares(given.code)
    sorts, writes = not names.isdisjoint(SORTING), None if hidden else _written(given.code)
    if given.name == "len" and given.code is None:
        return Reading(())
    rebuilds = not names.isdisjoint(REBUILDING)
    if len(source.labels) == 1:
        return Reading(values, chooses=chooses, sorts=sorts, rebuilds=rebuilds)
    slots, sure, reason = read_set(source, given, call.touched)
    if sure is Confidence.EXACT:
        return Reading(slots, chooses=chooses, sorts=sorts, rebuilds=rebuilds)
    mentioned = {*call.touched, *_constants(given.code), *names}
    in_texts = {s for c in mentioned if isinstance(c, str) and "query" in names for s in names_in(source, c)}
    named = tuple(s for s in source.columns if source.labels[s] in mentioned or s in in_texts)
    whole = not hidden and names.isdisjoint(BY_VALUE) and not _compares(given.code)
    return Reading(
        named or values,
        Confidence.INFERRED,
        reason,
        bool(named),
        chooses and (bool(named) or not whole),
        sorts,
        writes,
        rebuilds,
    )


def name_of(function: Any) -> str:
    """The name of a function given by name or itself."""
    return function if isinstance(function, str) else function.name if isinstance(function, Function) else ""


def depends_on_order(function: Any) -> bool:
    """Whether a function's name, or a name in its code, says that the order of rows matters."""
    if isinstance(function, list | tuple):
        return any(map(depends_on_order, function))
    code = function.code if isinstance(function, Function) else None
    return name_of(function) in ORDERED or not ORDERED.isdisjoint(_names(code))


def _codes(code: CodeType | None) -> Iterator[CodeType]:
    """A function's code and that of the functions in it."""
    if code is not None:
        yield code
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                yield from _codes(constant)


def _names(code: CodeType | None) -> frozenset[str]:
    return frozenset(name for part in _codes(code) for name in part.co_names)


def _constants(code: CodeType | None) -> Iterator[Hashable]:
    for part in _codes(code):
        for constant in part.co_consts:
            yield from constant if isinstance(constant, tuple | frozenset) else (constant,)


def _hides(code: CodeType | None) -> bool:
    """Whether what happens is out of sight: no code, or a call of a function that is neither built in nor pandas'."""
    if code is None:
        return True
    called = (i.argval for part in _codes(code) for i in dis.get_instructions(part) if i.opname == "LOAD_GLOBAL")
    return any(name not in MODULES and not hasattr(builtins, str(name)) for name in called)


def _compares(code: CodeType | None) -> bool:
    """Whether anything is compared, as in ``g[g.x > 1]``."""
    return any(i.opname == "COMPARE_OP" for part in _codes(code) for i in dis.get_instructions(part))


def _written(code: CodeType | None) -> frozenset[Hashable]:
    """Labels assigned to: ``g["x"] = …``, ``g.x = …``, ``g.assign(x=…)``."""
    found: set[Hashable] = set()
    for part in _codes(code):
        steps = list(dis.get_instructions(part))
        for before, step in pairwise(steps):
            if step.opname == "STORE_SUBSCR" and before.opname == "LOAD_CONST":
                found.add(before.argval)
            elif step.opname == "STORE_ATTR":
                found.add(step.argval)
        if "assign" in part.co_names:
            found.update(name for c in part.co_consts if isinstance(c, tuple) for name in c)
    return frozenset(found)
