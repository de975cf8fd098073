"""What of pandas' public surface has no rule, and why: it moves no values, or what it does is seen elsewhere.

``MEMBERS`` says so of functions, ``reason → scope → names``; ``*`` is every scope, ``property`` every property
(``df.size`` is one, ``gb.size()`` isn't), and an exact class may stand for a scope. ``CLASSES`` says so of whole
classes. What stands here isn't intercepted. A test goes through all that pandas exports: each function must have a rule
or stand here, so that a new release can't bring one unnoticed.
"""

from __future__ import annotations

METADATA = "labels, types and sizes: metadata, not values"
DISPLAY = "only shows what is there"
OPTION = "an option of pandas' own"
CHECK = "a check: it gives True, False, a name or an error"
SOURCE = "no operation of its own: followed through the source text"
FILE = "opens, closes or describes a file; reading and writing are recorded"

MEMBERS: dict[str, dict[str, str]] = {
    METADATA: {
        "property": "attrs axes categories columns dtype dtypes empty exclusions flags freq freqstr groups hasnans "
        "index indices is_copy is_monotonic_decreasing is_monotonic_increasing is_unique level name names nbytes ndim "
        "ngroups ordered shape size tz unit",
        "*": "info keys memory_usage __len__ __contains__ __sizeof__ __dir__",
        "sparse": "fill_value density npoints sp_values",
        "index": "asi8 codes equal_levels equals get_loc get_loc_level get_locs get_slice_bound has_duplicates "
        "holds_integer identical inferred_freq inferred_type is_ is_boolean is_categorical is_empty is_floating "
        "is_full is_integer is_interval is_non_overlapping_monotonic is_normalized is_numeric is_object "
        "is_overlapping levels levshape nlevels resolution slice_indexer slice_locs start step stop tzinfo view "
        "closed closed_left closed_right open_left open_right",
    },
    DISPLAY: {"*": "boxplot hist plot __repr__ __str__", "property": "style", "index": "format"},
    "what it calls is recorded": {
        "frame": "assign pipe get", "group": "pipe", "resample": "pipe", "window": "pipe", "*": "__getattr__"
    },
    "an accessor: what is called on it is recorded": {"property": "at cat dt iat iloc list loc nth sparse str struct"},
    SOURCE: {
        "property": "array",
        "*": "__iter__ __bool__ __nonzero__ __int__ __float__ __array_wrap__ __setattr__",
        "index": "left mid right",
    },
    "Python's protocol for copies, pickles and exchange with other libraries": {
        "*": "__init__ __new__ __finalize__ __getstate__ __setstate__ __reduce__ __reduce_cython__ "
        "__setstate_cython__ __dataframe__ __dataframe_consortium_standard__ __column_consortium_standard__ __enter__ "
        "__exit__ __fspath__ __class_getitem__ __subclasshook__"
    },
    "abstract: its subclasses are recorded": {"SASReader": "read", "Iterator": "__next__"},
    "for type checkers": {"pd": "NoDefault"},
    "part of an indexer": dict.fromkeys(("loc", "iloc", "at", "iat"), "__call__ axis obj"),
    "always refused": {"index": "__setitem__ sort", "list": "__iter__", "str": "__iter__"},
    "ends an online window's memory": {"OnlineExponentialMovingWindow": "reset"},
    FILE: {
        "excel": "CalamineReader ODFReader OpenpyxlReader PyxlsbReader XlrdReader book check_extension close "
        "date_format datetime_format engine if_sheet_exists sheet_names sheets supported_extensions",
        "hdf": "__delitem__ close copy create_table_index filename flush get_node get_storer groups is_open items "
        "open remove root walk",
        "reader": "close data_label time_stamp value_labels variable_labels",
    },
    OPTION: {
        "pd": "describe_option get_option option_context reset_option set_eng_float_format set_option show_versions "
        "test register_dataframe_accessor register_extension_dtype register_index_accessor register_series_accessor "
        "register_matplotlib_converters deregister_matplotlib_converters"
    },
    "works on arrays: followed through the source text": {"pd": "array take union_categoricals"},
    "an expression: its text names the columns where it is used": {"pd": "col"},
    CHECK: {
        "pd": "assert_extension_array_equal assert_frame_equal assert_index_equal assert_series_equal "
        "check_array_indexer get_period_alias infer_dtype infer_freq is_any_real_numeric_dtype is_array_like is_bool "
        "is_bool_dtype is_categorical_dtype is_complex is_complex_dtype is_datetime64_any_dtype is_datetime64_dtype "
        "is_datetime64_ns_dtype is_datetime64tz_dtype is_dict_like is_dtype_equal is_extension_array_dtype "
        "is_file_like is_float is_float_dtype is_hashable is_int64_dtype is_integer is_integer_dtype is_interval "
        "is_interval_dtype is_iterator is_list_like is_named_tuple is_number is_numeric_dtype is_object_dtype "
        "is_period_dtype is_re is_re_compilable is_scalar is_signed_integer_dtype is_sparse is_string_dtype "
        "is_subperiod is_superperiod is_timedelta64_dtype is_timedelta64_ns_dtype is_unsigned_integer_dtype "
        "pandas_dtype to_offset"
    },
    "plots": {
        "pd": "andrews_curves autocorrelation_plot bootstrap_plot boxplot boxplot_frame boxplot_frame_groupby "
        "hist_frame hist_series lag_plot parallel_coordinates radviz scatter_matrix table"
    },
    "text, not frames": {"pd": "build_table_schema capitalize_first_letter to_json ujson_dumps ujson_loads"},
}  # fmt: skip

