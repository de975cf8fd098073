"""Computing values: arithmetic, comparison, accessors, filling, reducing, functions of the user's."""

from __future__ import annotations

from lineage_ext.rules.aggregate import Aggregate, Distinct, Dot
from lineage_ext.rules.algebra import T, Word
from lineage_ext.rules.beside import Beside, after, before, change, difference, moved, whole_row
from lineage_ext.rules.callbacks import Apply, Map
from lineage_ext.rules.elementwise import Across, Elementwise, Shift
from lineage_ext.rules.index_values import Calendar
from lineage_ext.rules.masking import Masks
from lineage_ext.rules.query import EvaluateVariables
from lineage_ext.rules.spread import Spreads

_BINARY = "add sub mul truediv floordiv mod pow and or xor"
_OPERATORS = " ".join(f"__{p}{o}__" for o in _BINARY.split() for p in ("", "r", "i"))
_COMPARISONS = "eq ne lt le gt ge"

_TWO = Elementwise(("other",), by_columns=True)

_TEXT = (
    "__getitem__ capitalize casefold center contains count decode encode endswith extract find findall "
    "fullmatch get index isalnum isalpha isascii isdecimal isdigit islower isnumeric isspace istitle isupper join len "
    "ljust lower lstrip match normalize pad partition removeprefix removesuffix repeat replace rfind rindex rjust "
    "rpartition rstrip slice slice_replace startswith strip swapcase title translate upper wrap zfill"
)
_TIME = (
    "as_unit asfreq ceil components date day day_name day_of_week day_of_year dayofweek dayofyear days days_in_month "
    "daysinmonth end_time floor hour is_leap_year is_month_end is_month_start is_quarter_end is_quarter_start "
    "is_year_end is_year_start isocalendar microsecond microseconds minute month month_name nanosecond nanoseconds "
    "normalize quarter qyear round second seconds start_time strftime time timetz to_period to_pydatetime "
    "to_pytimedelta to_timestamp total_seconds tz_convert tz_localize week weekday weekofyear year"
)


DISTANCES = frozenset(
    "time index values nearest zero slinear quadratic cubic barycentric krogh spline polynomial from_derivatives "
    "piecewise_polynomial pchip akima cubicspline".split()
)  # ways of interpolating that ask the index how far apart values are


def _all(names: str, word: Word, scope: str = "frame") -> dict[str, Word]:
    return {f"{scope}.{name}": word for name in names.split()}


TABLE: dict[str, Word] = {
    **_all(_OPERATORS, _TWO),
    **_all(" ".join(f"__{c}__" for c in _COMPARISONS.split()), _TWO),
    **_all("__divmod__ __rdivmod__ divmod rdivmod", _TWO),
    **_all("add sub mul truediv floordiv mod pow radd rsub rmul rtruediv rfloordiv rmod rpow", _TWO),
    **_all(_COMPARISONS, _TWO),
    **_all("__neg__ __pos__ __abs__ __invert__ abs isna isnull notna notnull", Elementwise()),
    "frame.between": Elementwise(("left", "right")),
    "DataFrame.isin": Elementwise(("values",)),
    "Series.isin": Elementwise(("values",), aligned=False),
    "frame.clip": Elementwise(("lower", "upper")),
    "frame.__array_ufunc__": Elementwise(("*inputs",)),
    "frame.where": Elementwise(("other",), ("cond",), value=T.IDENTITY, how=T.IDENTITY),
    "frame.mask": Elementwise(("other",), ("cond",), value=T.IDENTITY, how=T.IDENTITY),
    "frame.fillna": Elementwise(("value",), by_columns=True),
    "frame.replace": Elementwise(("to_replace", "value")),
    "frame.case_when": Elementwise(("caselist",)),
    "frame.combine": Elementwise(("other", "fill_value")),
    **_all("ffill pad cumsum cumprod cummax cummin", Beside(Elementwise(ordered=True), before)),
    **_all("bfill backfill", Beside(Elementwise(ordered=True), after)),
    **_all("interpolate", Beside(Elementwise(ordered=True, by_index=("method", DISTANCES)), whole_row)),
    **_all("diff", Beside(Elementwise(ordered=True), difference, "periods")),
    **_all("pct_change", Beside(Elementwise(ordered=True), change, "periods")),
    **_all("shift", Beside(Shift(), moved, "periods", T.IDENTITY)),
    "frame.rank": Beside(Elementwise(ordered_if=("method", "first")), whole_row),
    "pd.hash_pandas_object": Masks(Across(levels_if="index")),
    "pd.hash_array": Masks(Elementwise(("vals",))),
    "frame.duplicated": Across(("subset",), ordered=True),
    **_all(_TEXT, Elementwise(), "str"),
    **_all("rsplit split", Spreads(Elementwise()), "str"),
    "str.cat": Elementwise(("others",)),
    **_all(_TIME, Elementwise(), "dt"),
    **_all(
        "__init__ add_categories as_ordered as_unordered codes remove_categories remove_unused_categories",
        Elementwise(),
        "cat",
    ),
    **_all(
        "rename_categories reorder_categories set_categories",
        Elementwise(("new_categories",), aligned=False, placed=True),
        "cat",
    ),
    **_all("__getitem__ flatten len", Elementwise(), "list"),
    **_all("explode field", Elementwise(), "struct"),
    **_all("to_dense to_coo from_coo from_spmatrix", Elementwise(), "sparse"),
    **_all("sum mean median min max prod std var sem skew kurt any all", Aggregate()),
    **_all("quantile describe", Aggregate(titled=True)),
    **_all("mode", Aggregate(several=True)),
    **_all("count nunique", Masks(Aggregate())),
    **_all("agg aggregate", Aggregate(function="func")),
    **_all("idxmax idxmin", Aggregate(levels=True)),
    **_all("argmax argmin searchsorted autocorr item equals bool", Aggregate(operands=("other", "value"))),
    **_all("argsort", Elementwise()),
    **_all("first_valid_index last_valid_index", Aggregate(levels=True, ordered=True)),
    "frame.asof": Aggregate(levels=True, ordered=True),
    **_all("corr cov", Aggregate(across=True, titled=True, operands=("other",))),
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
    "pd.eval": EvaluateVariables(),
    **_all("date_range bdate_range period_range timedelta_range interval_range", Calendar(), "pd"),
}
