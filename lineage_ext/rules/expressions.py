"""Which columns a text or a user's function reads: ``query`` and ``eval`` strings, ``pd.col`` expressions, lambdas."""

from __future__ import annotations

import ast
import dis
import re
from collections.abc import Hashable, Iterable, Sequence
from types import CodeType

from lineage_ext.model import Confidence
from lineage_ext.parsing import parse
from lineage_ext.rules.algebra import named
from lineage_ext.rules.call import Function, State

_QUOTED = re.compile(r"`([^`]*)`")
_COL = re.compile(r"col\(\s*(['\"])(.*?)\1\s*\)")
_LOCAL = "__local__"
_READS = {"LOAD_ATTR", "LOAD_METHOD"}
_ITEM = {"BINARY_SUBSCR", "BINARY_OP"}
HARMLESS = frozenset({"index", "name", "shape", "size", "empty", "columns", "dtypes"})  # they tell no value
_ROWS = frozenset({"loc", "at"})  # of a row they take a label


def names_in(source: State, text: str, *, must: bool = False) -> tuple[int, ...]:
    """Slots of the columns and index levels named in a query or eval string (or a ``pd.col`` expression's text).

    ``must``: every name is one of those. Raises NoRule when it can't be told of which one.
    """
    if found := _COL.findall(text):
        return _slots(source, (name for _, name in found))
    quoted = _QUOTED.findall(text)
    return _slots(source, [*quoted, *words_in(_QUOTED.sub(" ", text))], must)


def labels_read(text: str, name: str) -> tuple[Hashable, ...] | None:
    """What an expression reads of a variable: labels; () for the variable itself; None if it can't be told."""
    try:
        nodes = [*ast.walk(parse(text.strip(), mode="eval"))]
    except SyntaxError:
        return None
    uses = [n for n in nodes if isinstance(n, ast.Name) and n.id == name]
    parts = [n for n in nodes if isinstance(n, ast.Attribute | ast.Subscript) and n.value in uses]
    labels = [p.attr if isinstance(p, ast.Attribute) else getattr(p.slice, "value", None) for p in parts]
    return tuple(labels) if len(labels) in (0, len(uses)) else None


def assignments(text: str) -> list[tuple[str, str]]:
    """(target, expression) of each assignment in an eval string; a plain expression has target ''."""
    found = []
    for line in filter(None, map(str.strip, re.split(r"[\n;]", text))):
        target, equals, expression = re.match(r"(?:(`[^`]*`|\w+)\s*(=)(?!=))?(.*)", line, re.DOTALL).groups()  # type: ignore[union-attr]
        found.append((target.strip("`") if equals else "", expression))
    return found


def words_in(text: str) -> list[str]:
    """Identifiers used as values: strings, attributes, functions called and @locals are not columns."""
    try:
        tree = parse(text.replace("@", f" {_LOCAL}.").strip(), mode="eval")
    except SyntaxError:
        return re.findall(r"(?<![@\w.])[A-Za-z_]\w*", re.sub(r"(['\"]).*?\1", " ", text))
    called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    return [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called and n.id != _LOCAL]


def _slots(source: State, names: Iterable[str], must: bool = False) -> tuple[int, ...]:
    found: dict[int, None] = {}
    for name in names:
        slots = source.at_or_level(name) or source.schema.slots(name) or (named(source, name) if must else ())
        found.update(dict.fromkeys(slots))
    return tuple(found)