CLASSES: dict[str, str] = {
    "a type": "ArrowDtype BooleanDtype CategoricalDtype DatetimeTZDtype ExtensionDtype Float32Dtype Float64Dtype "
    "Int16Dtype Int32Dtype Int64Dtype Int8Dtype IntervalDtype PeriodDtype SparseDtype StringDtype UInt16Dtype "
    "UInt32Dtype UInt64Dtype UInt8Dtype NumpyEADtype",
    "one value, no column": "Interval NaTType NAType Period Timedelta Timestamp",
    "an array: followed through the source text": "ArrowExtensionArray ArrowStringArray BooleanArray Categorical "
    "DatetimeArray ExtensionArray ExtensionScalarOpsMixin FloatingArray IntegerArray IntervalArray "
    "NumpyExtensionArray PandasArray PeriodArray SparseArray StringArray TimedeltaArray",
    "a step in a calendar": "BaseOffset BDay BHalfYearBegin BHalfYearEnd BMonthBegin BMonthEnd BQuarterBegin "
    "BQuarterEnd BusinessDay BusinessHour BusinessMonthBegin BusinessMonthEnd BYearBegin BYearEnd CBMonthBegin "
    "CBMonthEnd CDay CustomBusinessDay CustomBusinessHour CustomBusinessMonthBegin CustomBusinessMonthEnd DateOffset "
    "Day Easter FY5253 FY5253Quarter HalfYearBegin HalfYearEnd Hour LastWeekOfMonth Micro Milli Minute MonthBegin "
    "MonthEnd Nano QuarterBegin QuarterEnd Second SemiMonthBegin SemiMonthEnd Tick Week WeekOfMonth YearBegin YearEnd",
    "read where it is an argument": "BaseExecutionEngine BaseIndexer Expression FixedForwardWindowIndexer Flags "
    "FrozenList Grouper NamedAgg NamedFunc TimeGrouper VariableOffsetWindowIndexer",
    OPTION: "option_context",
    "plots": "PlotAccessor",
}


def reason_of(owner: str, scope: str, name: str, *, is_property: bool = False) -> str:
    """Why a function has no rule; "" if that isn't said."""
    scopes = (owner, scope, "*", *(("property",) if is_property else ()))
    return next((_REASONS[s, name] for s in scopes if (s, name) in _REASONS), "")


def class_reason(name: str) -> str:
    """Why a class has no rules; "" if that isn't said."""
    return _CLASS_REASONS.get(name, "")


_REASONS = {
    (scope, name): reason
    for reason, scopes in MEMBERS.items()
    for scope, names in scopes.items()
    for name in names.split()
}
_CLASS_REASONS = {name: reason for reason, names in CLASSES.items() for name in names.split()}
