"""Selecting, sorting, copying and changing in place."""

from __future__ import annotations

from lineage_ext.rules.access import Cross, Get, Locate
from lineage_ext.rules.algebra import T, Word
from lineage_ext.rules.assign import Delete, Evaluate, Put, PutAt
from lineage_ext.rules.iterate import Iterate
from lineage_ext.rules.query import Query
from lineage_ext.rules.rows import Rows, Same


def _all(names: str, word: Word) -> dict[str, Word]:
    return {f"frame.{name}": word for name in names.split()}


TABLE: dict[str, Word] = {
    "frame.__getitem__": Get("key"),
    "frame.select": Get("*args"),
    "loc.__getitem__": Locate(),
    "at.__getitem__": Locate(),
    "frame.xs": Cross(),
    "frame.__setitem__": Put("key", "value"),
    "DataFrame.insert": Put("column", "value"),
    "DataFrame.isetitem": Put("loc", "value", by_number=True),
    "loc.__setitem__": PutAt(),
    "at.__setitem__": PutAt(),
    "iat.__setitem__": PutAt(),
    "frame.__delitem__": Delete("key"),
    "frame.pop": Delete("item"),
    "frame.query": Query("expr"),
    "frame.eval": Evaluate("expr"),
    "frame.drop": Rows(given=("labels", "index", "columns")),
    "frame.dropna": Rows(("subset",), values=True),
    "frame.drop_duplicates": Rows(("subset",), values=True, ordered=True, distinct=True),
    "frame.sort_values": Rows(("by",), T.SORT, values=True),
    "frame.sort_index": Rows(how=T.SORT, levels=True),
    "DataFrame.nlargest": Rows(("columns",), ranked=True),
    "DataFrame.nsmallest": Rows(("columns",), ranked=True),
    "Series.nlargest": Rows(values=True, ranked=True),
    "Series.nsmallest": Rows(values=True, ranked=True),
    **_all("head tail", Rows(ordered=True)),
    "frame.take": Rows(ordered=True, given=("indices",), repeats=True),
    "frame.sample": Rows(("weights",), ordered=True, given=("weights",), repeats=True),
    "frame.repeat": Rows(given=("repeats",), repeats=True),
    **_all("at_time between_time truncate first last", Rows(levels=True)),
    "frame.asfreq": Rows(levels=True, repeats=True),
    "frame.filter": Rows(levels=True, columns=True),
    **_all("copy __copy__ __deepcopy__ set_flags infer_objects select_dtypes", Same()),
    **_all("tz_localize tz_convert to_period to_timestamp", Same()),
    **_all("astype convert_dtypes round __round__", Same(T.TRANSFORMATION)),
    **_all("iterrows itertuples", Iterate(record=True)),
    **_all("items __iter__", Iterate()),
}
