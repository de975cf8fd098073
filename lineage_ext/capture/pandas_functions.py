"""Which of pandas' functions are intercepted: the public ones that make, change, read or write data.

To intercept another: a class goes into ``CLASSES``, a single function into ``PARTS``. What must not be recorded, though
it is public, is declared with its reason in ``lineage_ext.rules.pandas.declared``. If such a function works with frames
itself, it goes into ``QUIET`` as well: without that ``df.info()`` would be twelve operations. What a pandas version
doesn't have is passed over.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from types import FunctionType
from typing import Any

import pandas as pd

from lineage_ext.capture.interception import Target
from lineage_ext.rules.pandas import SCOPE_OF
from lineage_ext.rules.pandas.declared import reason_of

CLASSES = (
    "pandas.core.frame DataFrame",
    "pandas.core.series Series",
    "pandas.core.groupby.generic DataFrameGroupBy SeriesGroupBy",
    "pandas.core.window.rolling Rolling RollingGroupby RollingGroupBy Window",  # GroupBy: so pandas 3.1 spells them
    "pandas.core.window.expanding Expanding ExpandingGroupby ExpandingGroupBy",
    "pandas.core.window.ewm ExponentialMovingWindow ExponentialMovingWindowGroupby ExponentialMovingWindowGroupBy",
    "pandas.core.window.ewm OnlineExponentialMovingWindow",
    "pandas.core.resample Resampler DatetimeIndexResampler PeriodIndexResampler TimedeltaIndexResampler",
    "pandas.core.resample DatetimeIndexResamplerGroupby PeriodIndexResamplerGroupby TimedeltaIndexResamplerGroupby",
    "pandas.core.resample DatetimeIndexResamplerGroupBy PeriodIndexResamplerGroupBy TimedeltaIndexResamplerGroupBy",
    "pandas.core.strings.accessor StringMethods",
    "pandas.core.indexes.accessors DatetimeProperties TimedeltaProperties PeriodProperties",
    "pandas.core.arrays.categorical CategoricalAccessor",
    "pandas.core.arrays.arrow.accessors ListAccessor StructAccessor",
    "pandas.core.arrays.sparse.accessor SparseAccessor SparseFrameAccessor",
    "pandas.core.indexing _LocIndexer _iLocIndexer _AtIndexer _iAtIndexer",
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
    "pandas.io.json._json JsonReader __next__ read",
    "pandas.io.stata StataReader __next__ get_chunk read",
    "pandas.io.sas.sas7bdat SAS7BDATReader __next__ read",
    "pandas.io.sas.sas_xport XportReader __next__ get_chunk read",
    "pandas.core.indexes.base Index __new__",
    "pandas.core.indexes.multi MultiIndex __new__",
    "pandas.core.indexes.datetimes DatetimeIndex __new__",
    "pandas.core.indexes.timedeltas TimedeltaIndex __new__",
    "pandas.core.indexes.period PeriodIndex __new__",
    "pandas.core.indexes.category CategoricalIndex __new__",
    "pandas.core.indexes.interval IntervalIndex __new__",
    "pandas.io.pytables HDFStore get put append select __getitem__ __setitem__ append_to_multiple",
    "pandas.io.pytables HDFStore select_as_multiple select_as_coordinates select_column",
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
    "pandas.core.arrays.base ExtensionArray __contains__ __repr__ tolist",
    "pandas.core.arrays.string_ BaseStringArray tolist",
    "pandas.core.arrays.masked BaseMaskedArray __contains__ tolist",
    "pandas.core.arrays.arrow.array ArrowExtensionArray __contains__",
    "pandas.core.arrays.categorical Categorical __contains__ __repr__ to_list",
    "pandas.core.arrays._mixins NDArrayBackedExtensionArray __getitem__",
    "pandas.core.arrays.sparse.array SparseArray __repr__",
    "pandas.core.arrays.sparse.accessor BaseAccessor __init__",
    "pandas.core.arrays.sparse.accessor SparseFrameAccessor _validate density",
    "pandas.plotting._core PlotAccessor __call__",
)
QUIET_MODULES = ("pandas.plotting", "pandas.testing")
MODULES = (pd, pd.util, pd.api.interchange)  # whose functions are operations
LAZY = ("hash_array", "hash_pandas_object")  # of pd.util; pandas 2 imports them when asked for, dir() omits them

_BINARY = ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor"]
_OTHERS = [
    "eq", "ne", "lt", "le", "gt", "ge", "neg", "pos", "abs", "invert", "round", "matmul", "rmatmul",
    "divmod", "rdivmod", "getitem", "setitem", "delitem", "copy", "deepcopy", "array", "array_ufunc", "arrow_c_stream",
]  # fmt: skip
SPECIAL = frozenset(f"__{prefix}{name}__" for name in _BINARY for prefix in ("", "r", "i")) | {
    f"__{n}__" for n in _OTHERS
}


def targets() -> list[Target]:
    """The functions to intercept, each once."""
    found: dict[FunctionType, Target] = {}
    for owner, name, member in _all():
        function = unwrapped(member, owner)
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


def _all() -> Iterator[tuple[type | None, str, FunctionType]]:
    yield from _listed(PARTS)
    seen: set[tuple[str, type]] = set()
    own = cache(_own)  # most classes have bases of others
    for line in CLASSES:
        for cls in _classes(line):
            yield from _public(cls, seen, own)
    for module in MODULES:
        for name in sorted({*dir(module), *LAZY}):
            value = getattr(module, name, None)
            if isinstance(value, FunctionType) and not name.startswith("_") and not reason_of("", "pd", name):
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
        function = value.fset if member.endswith("=") and isinstance(value, property) else function_of(value)
        if isinstance(function, FunctionType):
            yield cls, name, function


def _own(cls: type) -> dict[str, type]:
    """The class itself for each public name that it defines."""
    return {name: cls for name in vars(cls) if not name.startswith("_") or name in SPECIAL}


def _public(
    cls: type, seen: set[tuple[str, type]], own: Callable[[type], dict[str, type]]
) -> Iterator[tuple[type, str, FunctionType]]:
    """What is public of a class and its bases, but for the members of bases that were ``seen``: most are shared."""
    owners: dict[str, type] = {}
    for base in reversed(cls.__mro__):
        owners.update(own(base))
    new = owners.items() - seen
    seen |= new
    owners = dict(new)
    for name in sorted(owners, key=lambda name: (_bears(owners[name].__dict__[name], name), name)):
        owner = owners[name]
        member = owner.__dict__[name]
        function = function_of(member)
        if function is None or owner.__module__.partition(".")[0] != "pandas":
            continue
        scope = SCOPE_OF.get(owner.__name__, "")
        if not reason_of(owner.__name__, scope, name, is_property=isinstance(member, property)):
            yield owner, name, function


def _bears(member: Any, name: str) -> bool:
    """Whether a function bears another name than its class gives it: ``agg`` is ``aggregate``, which comes first."""
    return not isinstance(member, property) and getattr(function_of(member), "__name__", name) != name


def function_of(member: Any) -> FunctionType | None:
    """The Python function behind a method, class method or property getter."""
    if isinstance(member, property):
        member = member.fget
    elif isinstance(member, staticmethod | classmethod):
        member = member.__func__
    return member if isinstance(member, FunctionType) else None


def unwrapped(function: FunctionType, owner: type | None) -> FunctionType:
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
