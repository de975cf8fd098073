"""The value of a call that wasn't recorded: a known function, a function of the user's, a method, or anything else.

To teach a function: a line in ``known_calls``, or, if that doesn't suffice, an entry in ``special_calls``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace

from lineage_ext.capture.chosen_functions import chosen
from lineage_ext.capture.classes import as_class, class_of, kept_function, method_of
from lineage_ext.capture.conditions import Condition
from lineage_ext.capture.contents import content
from lineage_ext.capture.decisions import deciding
from lineage_ext.capture.definitions import UNKNOWN, Callee, callee
from lineage_ext.capture.elsewhere import MAPPING
from lineage_ext.capture.fields import is_dict_class, record
from lineage_ext.capture.file_paths import READING
from lineage_ext.capture.flow import EMPTY, Flow, T, distinct, gathered, sequence, union
from lineage_ext.capture.known_calls import (
    COUNTING_METHODS,
    IGNORED,
    ITEMS,
    METHODS,
    RESHAPING,
    SIZE,
    UNALIGNED_METHODS,
    Known,
    known,
)
from lineage_ext.capture.libraries import draws
from lineage_ext.capture.looking import looked_at
from lineage_ext.capture.resolver import Resolver, Where, expression
from lineage_ext.capture.source import FUNCTIONS, called, span, without_preset
from lineage_ext.capture.untaken import never_ran
from lineage_ext.model import Transformation

UNRECORDED = frozenset({"pipe", "keys", "info", "memory_usage", "plot", "hist", "boxplot", "iteritems"})  # methods
QUERYING = frozenset({"execute", "fetchall", "fetchmany", "fetchone"})  # any column may be made of all that is there
LINES = frozenset({"splitlines"})  # of a text that has a record in each line
CONTEXTS = frozenset({"contextmanager", "asynccontextmanager"})
Special = Callable[[Resolver, ast.Call, Where], Flow]
SPECIAL: dict[str, Special] = {}


def function(*names: str) -> Callable[[Special], Special]:
    """Register what a function does."""

    def register(handler: Special) -> Special:
        SPECIAL.update(dict.fromkeys(names, handler))
        return handler

    return register


@expression(ast.Call)
def call(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """Its result, by what is known of the callee; of each of them, if a value chose which it is."""
    what = callee(r, node.func, at)
    if what is not UNKNOWN:
        return _result(r, node, at, what)
    functions, by = chosen(r, node.func, at)
    return union(_result(r, node, at, function) for function in functions or (UNKNOWN,)).under(by)


def _result(r: Resolver, node: ast.Call, at: Where, what: Callee) -> Flow:
    fields = record(r, node, at, what)
    if fields is not None:
        return fields
    if is_dict_class(what.definition):
        return SPECIAL["builtins.dict"](r, node, at)
    if what.definition is not None:
        return _user_function(r, node, at, what)
    if draws(what.name):
        return union((_of_library(r, node, at, what.name) or unknown(r, node, at, what.name), _seed(r, node, at)))
    by_name = _of_library(r, node, at, what.name)
    if by_name is not None:
        return by_name
    entered = r.entered(node, at)
    if entered:
        return union(result_of(r, definition, frame) for definition, frame in entered)
    kept = _of_object(r, node.func, at) if not what.name else what
    if isinstance(kept.definition, FUNCTIONS):
        return _user_function(r, node, at, kept)
    if isinstance(node.func, ast.Attribute) and not what.name:
        return _method(r, node, node.func, at) or _own_method(r, node, node.func, at)
    found = unknown(r, node, at, what.name or called(node))
    return found if what.name else union((found, _called_value(r, node, at)))


def _called_value(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """What the function itself was made of: ``f = np.poly1d(coefficients)``, ``partial(g, x)``, ``d.get``."""
    function = r.flow(node.func, at) if not isinstance(node.func, ast.Attribute) else EMPTY
    found = function.through(T.TRANSFORMATION, aligned=False, reason=f"called {called(node)}")
    return Flow(tuple(o._replace(single=True) for o in (*found.origins, *found.count)), one=True)


def _of_library(r: Resolver, node: ast.Call, at: Where, name: str) -> Flow | None:
    special = SPECIAL.get(name)
    if special is not None:
        return special(r, node, at)
    facts = known(name) if name else None
    return by_facts(r, node, at, facts) if facts is not None else None


def _seed(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """What the module was seeded with that the function which is called belongs to."""
    module = node.func
    while isinstance(module, ast.Attribute):
        module = module.value
    seed = r.flow(module, at) if isinstance(module, ast.Name) and module is not node.func else EMPTY
    return seed.through(T.TRANSFORMATION, aligned=False)


def _own_method(r: Resolver, node: ast.Call, function: ast.Attribute, at: Where) -> Flow:
    """What a method of the user's gives of an object that isn't made of data itself."""
    cls = class_of(r, function.value, at)
    own = method_of(r, cls, function.attr) if cls is not None else None
    return _user_function(r, node, at, Callee(function.attr, *own)) if own is not None else EMPTY


def _of_object(r: Resolver, node: ast.expr, at: Where) -> Callee:
    """The function that an object keeps, or the method by which it is called itself."""
    if isinstance(node, ast.Attribute):
        kept, cls = kept_function(r, node, at), as_class(callee(r, node.value, at))
        if kept is UNKNOWN and cls is None and node.attr in VIEWS:  # which a dict would have, too
            cls = class_of(r, node.value, at)
        own = method_of(r, cls, node.attr) if kept is UNKNOWN and cls is not None else None
        return Callee(node.attr, *own) if own is not None else kept
    cls = class_of(r, node, at) if isinstance(node, ast.Name) else None
    method = method_of(r, cls, "__call__") if cls is not None else None
    return Callee("__call__", *method) if method is not None else UNKNOWN


def arguments(node: ast.Call) -> Iterator[ast.expr]:
    """All arguments."""
    for argument in node.args:
        yield argument.value if isinstance(argument, ast.Starred) else argument
    for keyword in node.keywords:
        yield keyword.value


def unknown(r: Resolver, node: ast.Call, at: Where, name: str) -> Flow:
    """Anything may have become of the arguments, of what functions among them return, and of all that it looked at."""
    elsewhere = r.made_elsewhere(node, at)
    if elsewhere is not None:
        return elsewhere
    given = list(arguments(node))
    made = (_handed_over(r, a, at) for a in given)
    found = union((*(r.flow(a, at) for a in given), *made)).through(T.TRANSFORMATION, reason=f"called {name}")
    return union((found, looked_at(r, node, at, found)))


def _handed_over(r: Resolver, node: ast.expr, at: Where, call: ast.Call | None = None) -> Flow:
    """What a function returns that is called by we don't know whom, perhaps in another thread.

    ``call`` is the one that hands it the items it is called with, if it is known.
    """
    node = without_preset(node)
    if not isinstance(node, ast.Name | ast.Lambda):
        return EMPTY
    what = callee(r, node, at)
    if not isinstance(what.definition, FUNCTIONS) or what.at is None:
        return EMPTY
    since = r.since(call, at) if call is not None and at.since is None else at.since  # it is called for each item
    frame = Where(what.at.source, what.at.reaching, None, since)
    made = result_of(r, what.definition, frame)
    if call is None or at.chain is None:
        return made
    return union((made, result_of(r, what.definition, replace(frame, chain=((at.file, span(call)), *at.chain)))))


def _each(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """What the function that a pool is given makes of the items."""
    everything = at if at.since is not None else at.all_since(r.since(node, at))
    return r.made_elsewhere(node, everything) or _handed_over(r, node.args[0], at, node)


def by_facts(r: Resolver, node: ast.Call, at: Where, facts: Known) -> Flow:
    """The result of a function of which it is known what it does with its arguments."""
    values: list[Flow] = []
    counts: list[Flow] = []
    axis = _axis(node, 1, facts.aligned)
    for argument, way in _ways(node, facts):
        if isinstance(way, Transformation):
            flow = r.flow(argument, at)
            found = flow.through(way, aligned=facts.aligned, masking=facts.masks, axis=axis)
            (counts if way is T.FILTER else values).append(found)
        elif way == SIZE:
            values.append(r.flow(argument, at).length())
        elif way == ITEMS and facts.rest is not None:
            values.append(r.flow(argument, at).through(facts.rest, aligned=facts.aligned))
            counts.append(values[-1])
    found = union(values).counted(union(counts))
    return replace(found, columns=None) if called(node) in RESHAPING else found


RUNNING = frozenset({"cumsum", "cumprod", "nancumsum", "nancumprod"})


def _axis(node: ast.Call, position: int, aligned: bool) -> object:
    """The ``axis`` of a call, by name or position, if it is constant; None if there is none. Of those that keep one
    item per row only running ones take it by position: ``round(2)``, ``astype(int)`` are told something else."""
    named = next((k.value for k in node.keywords if k.arg == "axis"), None)
    placed = len(node.args) > position and (not aligned or called(node) in RUNNING)
    axis = named if named is not None else node.args[position] if placed else None
    return axis.value if isinstance(axis, ast.Constant) else axis


def _ways(node: ast.Call, facts: Known) -> Iterator[tuple[ast.expr, Transformation | str | None]]:
    """Each argument with the way it influences the result."""
    named = dict(facts.params)
    for i, argument in enumerate(node.args):
        yield argument, facts.params[i][1] if i < len(facts.params) else facts.rest
    for keyword in node.keywords:
        fallback = None if keyword.arg in IGNORED else facts.rest
        yield keyword.value, named.get(keyword.arg or "", fallback)


# -- functions of the user's -----------------------------------------------------------------------------------------
def _user_function(r: Resolver, node: ast.Call, at: Where, what: Callee) -> Flow:
    here = (at.file, span(node))
    definition, around = what.definition, what.at
    recursive = at.chain is not None and here in at.chain
    if not isinstance(definition, FUNCTIONS) or around is None or recursive:
        return unknown(r, node, at, what.name)
    decorated = isinstance(definition, ast.FunctionDef) and definition.decorator_list
    wrapping = [(d, w) for d, w in r.entered(node, at) if d is not definition] if decorated else []
    if wrapping:  # what runs is what the decorator made
        return union(result_of(r, d, w) for d, w in wrapping) or unknown(r, node, at, what.name)
    chain = None if at.chain is None else (here, *at.chain)
    frame = Where(around.source, around.reaching, chain, at.since)
    return result_of(r, definition, frame) or unknown(r, node, at, what.name)


def result_of(r: Resolver, definition: ast.AST, frame: Where) -> Flow:
    """What a function returns or yields, and the conditions it decides by."""
    if isinstance(definition, ast.Lambda):
        return r.flow(definition.body, frame)
    assert isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef)
    returned: list[Flow] = []
    yielded: list[Flow] = []
    counts: list[Flow] = []
    conditions: dict[Condition, None] = {}
    own = list(frame.source.own(definition))
    if any(isinstance(part, ast.Yield | ast.YieldFrom) for part in own):  # runs where it is used up, not here
        frame = replace(frame, lazy=True)
    context = any(getattr(d, "attr", getattr(d, "id", "")) in CONTEXTS for d in definition.decorator_list)
    if context and frame.since is None:  # the places of several contexts of one ``with`` can't be told apart
        frame = frame.all_since(r.started.get(frame.chain[-1][0] if frame.chain else frame.file, 0))
    for part in own:
        if isinstance(part, ast.Return):
            returned.append(r.flow(part.value, frame))
        elif isinstance(part, ast.Yield):
            yielded.append(r.flow(part.value, frame))
        elif isinstance(part, ast.YieldFrom):
            items = r.flow(part.value, frame)
            yielded.append(items.each())
            counts.append(Flow(items.count))
        else:
            continue
        conditions.update(dict.fromkeys(frame.reaching.conditions.of(part)))
    by = deciding(r, ((c, frame) for c in conditions))
    if context:
        return union(yielded).under(by)
    return sequence(union(yielded)).counted(union((by, *counts))) if yielded else union(returned).under(by)


# -- methods ---------------------------------------------------------------------------------------------------------
def _method(r: Resolver, node: ast.Call, method: ast.Attribute, at: Where) -> Flow:
    """A method of something that isn't recorded: an array, a dict, a model."""
    value, name = r.flow(method.value, at), method.attr
    if name in READING:
        return _read(r, method, value, at)
    if name == "open" and not value:  # ``path.open()``
        return content(r, method.value, at)
    if name in LINES and value.item is not None:
        return replace(value, state=None)
    if name in LINES and value.parts:  # of a table that was written out, a line for each row
        line = Flow(value.through(T.TRANSFORMATION).origins, one=True)
        return sequence(line).counted(union(value.parts.values()).rows())
    if name not in UNRECORDED and never_ran(r, node, at, value):
        return EMPTY
    inside = _of_dict(r, node, name, value, at)
    if inside is not None:
        return inside
    if name in MAPPING and node.args and (made := _each(r, node, at)):
        return sequence(made).counted(union(r.rounds(node, a, at) for a in node.args[1:]))
    if name == "get_level_values" and node.args:
        return value.level(node.args[0])
    if name in METHODS:
        way, aligned = METHODS[name]
        operands = union(r.flow(a, at) for a in node.args).through(T.TRANSFORMATION)
        counts = name in COUNTING_METHODS
        same = aligned and name not in UNALIGNED_METHODS
        axis = _axis(node, 0, aligned)
        value = value.through(way, aligned=same, masking=counts, axis=axis)
        value = replace(value, columns=None) if name in RESHAPING else value
        return union((value, operands)) if axis != 0 else value
    reason = f"called {name}"
    others = unknown(r, node, at, name)
    if name == "index":  # ``order.index(x)``
        others = union((others, value.places()))
    if name in QUERYING:
        found = union((value.unaligned().through(T.TRANSFORMATION, reason=reason), others))
        return found.counted(found)
    return union((value.through(T.TRANSFORMATION, reason=reason), others))


