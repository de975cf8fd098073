"""Computing values: arithmetic, comparison, accessors, filling, reducing, functions of the user's."""

from __future__ import annotations

from lineage_ext.rules.aggregate import Aggregate, Distinct, Dot
from lineage_ext.rules.algebra import Nothing, T, Unknown, Word
from lineage_ext.rules.callbacks import Apply, Map
from lineage_ext.rules.elementwise import Across, Elementwise
from lineage_ext.rules.masking import Masks

_BINARY = "add sub mul truediv floordiv mod pow and or xor"
_OPERATORS = " ".join(f"__{p}{o}__" for o in _BINARY.split() for p in ("", "r", "i"))
_COMPARISONS = "eq ne lt le gt ge"


def _all(names: str, word: Word, scope: str = "frame") -> dict[str, Word]:
    return {f"{scope}.{name}": word for name in names.split()}


TABLE: dict[str, Word] = {
    **_all(_OPERATORS, Elementwise(("other",))),
    **_all(" ".join(f"__{c}__" for c in _COMPARISONS.split()), Elementwise(("other",))),
    **_all("__divmod__ __rdivmod__ divmod rdivmod", Elementwise(("other",))),
    **_all("add sub mul truediv floordiv mod pow radd rsub rmul rtruediv rfloordiv rmod rpow", Elementwise(("other",))),
    **_all(_COMPARISONS, Elementwise(("other",))),
    **_all("__neg__ __pos__ __abs__ __invert__ abs isna isnull notna notnull", Elementwise()),
    "frame.between": Elementwise(("left", "right")),
    "frame.isin": Elementwise(("values",)),
    "frame.clip": Elementwise(("lower", "upper")),
    "frame.__array_ufunc__": Elementwise(("*inputs",)),
    "frame.where": Elementwise(("other",), ("cond",), value=T.IDENTITY, how=T.IDENTITY),
    "frame.mask": Elementwise(("other",), ("cond",), value=T.IDENTITY, how=T.IDENTITY),
    "frame.fillna": Elementwise(("value",)),
    "frame.replace": Elementwise(("to_replace", "value")),
    "frame.case_when": Elementwise(("caselist",)),
    "frame.combine": Elementwise(("other", "fill_value")),
    **_all("ffill pad bfill backfill interpolate", Elementwise(ordered=True)),
    **_all("cumsum cumprod cummax cummin shift diff pct_change", Elementwise(ordered=True)),
    "frame.rank": Elementwise(ordered_if=("method", "first")),
    "pd.hash_pandas_object": Masks(Across(levels_if="index")),
    "pd.hash_array": Masks(Elementwise(("vals",))),
    "frame.duplicated": Across(("subset",), ordered=True),
    "str.*": Elementwise(),
    "str.cat": Elementwise(("others",)),
    "dt.*": Elementwise(),
    "cat.*": Elementwise(),
    "list.*": Elementwise(),
    "struct.*": Elementwise(),
    "sparse.*": Elementwise(),
    **_all("sum mean median min max prod std var sem skew kurt quantile any all mode describe", Aggregate()),
    **_all("count nunique", Masks(Aggregate())),
    **_all("agg aggregate", Aggregate()),
    **_all("idxmax idxmin", Aggregate(levels=True)),
    **_all("argmax argmin searchsorted autocorr item equals bool", Aggregate(operands=("other", "value"))),
    **_all("argsort", Elementwise()),
    **_all("first_valid_index last_valid_index", Aggregate(levels=True, ordered=True)),
    "frame.asof": Aggregate(levels=True, ordered=True),
    **_all("corr cov", Aggregate(across=True, operands=("other",))),
    **_all("corrwith", Aggregate(operands=("other",))),
    **_all("dot __matmul__ __rmatmul__", Dot()),
    "frame.unique": Distinct(),
    "pd.unique": Distinct(),
    "pd.value_counts": Masks(Distinct(counts=True)),
    "frame.value_counts": Masks(Distinct(counts=True, by="subset")),
    "frame.apply": Apply("func"),
    **_all("map applymap transform", Map()),
    **_all("to_datetime to_numeric to_timedelta", Elementwise(("arg",)), "pd"),
    **_all("isna isnull notna notnull", Elementwise(("obj",)), "pd"),
    "pd.eval": Unknown("its text names Python variables"),
    **_all("date_range bdate_range period_range timedelta_range interval_range", Nothing("a calendar, not data"), "pd"),
}
