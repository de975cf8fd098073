"""What functions of numpy and the standard library do with their arguments, as data.

An entry lists the parameters in order, each with the way it influences the result: ``name`` alone means the family's
way, ``name:WAY`` another one, ``name:-`` no influence, ``name:ROWS`` only by its length, ``name:ITEMS`` the family's
way and how many items there are. To add a function: put its name in a family (all positional arguments alike), or write
an entry in that family's table.
"""

from __future__ import annotations

from dataclasses import dataclass

from lineage_ext.model import Transformation

T = Transformation
SIZE = "ROWS"
ITEMS = "ITEMS"


@dataclass(frozen=True, slots=True)
class Known:
    """``params`` (name, way; None: no influence, SIZE, ITEMS) and ``rest`` for every further argument.

    ``aligned``: the result has one item per item of the arguments. ``masks``: they can't be read off it.
    """

    params: tuple[tuple[str, Transformation | str | None], ...]
    rest: Transformation | None
    aligned: bool
    masks: bool = False


MASKING = frozenset(
    "builtins.hash hashlib.* hmac.* zlib.crc32 zlib.adler32 binascii.crc32 uuid.uuid3 uuid.uuid5 xxhash.* mmh3.* "
    "numpy.count_nonzero".split()
)
RESHAPING = frozenset(
    "reshape ravel flatten transpose swapaxes moveaxis squeeze expand_dims".split()
)  # columns are gone
COUNTING_METHODS = frozenset({"count", "nunique"})
OPTIONS = "axis dtype out keepdims where order casting subok kind side method weights_only like copy ndmin ddof"
_IGNORED = tuple((name, None) for name in OPTIONS.split())

# family: (way, aligned, functions)
FAMILIES: tuple[tuple[str, Transformation, bool, str], ...] = (
    (
        "numpy", T.TRANSFORMATION, True,
        "abs absolute add arccos arccosh arcsin arcsinh arctan arctan2 arctanh around bitwise_and bitwise_not "
        "bitwise_or bitwise_xor cbrt ceil conj conjugate copysign cos cosh cumprod cumsum deg2rad degrees divide "
        "divmod equal exp exp2 expm1 fabs fix float_power floor floor_divide fmax fmin fmod frexp gcd greater "
        "greater_equal heaviside hypot i0 invert isclose isfinite isin isinf isnan isnat lcm left_shift less "
        "less_equal log log10 log1p log2 logaddexp logaddexp2 logical_and logical_not logical_or logical_xor maximum "
        "minimum mod modf multiply nancumsum negative nextafter not_equal positive power rad2deg radians real imag "
        "reciprocal remainder right_shift rint round round_ sign signbit sin sinc sinh spacing sqrt square subtract "
        "tan tanh true_divide trunc vectorize angle unwrap gradient",
    ),
    (
        "numpy", T.IDENTITY, True,
        "array asarray asanyarray ascontiguousarray asfortranarray atleast_1d atleast_2d copy expand_dims ravel "
        "reshape squeeze column_stack stack dstack fromiter float64 float32 int64 int32 str_ char nan_to_num",
    ),
    (
        "numpy", T.IDENTITY, False,
        "append concatenate hstack vstack block insert delete flip fliplr flipud roll resize transpose "
        "swapaxes moveaxis rot90 split array_split hsplit vsplit diag triu tril",
    ),
    (
        "numpy", T.TRANSFORMATION, False,
        "sort argsort lexsort partition argpartition unique diff ediff1d "
        "outer kron cross broadcast_to searchsorted unravel_index",
    ),
    (
        "numpy", T.AGGREGATION, False,
        "mean average median sum prod min max amin amax std var ptp percentile quantile count_nonzero any all nanmean "
        "nanmedian nansum nanprod nanmin nanmax nanstd nanvar nanpercentile nanquantile argmax argmin nanargmax "
        "nanargmin corrcoef cov correlate histogram histogram2d histogram_bin_edges polyfit dot vdot inner "
        "matmul tensordot trapz trapezoid array_equal allclose size einsum trace",
    ),
    ("math", T.TRANSFORMATION, True, "*"),
    ("statistics", T.AGGREGATION, False, "*"),
    ("copy", T.IDENTITY, True, "*"),
    ("hashlib", T.TRANSFORMATION, True, "*"),
    ("hmac", T.TRANSFORMATION, True, "*"),
    ("zlib", T.TRANSFORMATION, True, "crc32 adler32"),
    ("binascii", T.TRANSFORMATION, True, "*"),
    ("xxhash", T.TRANSFORMATION, True, "*"),
    ("mmh3", T.TRANSFORMATION, True, "*"),
    ("uuid", T.TRANSFORMATION, True, "UUID uuid3 uuid5"),
    ("builtins", T.TRANSFORMATION, True, "int float str bool abs round repr complex divmod pow format hash ord bytes"),
    ("builtins", T.IDENTITY, True, "iter getattr vars"),
    ("builtins", T.AGGREGATION, False, "sum any all"),
    ("builtins", T.TRANSFORMATION, False, "slice"),
)  # fmt: skip

