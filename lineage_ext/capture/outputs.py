"""What came out of a call, described in the log's atoms: new objects get numbers, changed ones their next version."""

from __future__ import annotations

from decimal import Decimal
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Index, Series
from pandas.api.extensions import ExtensionArray
from pandas.core.generic import NDFrame
from pandas.core.groupby.groupby import BaseGroupBy
from pandas.core.window.rolling import BaseWindow

from lineage_ext.capture import identity
from lineage_ext.capture.dtypes import KNOWN, length
from lineage_ext.capture.flags import INIT, INPLACE, MUTATES
from lineage_ext.capture.labels import as_label
from lineage_ext.capture.log import ALIAS, ARRAY, FIRST_ARGUMENT, GROUPED, INDEX, SCALAR, VALUE
from lineage_ext.capture.snapshot import ATOMS
from lineage_ext.kinds import bases_of, hashes, kept, name_of
from lineage_ext.rules.op import Op

PLAIN = frozenset(
    {t for t in ATOMS if issubclass(t, np.generic | Number | str | bytes)} | {int, type(pd.NaT), type(pd.NA)}
)
"""Types of scalars; what ``_other`` says of the others, it says after a closer look."""
_SCALARS = (int, float, complex, str, bytes, memoryview)
_SHEETS = {"read_excel", "parse"}  # a frame per sheet


def outputs(record: list[Any], op: Op, value: Any, first: Any) -> None:
    """Append the atoms of everything ``value`` is or holds, and of ``first`` if it was changed in place."""
    kind = type(value)
    if op.flags & (MUTATES | INPLACE | INIT) and _changed(record, op, value, first):
        return
    if kind is DataFrame or issubclass(kind, DataFrame):
        if (known := identity.number_of(value)) is None:
            identity.describe_frame(value, record)
        else:
            record += (known, ALIAS, -1, None, None, None, 0, 0)
    elif kind is Series or issubclass(kind, Series):
        if (known := identity.number_of(value)) is None:
            identity.describe_series(value, record, 0, first)
        else:
            record += (known, ALIAS, -1, None, None, None, 0, 0)
    elif kind is tuple or (kind is list and value and issubclass(type(value[0]), NDFrame)):
        each(record, value, first)
    elif kind is dict and op.name in _SHEETS and value:
        each(record, list(value.values()), first)
    elif not hashes(kind) and kind in PLAIN:
        describe_scalar(value, record)
    elif value is not None:
        _other(record, value)


def _changed(record: list[Any], op: Op, value: Any, first: Any) -> bool:
    """Log the next version of an object changed in place; True if that is all the call made."""
    target = identity.target_of(first)
    kind = type(target)
    if not issubclass(kind, NDFrame):
        return False
    if op.flags & INPLACE and not _inplace(record, op):
        return False
    before = identity.number_of(target) or 0
    if issubclass(kind, DataFrame):
        identity.describe_frame(target, record, before)
    elif issubclass(kind, Series):
        identity.describe_series(target, record, before)
    return value is None or value is target


def _inplace(record: list[Any], op: Op) -> bool:
    return record[FIRST_ARGUMENT + op.params.index("inplace")] is True


def each(record: list[Any], values: Any, first: Any) -> None:
    """Append the atoms of each of several outputs (the first 16)."""
    for value in values[:16]:
        kind = type(value)
        if issubclass(kind, NDFrame):
            if (known := identity.number_of(value)) is not None:
                record += (known, ALIAS, -1, None, None, None, 0, 0)
            elif issubclass(kind, DataFrame):
                identity.describe_frame(value, record)
            elif issubclass(kind, Series):
                identity.describe_series(value, record, 0, first)
        else:
            _other(record, value)


def _other(record: list[Any], value: Any) -> None:
    """Something without room for a number: a group-by, window, array, index, scalar or container."""
    number = identity.next_number()
    names = rows = None
    its = type(value)  # not isinstance: a stand-in of the user's has a ``__class__`` that finds out what it stands for
    if issubclass(its, (BaseGroupBy, BaseWindow)):
        kind = GROUPED
    elif issubclass(its, np.ndarray):
        kind, rows = ARRAY, next(iter(np.ndarray.shape.__get__(value)), None)
    elif issubclass(its, Index):
        kind, rows, names = INDEX, length(value), as_label(tuple(value.names))
    elif issubclass(its, ExtensionArray):
        kind, rows = ARRAY, len(value) if not hashes(its) and its in KNOWN else None
    else:
        kind = SCALAR if _is_scalar(its) or value is pd.NaT or value is pd.NA else VALUE
    if kind in (GROUPED, ARRAY, INDEX):
        give(value, number)
    record += (number, kind, -1, names, rows, name_of(its), 0, 0)


def _is_scalar(kind: type) -> bool:
    """What ``numpy.isscalar`` says of an object of the class, which isn't asked; nor are classes of the user's that
    are numbers, as they would be for what ``Number`` thinks of it."""
    bases = bases_of(kind)  # compared by identity: a metaclass of the user's may define what is equal
    return (
        issubclass(kind, (np.generic, Decimal)) or any(b is Number for b in bases) or any(kind is s for s in _SCALARS)
    )


def describe_scalar(value: Any, record: list[Any]) -> None:
    """Append the atoms of a scalar of a type in ``PLAIN``."""
    record += (identity.next_number(), SCALAR, -1, None, None, type(value).__name__, 0, 0)


def give(value: Any, number: int) -> None:
    """Give a number to an object without room for one; a group-by shares it with its grouper, which is iterated."""
    identity.remember(value, number)
    if issubclass(type(value), (BaseGroupBy, BaseWindow)):
        grouper = kept(value, "_grouper") or kept(value, "grouper")
        if grouper is not None:
            identity.remember(grouper, number)
