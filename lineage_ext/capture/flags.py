"""What recording an operation needs beyond the ordinary, told from its name: the bits of ``Op.flags``."""

from __future__ import annotations

INIT, MUTATES, CALLS_BACK, EXTERNAL_DATA, INPLACE, GOES_THROUGH, INNER = 1, 2, 4, 8, 16, 32, 64
_MUTATORS = {
    "__setitem__", "__delitem__", "insert", "update", "pop", "_set_axis", "isetitem", "name", "mark_input",
    *(f"__i{o}__" for o in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor")),
}  # fmt: skip
_CALLBACKS = {
    "apply", "agg", "aggregate", "transform", "filter", "map", "applymap", "combine", "where", "mask", "__getitem__",
    "groupby", "case_when", "pipe", "__setitem__", "rename", "pivot_table", "crosstab", "concat", "from_records",
    "sort_values", "sort_index",
}  # fmt: skip
_USING_UP = {"DataFrame", "Series"}  # their constructors run generators
GOING_THROUGH = {"concat"}  # whatever it is given first: pools' iterators, progress bars
TAKES_PIECES = "_get_sample_object"  # is given what ``concat`` got from an iterator, see ``pieces``
_READERS = {"ExcelFile", "TextFileReader"}
_MAKERS = {
    "to_coo", "to_datetime", "to_dict", "to_flat_index", "to_frame", "to_julian_date", "to_list", "to_numeric",
    "to_numpy", "to_offset", "to_period", "to_pydatetime", "to_pytimedelta", "to_records", "to_series", "to_timedelta",
    "to_timestamp", "to_xarray",
}  # fmt: skip  # of other objects: nothing leaves
_HDF = {"get", "put", "append", "select", "__getitem__", "__setitem__"}


def flags(owner: str, name: str, params: tuple[str, ...]) -> int:
    """``Op.flags`` of a function."""
    found = 0
    found |= INIT * (name == "__init__")
    found |= MUTATES * (name in _MUTATORS)
    found |= CALLS_BACK * (name in _CALLBACKS or (name == "__init__" and owner in _USING_UP))
    found |= INPLACE * ("inplace" in params)
    found |= GOES_THROUGH * (name in GOING_THROUGH)
    found |= INNER * (name == TAKES_PIECES)
    io = name.startswith(("read_", "to_")) and name not in _MAKERS
    io = io or owner in _READERS or (owner == "HDFStore" and name in _HDF)
    return found | EXTERNAL_DATA * (io and not owner.endswith("Index"))