# function: parameters, aligned
ENTRIES: dict[str, tuple[str, Transformation, bool]] = {
    "numpy.where": ("condition:CONDITIONAL x y", T.IDENTITY, True),
    "numpy.select": ("condlist:CONDITIONAL choicelist default", T.IDENTITY, True),
    "numpy.piecewise": ("x condlist:CONDITIONAL funclist", T.TRANSFORMATION, True),
    "numpy.choose": ("a:CONDITIONAL choices", T.IDENTITY, True),
    "numpy.clip": ("a a_min a_max", T.TRANSFORMATION, True),
    "numpy.digitize": ("x bins right:-", T.TRANSFORMATION, True),
    "numpy.interp": ("x xp fp left right period", T.TRANSFORMATION, True),
    "numpy.polyval": ("p x", T.TRANSFORMATION, True),
    "numpy.take": ("a indices:FILTER", T.IDENTITY, False),
    "numpy.take_along_axis": ("arr indices:SORT", T.IDENTITY, False),
    "numpy.extract": ("condition:FILTER arr", T.IDENTITY, False),
    "numpy.nonzero": ("a:ITEMS", T.TRANSFORMATION, False),
    "numpy.flatnonzero": ("a:ITEMS", T.TRANSFORMATION, False),
    "numpy.union1d": ("ar1:ITEMS ar2:ITEMS", T.TRANSFORMATION, False),
    "numpy.intersect1d": ("ar1:ITEMS ar2:ITEMS", T.TRANSFORMATION, False),
    "numpy.setdiff1d": ("ar1:ITEMS ar2:ITEMS", T.TRANSFORMATION, False),
    "numpy.setxor1d": ("ar1:ITEMS ar2:ITEMS", T.TRANSFORMATION, False),
    "numpy.trim_zeros": ("filt:ITEMS", T.IDENTITY, False),
    "numpy.compress": ("condition:FILTER a", T.IDENTITY, False),
    "numpy.repeat": ("a repeats:FILTER", T.IDENTITY, False),
    "numpy.tile": ("A reps:FILTER", T.IDENTITY, False),
    "numpy.bincount": ("x:ITEMS weights minlength:FILTER", T.AGGREGATION, False),
    "numpy.arange": ("start:ITEMS stop:ITEMS step:ITEMS", T.TRANSFORMATION, False),
    "numpy.linspace": ("start stop num:FILTER", T.TRANSFORMATION, False),
    "numpy.logspace": ("start stop num:FILTER", T.TRANSFORMATION, False),
    "numpy.geomspace": ("start stop num:FILTER", T.TRANSFORMATION, False),
    "numpy.argwhere": ("a:ITEMS", T.TRANSFORMATION, False),
    "numpy.full": ("shape:FILTER fill_value", T.IDENTITY, False),
    "numpy.full_like": ("a:ROWS fill_value", T.IDENTITY, False),
    "numpy.zeros_like": ("a:ROWS", T.IDENTITY, False),
    "numpy.ones_like": ("a:ROWS", T.IDENTITY, False),
    "numpy.empty_like": ("a:ROWS", T.IDENTITY, False),
    "numpy.zeros": ("shape", T.FILTER, False),
    "numpy.ones": ("shape", T.FILTER, False),
    "numpy.empty": ("shape", T.FILTER, False),
    "numpy.shape": ("a:ROWS", T.IDENTITY, False),
    "numpy.ndim": ("a:-", T.IDENTITY, False),
    "numpy.datetime64": ("object", T.TRANSFORMATION, True),
    "numpy.timedelta64": ("object", T.TRANSFORMATION, True),
    "numpy.random.choice": ("a size p", T.TRANSFORMATION, False),
    "numpy.random.permutation": ("x", T.IDENTITY, False),
    "numpy.random.seed": ("seed:-", T.IDENTITY, False),
    "numpy.random.default_rng": ("seed:-", T.IDENTITY, False),
    "numpy.errstate": ("all:-", T.IDENTITY, False),
    "builtins.range": ("start:ITEMS stop:ITEMS step:ITEMS", T.TRANSFORMATION, False),
    "builtins.len": ("obj:ROWS", T.IDENTITY, False),
    "builtins.print": ("*:-", T.IDENTITY, False),
    "builtins.type": ("object:-", T.IDENTITY, False),
    "builtins.isinstance": ("obj:- cls:-", T.IDENTITY, False),
    "builtins.hasattr": ("obj:- name:-", T.IDENTITY, False),
    "builtins.callable": ("obj:-", T.IDENTITY, False),
    "builtins.id": ("obj:-", T.IDENTITY, False),
    "random.sample": ("population k", T.IDENTITY, False),
    "random.choice": ("seq", T.IDENTITY, False),
    "operator.itemgetter": ("*:-", T.IDENTITY, False),
}

