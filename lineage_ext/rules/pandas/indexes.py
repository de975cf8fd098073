"""Index objects: their fields, their levels, sets of them. Row labels only: the labels of columns are no data."""

from __future__ import annotations

from lineage_ext.rules.aggregate import Aggregate, Distinct
from lineage_ext.rules.algebra import T, Word
from lineage_ext.rules.callbacks import Map
from lineage_ext.rules.concat import Over
from lineage_ext.rules.elementwise import Across, Elementwise
from lineage_ext.rules.encode import Convert, Factorize
from lineage_ext.rules.index import Levels
from lineage_ext.rules.index_values import Append, Conform, MakeIndex, Pick, Positions, Sets, TakeLevel
from lineage_ext.rules.masking import Masks
from lineage_ext.rules.reshape import ToFrame
from lineage_ext.rules.rows import Rows, Same


def _all(names: str, word: Word, scope: str = "index") -> dict[str, Word]:
    return {f"{scope}.{name}": word for name in names.split()}


_TIME = (
    "date day day_name day_of_week day_of_year dayofweek dayofyear days_in_month daysinmonth hour is_leap_year "
    "is_month_end is_month_start is_quarter_end is_quarter_start is_year_end is_year_start isocalendar microsecond "
    "minute month month_name nanosecond normalize quarter second time timetz to_julian_date week weekday weekofyear "
    "year qyear start_time end_time strftime days seconds microseconds nanoseconds total_seconds components ceil "
    "floor round snap tz_convert tz_localize to_period to_timestamp asfreq as_unit"
)

TABLE: dict[str, Word] = {
    # made
    "index.__new__": MakeIndex(),
    "MultiIndex.__new__": MakeIndex(("levels",), codes="codes"),
    "PeriodIndex.__new__": MakeIndex(before_3=("ordinal", "**fields")),
    "index.from_arrays": MakeIndex(("arrays",), each=True),
    "IntervalIndex.from_arrays": MakeIndex(("left", "right")),
    "index.from_product": MakeIndex(("iterables",), each=True, product=True),
    "index.from_tuples": MakeIndex(("tuples",)),
    "IntervalIndex.from_tuples": MakeIndex(),
    "index.from_frame": MakeIndex(("df",)),
    "index.from_breaks": MakeIndex(("breaks",)),
    "index.from_range": MakeIndex(),
    "index.from_fields": MakeIndex((), computed_from=("year", "quarter", "month", "day", "hour", "minute", "second")),
    "index.from_ordinals": MakeIndex((), computed_from=("ordinals",)),
    # value by value
    **_all(_TIME, Elementwise()),
    **_all("__abs__ __neg__ __pos__ __invert__ isna notna astype", Elementwise()),
    **_all(
        "__add__ __radd__ __iadd__ __sub__ __rsub__ __isub__ __mul__ __rmul__ __truediv__ __rtruediv__ __floordiv__ "
        "__rfloordiv__ __mod__ __rmod__ __pow__ __rpow__ __divmod__ __rdivmod__",
        Elementwise(("other",)),
    ),
    "index.__array_ufunc__": Elementwise(("*inputs",)),
    "index.isin": Elementwise(("values",), aligned=False),
    "index.fillna": Elementwise(("value",)),
    "index.where": Elementwise(("other",), ("cond",), value=T.IDENTITY, how=T.IDENTITY),
    "index.putmask": Elementwise(("value",), ("mask",), value=T.IDENTITY, how=T.IDENTITY),
    "index.replace": Elementwise(("to_replace", "value")),
    "index.map": Map(("mapper",)),
    "index.contains": Elementwise(("other",)),
    "index.overlaps": Elementwise(("other",)),
    "index.length": Elementwise(),
    "index.set_closed": Elementwise(),
    **_all("shift", Elementwise()),
    "index.diff": Elementwise(ordered=True),
    **_all(
        "add_categories as_ordered as_unordered remove_categories remove_unused_categories rename_categories "
        "reorder_categories set_categories",
        Elementwise(),
    ),
    "index.duplicated": Across(ordered=True),
    # labels and levels
    **_all("copy __copy__ __deepcopy__ infer_objects rename set_names remove_unused_levels to_flat_index", Same()),
    **_all("set_levels set_codes", Same(T.TRANSFORMATION)),
    "index.get_level_values": TakeLevel(),
    "index.droplevel": Levels(drop="level"),
    "index.swaplevel": Levels(swap=("i", "j")),
    "index.reorder_levels": Levels(order="order"),
    # some of the values, or in another order
    "index.__getitem__": Pick(),
    **_all("take", Pick("indices")),
    **_all("repeat dropna", Rows(levels=True)),
    **_all("delete truncate", Rows(ordered=True)),
    "index.drop": Rows(levels=True),
    "index.drop_duplicates": Rows(levels=True, ordered=True),
    "index.unique": Distinct(),
    **_all("sort_values sortlevel", Rows(how=T.SORT, levels=True)),
    "index.insert": Over("item"),
    # several
    "index.append": Append(),
    "index.union": Sets(both=True),
    "index.symmetric_difference": Sets(both=True),
    "index.join": Sets(both=True),
    "index.intersection": Sets(),
    "index.difference": Sets(),
    **_all("get_indexer get_indexer_for get_indexer_non_unique", Positions()),
    "index.searchsorted": Positions("value"),
    "index.asof_locs": Positions("where"),
    "index.reindex": Conform(),
    # one value
    **_all("min max any all mean median std sum argmin argmax", Aggregate()),
    "index.asof": Aggregate(ordered=True),
    "index.value_counts": Masks(Distinct(counts=True)),
    # other things
    "index.factorize": Factorize(),
    "index.argsort": Elementwise(ordered=True),
    "index.to_series": ToFrame(index="index"),
    "index.to_frame": ToFrame(index="index"),
    **_all("__array__ ravel values tolist to_pydatetime to_pytimedelta to_tuples", Convert()),
    **_all("indexer_at_time indexer_between_time", Rows(levels=True)),
    "index.groupby": Convert(),
}
