"""Joining, concatenating, reshaping and relabelling frames; coding values; leaving pandas."""

from __future__ import annotations

from lineage_ext.rules.algebra import Word
from lineage_ext.rules.concat import Align, Compare, Concat, Over
from lineage_ext.rules.encode import Bin, Convert, Dummies, Factorize, FromDummies
from lineage_ext.rules.index import Levels, Reindex, Relabel, ResetIndex, SetAxis, SetIndex
from lineage_ext.rules.join import Merge
from lineage_ext.rules.pivot import CrossTable, Pivot
from lineage_ext.rules.reshape import (
    Explode,
    LongReshape,
    Melt,
    Squeeze,
    Stack,
    ToFrame,
    Transpose,
    Unstack,
    WideToLong,
)

TABLE: dict[str, Word] = {
    "pd.merge": Merge(),
    "DataFrame.merge": Merge(left="self"),
    "DataFrame.join": Merge(
        left="self", right="other", on="", left_on="on", right_on="", suffixes=("lsuffix", "rsuffix"), indexed=True
    ),
    "pd.merge_asof": Merge(by=("by", "left_by", "right_by"), how="asof"),
    "pd.merge_ordered": Merge(groups=("left_by", "right_by"), ordered=True),
    "pd.concat": Concat(),
    "frame.combine_first": Over(),
    "frame.update": Over(keeps=True),
    "frame.align": Align(),
    "frame.compare": Compare(),
    "frame.set_index": SetIndex(),
    "frame.reset_index": ResetIndex(),
    "frame.rename_axis": Relabel(),
    "frame.rename": Relabel(index=("index",), mapper="mapper"),
    "frame.name": Relabel(),
    "frame.add_prefix": Relabel(affix="prefix"),
    "frame.add_suffix": Relabel(affix="suffix"),
    "frame.set_axis": SetAxis(),
    "frame._set_axis": SetAxis(inner=True),
    "frame.reindex": Reindex(),
    "frame.reindex_like": Reindex(index=(), like="other"),
    "frame.droplevel": Levels(drop="level"),
    "frame.swaplevel": Levels(swap=("i", "j")),
    "frame.reorder_levels": Levels(order="order"),
    "frame.to_frame": ToFrame(),
    "frame.T": Transpose(),
    "frame.transpose": Transpose(),
    "frame.swapaxes": Transpose(),
    "frame.squeeze": Squeeze(),
    "pd.melt": Melt(),
    "frame.melt": Melt(),
    "pd.wide_to_long": WideToLong(),
    "pd.lreshape": LongReshape(),
    "pd.pivot": Pivot(),
    "frame.pivot": Pivot(),
    "pd.pivot_table": Pivot(aggregates=True),
    "frame.pivot_table": Pivot(aggregates=True),
    "pd.crosstab": CrossTable(),
    "frame.stack": Stack(),
    "frame.unstack": Unstack(),
    "DataFrame.explode": Explode("column"),
    "Series.explode": Explode(),
    "str.extractall": Explode(),
    "pd.get_dummies": Dummies(),
    "str.get_dummies": Dummies(),
    "pd.from_dummies": FromDummies(),
    "pd.factorize": Factorize(),
    "frame.factorize": Factorize(),
    "pd.cut": Bin(),
    "pd.qcut": Bin(edges="q"),
    "frame.to_numpy": Convert(),
    "frame.values": Convert(),
    "frame.__array__": Convert(),
    "frame.ravel": Convert(),
    "frame.view": Convert(),
    "frame.tolist": Convert(),
    "frame.to_list": Convert(),
    "frame.to_dict": Convert(levels=True, labelled=True),
    "frame.to_records": Convert(levels=True, labelled=True),
    "frame.to_xarray": Convert(levels=True),
    "frame.__arrow_c_stream__": Convert(levels=True),
}