# methods of arrays, lists, strings and what else isn't recorded: way, aligned
METHODS: dict[str, tuple[Transformation, bool]] = {
    **dict.fromkeys(
        "mean sum std var min max prod any all argmin argmax ptp median dot trace count nunique quantile".split(),
        (T.AGGREGATION, False),
    ),
    **dict.fromkeys(
        "tolist to_list to_numpy to_series to_frame copy reshape ravel flatten squeeze view values keys items get "
        "transpose swapaxes __iter__ __array__ compute head tail pop popleft item to_pydatetime date time "
        "fillna".split(),
        (T.IDENTITY, True),
    ),
    **dict.fromkeys(
        "round clip cumsum cumprod conj astype upper lower strip strftime isoformat".split(),
        (T.TRANSFORMATION, True),
    ),
}
UNALIGNED_METHODS = frozenset({"head", "tail", "pop", "popleft", "item", "get", "transpose", "swapaxes"})


def _parsed(text: str, way: Transformation) -> tuple[tuple[str, Transformation | str | None], ...]:
    found: list[tuple[str, Transformation | str | None]] = []
    for part in text.split():
        name, _, own = part.partition(":")
        found.append((name, _way(own, way)))
    return tuple(found)


def _way(text: str, default: Transformation) -> Transformation | str | None:
    if text == "-":
        return None
    return text if text in {SIZE, ITEMS} else Transformation[text] if text else default


def _table() -> dict[str, Known]:
    found: dict[str, Known] = {}
    for module, way, aligned, names in FAMILIES:
        for name in names.split():
            found[f"{module}.{name}"] = Known((), way, aligned, f"{module}.{name}" in MASKING)
    for name, (params, way, aligned) in ENTRIES.items():
        parsed = _parsed(params, way)
        rest = None if any(p == "*" for p, _ in parsed) else way
        found[name] = Known(parsed, rest, aligned)
    return found


KNOWN = _table()
IGNORED = frozenset(name for name, _ in _IGNORED)


def known(name: str) -> Known | None:
    """What is known of a function by its dotted name."""
    found = KNOWN.get(name)
    if found is None:
        found = KNOWN.get(f"{name.rpartition('.')[0]}.*")
    return found
