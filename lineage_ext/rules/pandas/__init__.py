"""The words for pandas' functions: tables of ``"scope.name": Word(...)``, one file per family.

A scope is what a function belongs to, whichever class defines it in this version of pandas: ``frame`` (DataFrame,
Series and their bases), ``group``, ``window``, ``resample``, the accessors ``str dt cat list struct sparse``, the
indexers ``loc iloc at iat``, ``index``, ``excel``, ``hdf``, ``reader``, and ``pd`` for top-level functions. An exact
class (``"DataFrame.map"``) wins over its scope. What has no rule is declared, with its reason, in ``declared.py``.

To add an operation: one entry in the file of its family. To add a family: a file with a ``TABLE``, listed in
``TABLES``.
"""

from __future__ import annotations

TABLES = ("selection", "values", "making", "grouping", "reshaping", "indexes", "files")
SCOPES = {
    "frame": "DataFrame Series NDFrame OpsMixin NDOpsMixin IndexOpsMixin SelectionMixin NDFrameDescriptorMixin",
    "group": "GroupBy DataFrameGroupBy SeriesGroupBy BaseGroupBy BaseGrouper BinGrouper GroupByIndexingMixin",
    "window": "BaseWindow Rolling RollingAndExpandingMixin Expanding ExponentialMovingWindow Window BaseWindowGroupby "
    "RollingGroupby ExpandingGroupby ExponentialMovingWindowGroupby OnlineExponentialMovingWindow "
    "RollingGroupBy ExpandingGroupBy ExponentialMovingWindowGroupBy",  # as pandas 3.1 spells them
    "resample": "Resampler DatetimeIndexResampler PeriodIndexResampler TimedeltaIndexResampler _GroupByMixin "
    "DatetimeIndexResamplerGroupby PeriodIndexResamplerGroupby TimedeltaIndexResamplerGroupby "
    "DatetimeIndexResamplerGroupBy PeriodIndexResamplerGroupBy TimedeltaIndexResamplerGroupBy",
    "str": "StringMethods",
    "dt": "Properties DatetimeProperties TimedeltaProperties PeriodProperties CombinedDatetimelikeProperties "
    "ArrowTemporalProperties PandasDelegate DatelikeOps TimelikeOps",
    "cat": "CategoricalAccessor",
    "list": "ListAccessor",
    "struct": "StructAccessor",
    "sparse": "SparseAccessor SparseFrameAccessor",
    "loc": "_LocIndexer _LocationIndexer",
    "iloc": "_iLocIndexer",
    "at": "_AtIndexer _ScalarAccessIndexer",
    "iat": "_iAtIndexer",
    "index": "Index MultiIndex RangeIndex DatetimeIndex PeriodIndex TimedeltaIndex CategoricalIndex IntervalIndex "
    "DatetimeIndexOpsMixin DatetimeTimedeltaMixin",
    "excel": "ExcelFile ExcelWriter",
    "hdf": "HDFStore",
    "reader": "TextFileReader JsonReader StataReader SASReader SAS7BDATReader XportReader",
}
SCOPE_OF = {owner: scope for scope, owners in SCOPES.items() for owner in owners.split()}