def _read(r: Resolver, method: ast.Attribute, value: Flow, at: Where) -> Flow:
    """The text in a file, in whole or by lines."""
    found = replace(value, state=None) if value else content(r, method.value, at)
    return sequence(found.each()) if method.attr == "readlines" and found.parts is None else found


def _of_dict(r: Resolver, node: ast.Call, name: str, value: Flow, at: Where) -> Flow | None:
    if value.parts is None and value.item is None:
        return None
    keys = value.item or EMPTY
    told = (*(value.parts or {}).values(), value.values or EMPTY)
    inside = union(told) if any(told) or value.parts else Flow(value.origins)
    if name in VIEWS:
        entries = inside if name == "values" else gathered({0: keys, 1: inside})
        found = distinct(keys) if name == "keys" else sequence(entries).counted(keys)
        return replace(found, count=tuple(dict.fromkeys((*found.count, *value.count))))
    if name == "most_common" and value.values is not None:
        return sequence(gathered({0: keys, 1: inside})).unaligned().counted(inside).counted(keys.counted(value))
    if name in {"get", "pop", "setdefault"} and node.args:
        return _entry(r, node, at, value)
    return value if name == "copy" else None


VIEWS = frozenset({"items", "values", "keys"})


def _entry(r: Resolver, node: ast.Call, at: Where, value: Flow) -> Flow | None:
    """``d.get(key, default)``."""
    key, *default = node.args
    others = union(r.flow(a, at) for a in default)
    if isinstance(key, ast.Constant) and value.parts:
        return union((value.part(key.value), others))
    if value.values is None:
        return None
    return union((value.values, *(value.parts or {}).values(), others)).under(
        union((value.item or EMPTY, r.flow(key, at))), T.JOIN
    )
