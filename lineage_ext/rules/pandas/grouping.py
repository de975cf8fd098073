"""Groups and windows: ``groupby``, ``resample``, ``rolling``, ``expanding``, ``ewm`` and what is asked of them."""

from __future__ import annotations

from lineage_ext.rules.algebra import Nothing, T, Word
from lineage_ext.rules.group import Group, Loop, Resample, Select
from lineage_ext.rules.group_functions import Agg, Apply, Filter
from lineage_ext.rules.grouped import Broadcast, Counts, Pick, Reduce
from lineage_ext.rules.masking import Masks
from lineage_ext.rules.window import EachWindow, Slide, Windowed


def _all(scope: str, names: str, word: Word) -> dict[str, Word]:
    return {f"{scope}.{name}": word for name in names.split()}


TABLE: dict[str, Word] = {
    # made
    "frame.groupby": Group(),
    "frame.resample": Resample(),
    "group.resample": Resample(),
    **{f"{scope}.rolling": Slide(window="window", on="on") for scope in ("frame", "group")},
    **{f"{scope}.expanding": Slide() for scope in ("frame", "group")},
    **{f"{scope}.ewm": Slide(times="times") for scope in ("frame", "group")},
    # selected from, looped over
    "SelectionMixin.__getitem__": Select(),  # of windows, resamplers, grouped series
    "group.__getitem__": Select(),
    "window.online": Select(""),
    "group.get_iterator": Loop(),
    "window.__iter__": EachWindow(),
    # one row per group
    **_all("group", "sum mean min max std var median prod unique any all sem skew kurt", Reduce()),
    **_all("group", "count nunique", Masks(Reduce())),
    **_all("group", "quantile ohlc describe", Reduce()),
    **_all("group", "first last", Reduce(ordered=True)),
    **_all("group", "idxmin idxmax", Reduce(levels=True)),
    "group.size": Masks(Reduce(counts=True)),
    **_all("DataFrameGroupBy", "corr cov", Reduce(across=True)),
    **_all("group", "corr cov corrwith", Reduce(operands=("other",))),
    "group.value_counts": Masks(Counts()),
    "group.aggregate": Agg(),
    "group.apply": Apply(),
    # a value for every row
    "group.transform": Broadcast(function="func"),
    **_all("group", "cumsum cumprod cummin cummax diff pct_change", Broadcast(ordered=True)),
    "group.shift": Broadcast(T.IDENTITY, ordered=True, operands=("fill_value",)),
    **_all("group", "ffill bfill", Broadcast(ordered=True)),
    "group.fillna": Broadcast(ordered=("method", ("ffill", "pad", "bfill", "backfill")), operands=("value",)),
    "group.rank": Broadcast(ordered=("method", ("first",))),
    "group.ngroup": Broadcast(None, keys=T.TRANSFORMATION),
    "group.cumcount": Broadcast(None, ordered=True),
    # some of the rows
    **_all("group", "head tail _nth take", Pick(ordered=True)),
    "group.sample": Pick(ordered=True, by=("weights",)),
    "group.get_group": Pick(T.FILTER),
    **_all("group", "nlargest nsmallest", Pick(ranked=True)),
    "group.filter": Filter(),
    "group.grouper": Nothing("pandas' own view of the groups"),
    # bins of time
    **_all("resample", "sum mean min max std var median prod sem quantile ohlc", Reduce()),
    **_all("resample", "count nunique", Masks(Reduce())),
    **_all("resample", "first last", Reduce(ordered=True)),
    "resample.size": Masks(Reduce(counts=True)),
    **_all("resample", "asfreq ffill bfill nearest fillna", Reduce(T.IDENTITY)),
    "resample.interpolate": Reduce(T.TRANSFORMATION),
    "resample.aggregate": Agg(),
    "resample.transform": Broadcast(function="arg"),
    # a value per window
    **_all("window", "sum mean min max std var median sem skew kurt quantile first last", Windowed()),
    **_all("window", "count nunique", Masks(Windowed())),
    **_all("window", "aggregate apply", Windowed()),
    "window.rank": Windowed(T.TRANSFORMATION),
    **_all("window", "corr cov", Windowed(across=True, operands=("other",))),
}
