"""Which of pandas' functions are intercepted: the public ones that make, change, read or write data.

To intercept another: a class goes into ``CLASSES``, a single function into ``PARTS``. What must not be recorded, though
it is public, goes into ``METADATA`` or ``DESCRIBING`` (it only describes), ``DISPLAY`` (it only shows) or ``COMPOSED``
(what it calls says more than it does). If such a function works with frames itself, it goes into ``QUIET`` as well:
without that ``df.info()`` would be twelve operations. What a pandas version doesn't have is passed over.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from types import FunctionType
from typing import Any

import pandas as pd

from lineage_ext.capture.interception import Target

CLASSES = (
    "pandas.core.frame DataFrame",
    "pandas.core.series Series",
    "pandas.core.groupby.generic DataFrameGroupBy SeriesGroupBy",
    "pandas.core.window.rolling Rolling RollingGroupby Window",
    "pandas.core.window.expanding Expanding ExpandingGroupby",
    "pandas.core.window.ewm ExponentialMovingWindow ExponentialMovingWindowGroupby OnlineExponentialMovingWindow",
    "pandas.core.resample Resampler DatetimeIndexResampler PeriodIndexResampler TimedeltaIndexResampler",
    "pandas.core.resample DatetimeIndexResamplerGroupby PeriodIndexResamplerGroupby TimedeltaIndexResamplerGroupby",
    "pandas.core.strings.accessor StringMethods",
    "pandas.core.indexes.accessors DatetimeProperties TimedeltaProperties PeriodProperties",
    "pandas.core.arrays.categorical CategoricalAccessor",
    "pandas.core.arrays.arrow.accessors ListAccessor StructAccessor",
    "pandas.core.arrays.sparse.accessor SparseAccessor SparseFrameAccessor",
    "pandas.core.indexing _LocIndexer _iLocIndexer _AtIndexer _iAtIndexer",
)
INDEX_CLASSES = (
    "pandas.core.indexes.base Index",
    "pandas.core.indexes.multi MultiIndex",
    "pandas.core.indexes.datetimes DatetimeIndex",
    "pandas.core.indexes.timedeltas TimedeltaIndex",
    "pandas.core.indexes.period PeriodIndex",
    "pandas.core.indexes.range RangeIndex",
    "pandas.core.indexes.category CategoricalIndex",
    "pandas.core.indexes.interval IntervalIndex",
)
PARTS = (  # module, class, members; ``name=`` is a property's setter
    "pandas.core.frame DataFrame __init__ _set_axis",
    "pandas.core.series Series __init__ _set_axis name=",
    "pandas.core.generic NDFrame _set_axis",  # columns = …, index = …
    "pandas.core.groupby.groupby GroupBy _nth",  # gb.nth is an object that calls it
    "pandas.core.groupby.ops BaseGrouper get_iterator",  # for key, group in df.groupby(…)
    "pandas.core.groupby.ops BinGrouper get_iterator",
    "pandas.core.window.rolling BaseWindow __iter__",
    "pandas.core.arrays.categorical CategoricalAccessor __init__",  # no operation: tells which series it is for
    "pandas.io.excel._base ExcelFile parse",
    "pandas.io.parsers.readers TextFileReader __next__ get_chunk read",  # chunks
    "pandas.io.pytables HDFStore get put append select __getitem__ __setitem__",
)
# Not ``__getattr__``: ``gb.x`` calls ``__getitem__``, and everything else that ends there is somebody probing.

QUIET = (
    "pandas.core.frame DataFrame __repr__ _repr_html_ _repr_latex_ __dataframe__ info memory_usage dtypes style",
    "pandas.core.series Series __repr__ info memory_usage hasnans",
    "pandas.core.generic NDFrame __iter__ _repr_latex_ _repr_data_resource_ dtypes",
    "pandas.core.base IndexOpsMixin is_unique is_monotonic_increasing is_monotonic_decreasing",
    "pandas.core.base PandasObject __sizeof__",
    "pandas.core.accessor DirNamesMixin __dir__",
    "pandas.core.groupby.groupby BaseGroupBy __len__ groups indices ngroups",
    "pandas.core.groupby.groupby GroupByPlot __call__",
    "pandas.core.groupby.generic DataFrameGroupBy dtypes hist",
    "pandas.core.groupby.generic SeriesGroupBy dtype hist is_monotonic_increasing is_monotonic_decreasing",
    "pandas.core.strings.accessor StringMethods __init__",
    "pandas.core.indexes.accessors CombinedDatetimelikeProperties __new__",
    "pandas.core.arrays.sparse.accessor BaseAccessor __init__",
    "pandas.core.arrays.sparse.accessor SparseFrameAccessor _validate density",
    "pandas.plotting._core PlotAccessor __call__",
)
QUIET_MODULES = ("pandas.plotting", "pandas.testing")

METADATA = frozenset({  # properties
    "attrs", "axes", "categories", "columns", "dtype", "dtypes", "empty", "flags", "freq", "groups", "hasnans", "index",
    "indices", "is_copy", "is_monotonic_decreasing", "is_monotonic_increasing", "is_unique", "name", "names", "nbytes",
    "ndim", "ngroups", "ordered", "shape", "size", "tz", "unit",
    "fill_value", "density", "npoints", "sp_values",  # sparse
    "asi8", "freqstr", "inferred_type", "levels", "levshape", "nlevels",  # Index
    "array",  # extension arrays aren't followed
    "at", "cat", "dt", "iat", "iloc", "list", "loc", "nth", "plot", "sparse", "str", "struct", "style",
})  # fmt: skip
DESCRIBING = frozenset({"info", "keys", "memory_usage"})
DISPLAY = frozenset({"boxplot", "hist"})
COMPOSED = frozenset({"assign", "pipe"})
METHODS_LEFT_OUT = DESCRIBING | DISPLAY | COMPOSED
KEYS_LEFT_OUT = frozenset({
    "NDFrame.get",  # composed
    "OnlineExponentialMovingWindow.reset",
})  # fmt: skip
INDEX_LEFT_OUT = frozenset({
    "codes", "equals", "get_indexer", "get_loc", "identical", "is_", "isna", "slice_indexer", "unique", "values",
    "view", "__array__", "__getitem__",
})  # fmt: skip
FUNCTIONS_LEFT_OUT = frozenset({
    "array", "col", "describe_option", "get_option", "infer_freq", "option_context", "reset_option",
    "set_eng_float_format", "set_option", "show_versions", "test",
})  # fmt: skip

_BINARY = ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor"]
_OTHERS = [
    "eq", "ne", "lt", "le", "gt", "ge", "neg", "pos", "abs", "invert", "round", "matmul", "rmatmul",
    "divmod", "rdivmod", "getitem", "setitem", "delitem", "copy", "deepcopy", "array", "array_ufunc", "arrow_c_stream",
]  # fmt: skip
SPECIAL = frozenset(f"__{prefix}{name}__" for name in _BINARY for prefix in ("", "r", "i")) | {
    f"__{n}__" for n in _OTHERS
}


def targets(*, index: bool = False) -> list[Target]:
    """The functions to intercept, each once. ``index``: methods of Index as well."""
    found: dict[FunctionType, Target] = {}
    for owner, name, member in _all(index):
        function = _unwrapped(member, owner)
        found.setdefault(function, Target(function, owner.__name__ if owner else "", name))
    return list(found.values())


def quiet() -> list[Target]:
    """Public functions that aren't recorded, and inside which nothing is."""
    found: dict[FunctionType, Target] = {}
    for owner, name, member in _listed(QUIET):
        found.setdefault(member, Target(member, owner.__name__, name, quiet=True))
    for module_name in QUIET_MODULES:
        for name, member in vars(sys.modules[module_name]).items():
            if isinstance(member, FunctionType) and not name.startswith("_"):
                found.setdefault(member, Target(member, module_name.rpartition(".")[2], name, quiet=True))
    return list(found.values())