def read_set(
    source: State, function: Function | None, touched: tuple[Hashable, ...]
) -> tuple[tuple[int, ...], Confidence, str]:
    """Columns a user's function reads of the row or frame it is given; how sure; why not surer.

    Exact when its code does nothing with its first argument but read attributes and literal subscripts that are
    columns, or take its ``len``. Otherwise what was seen to be read plus every column its code names, or everything
    when it hands its argument on.
    """
    seen = tuple(s for label in touched for s in source.at(label))
    code = function.code if function is not None else None
    if code is None:
        return tuple(source.columns), Confidence.INFERRED, "its code can't be read"
    named, only_reads = _reads(code, function.bound if function is not None else 0)
    only_reads = only_reads and all(source.at(label) or label in HARMLESS for label in named)
    static = tuple(s for label in named for s in source.at(label))
    slots = tuple(dict.fromkeys((*static, *seen)))
    told = function.reads if function is not None else None
    if not only_reads and told is not None and all(source.at(label) or label in HARMLESS for label in told):
        found = tuple(s for label in told for s in source.at(label))
        return tuple(dict.fromkeys((*found, *seen))), Confidence.INFERRED, "read from the source text"
    if only_reads and set(seen) <= set(static):
        return slots, Confidence.EXACT, ""
    if only_reads and slots:
        return slots, Confidence.INFERRED, "reads columns by computed names"
    return tuple(source.columns), Confidence.INFERRED, "the function uses its argument as a whole"


def parts_read(source: State, function: Function | None, labels: Sequence[Hashable]) -> list[tuple[int, ...]] | None:
    """For each label of what a function returns, the columns behind it; None if its source text doesn't tell."""
    told = dict(function.parts or ()) if function is not None else {}
    named = [told.get(label, told.get(i)) for i, label in enumerate(labels)]
    if not told or any(found is None for found in named):
        return None
    if not all(source.at(label) or label in HARMLESS for found in named for label in found or ()):
        return None
    return [tuple(dict.fromkeys(s for label in found or () for s in source.at(label))) for found in named]


def _reads(code: CodeType, bound: int) -> tuple[list[Hashable], bool]:
    """Labels the code reads of its first parameter after ``bound`` ones, and whether that is all it does with it."""
    if code.co_argcount <= bound:
        return [], False
    argument = code.co_varnames[bound]
    named: list[Hashable] = []
    only = True
    steps = [i for i in dis.get_instructions(code) if i.opname not in {"CACHE", "PUSH_NULL", "EXTENDED_ARG"}]
    for at, step in enumerate(steps):
        loaded = _loaded(step)
        if argument not in loaded or (at and steps[at - 1].argval == "len" and len(loaded) == 1):
            continue
        label = _read_after(steps, at) if loaded[-1] == argument else None
        only = only and label is not None and step.opname != "LOAD_CLOSURE" and argument not in loaded[:-1]
        if label is not None:
            named.append(label)
    if argument in code.co_cellvars:
        only = False
    return named, only


def _loaded(step: dis.Instruction) -> tuple[object, ...]:
    """Variables an instruction loads, in order; CPython joins some pairs into one instruction."""
    if "LOAD_FAST" not in step.opname and step.opname not in {"LOAD_DEREF", "LOAD_CLOSURE"}:
        return ()
    if not isinstance(step.argval, tuple):
        return (step.argval,)
    return step.argval[1:] if step.opname.startswith("STORE_FAST") else step.argval


def _read_after(steps: list[dis.Instruction], at: int) -> Hashable | None:
    """The label read of what was just loaded; None if something else is done with it."""
    first, second, third = (*steps[at + 1 : at + 4], None, None, None)[:3]
    if first is None:
        return None
    if first.opname in _READS:
        name = str(first.argval)
        looked_up = name == "get" or (name in _ROWS and _subscripts(third))
        label = _constant(second) if looked_up else None
        return name if label is None else label
    return _constant(first) if _subscripts(second) else None


def _constant(step: dis.Instruction | None) -> Hashable | None:
    constant: Hashable | None = None
    if step is not None and step.opname in {"LOAD_CONST", "LOAD_SMALL_INT"}:
        constant = step.argval
    return constant


def _subscripts(step: dis.Instruction | None) -> bool:
    if step is None:
        return False
    return step.opname == "BINARY_SUBSCR" or (step.opname == "BINARY_OP" and step.argrepr == "[]")
