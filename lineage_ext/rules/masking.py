"""What masks: after it, values can be counted or told apart, but not read.

OpenLineage's Spark integration calls ``Count``, the hash functions and ``Mask`` masking, and keeps the mark along every
path (``ExpressionTraverser``, ``TransformationInfo.merge``). A constant put in place of a column, and a column that is
dropped, need no mark: no edge leaves them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lineage_ext.rules.algebra import Call, Param, T, Word
from lineage_ext.rules.call import Function

COUNTS = frozenset({"count", "nunique", "size"})
HASHES = frozenset({"hash", "hash_array", "hash_pandas_object"})
FUNCTION_PARAMETERS = ("func", "arg", "function", "aggfunc")
COMPUTED = frozenset({T.TRANSFORMATION, T.AGGREGATION})


@dataclass(frozen=True, slots=True)
class Masks(Word):
    """What ``word`` says, and what it computes masks; values that are handed on as they are (labels, keys) don't."""

    word: Word

    def explain(self, call: Call) -> None:
        """As the word does."""
        self.word.explain(call)
        mask(call)

    def parameters(self) -> list[Param]:
        """Those of the word."""
        return self.word.parameters()


def mask(call: Call, since: int = 0) -> None:
    """Mark every edge by which a value was computed, of the blocks from number ``since`` on."""
    call.blocks[since:] = [b._replace(masking=True) if b.transformation in COMPUTED else b for b in call.blocks[since:]]


def given_masks(call: Call) -> bool:
    """Whether the function that the call was given does."""
    args = call.args
    if args.keys().isdisjoint(FUNCTION_PARAMETERS):
        return False
    return any(param in args and masks(args[param]) for param in FUNCTION_PARAMETERS)


def masks(function: Any) -> bool:
    """Whether a function, given by name, itself, or as a list of several, gives nothing but counts or hashes."""
    if isinstance(function, list | tuple):
        return bool(function) and all(map(masks, function))
    if isinstance(function, Function):
        return function.masks or (function.code is None and function.name in COUNTS | HASHES)
    return isinstance(function, str) and function in COUNTS