def _listed(lines: Iterable[str]) -> Iterator[tuple[type, str, FunctionType]]:
    for line in lines:
        module, owner, *members = line.split()
        for cls in _classes(f"{module} {owner}"):
            yield from _parts(cls, members)


def _all(index: bool) -> Iterator[tuple[type | None, str, FunctionType]]:
    yield from _listed(PARTS)
    for line in CLASSES:
        for cls in _classes(line):
            yield from _public(cls)
    for line in INDEX_CLASSES if index else ():
        for cls in _classes(line):
            yield from _public(cls, INDEX_LEFT_OUT)
    for module in (pd, pd.util):
        for name in dir(module):
            value = getattr(module, name)
            if isinstance(value, FunctionType) and not name.startswith("_") and name not in FUNCTIONS_LEFT_OUT:
                yield None, name, value


def _classes(line: str) -> Iterator[type]:
    module_name, *names = line.split()
    module = sys.modules.get(module_name)  # all of them come with ``import pandas``; nothing is imported for our sake
    for name in names:
        cls = getattr(module, name, None)
        if isinstance(cls, type):
            yield cls


def _parts(cls: type, members: list[str]) -> Iterator[tuple[type, str, FunctionType]]:
    for member in members:
        name = member.rstrip("=")
        value = cls.__dict__.get(name)
        function = value.fset if member.endswith("=") and isinstance(value, property) else _function(value)
        if isinstance(function, FunctionType):
            yield cls, name, function


def _public(cls: type, left_out: frozenset[str] = frozenset()) -> Iterator[tuple[type, str, FunctionType]]:
    for name in _names(cls):
        if name in left_out or (name.startswith("_") and name not in SPECIAL):
            continue
        owner = next(c for c in cls.__mro__ if name in c.__dict__)
        member = owner.__dict__[name]
        function = _function(member)
        if function is None or owner.__module__.partition(".")[0] != "pandas":
            continue
        out = METADATA if isinstance(member, property) else METHODS_LEFT_OUT
        if name not in out and f"{owner.__name__}.{name}" not in KEYS_LEFT_OUT:
            yield owner, name, function


def _names(cls: type) -> list[str]:
    """Public names, those first that the function itself bears: ``aggregate`` before its alias ``agg``."""
    return sorted(dir(cls), key=lambda name: (getattr(getattr(cls, name, None), "__name__", name) != name, name))


def _function(member: Any) -> FunctionType | None:
    """The Python function behind a method, class method or property getter."""
    if isinstance(member, property):
        member = member.fget
    elif isinstance(member, staticmethod | classmethod):
        member = member.__func__
    return member if isinstance(member, FunctionType) else None


def _unwrapped(function: FunctionType, owner: type | None) -> FunctionType:
    """The function inside decorators that hide its signature behind ``*args, **kwargs``.

    Delegates are not followed: what ``Series.dt`` wraps is a method of another class, called with another ``self``.
    """
    while function.__code__.co_flags & 0xC == 0xC:
        inner = getattr(function, "__wrapped__", None)
        if not isinstance(inner, FunctionType) or not _belongs(inner, owner):
            break
        function = inner
    return function


def _belongs(function: FunctionType, owner: type | None) -> bool:
    around = function.__code__.co_qualname.rpartition(".")[0]
    return owner is None or around in {cls.__name__ for cls in owner.__mro__}
