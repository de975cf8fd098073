"""Functions that see inside their arguments: what they make of items, keys and other functions.

To teach one more: a function ``(resolver, call, where) -> Flow`` under ``@function("dotted.name")``.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from lineage_ext.capture.arguments import CHOOSING
from lineage_ext.capture.calls import arguments, by_facts, function, result_of
from lineage_ext.capture.contents import content
from lineage_ext.capture.definitions import callee
from lineage_ext.capture.flow import EMPTY, Flow, K, T, distinct, gathered, labels_of, mapping, sequence, union
from lineage_ext.capture.known_calls import known
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.source import FUNCTIONS, called, span
from lineage_ext.capture.texts import entries_of

BESIDE_UNIQUE = ("return_index", "return_inverse", "return_counts")  # in the order in which numpy gives them
TAKING_OUT = frozenset({"itemgetter", "attrgetter"})


def _iterated(r: Resolver, node: ast.expr, at: Where) -> Flow:
    """A list of the items."""
    whole, items = r.flow(node, at), _items(r, node, at)
    if whole.values is not None:
        return distinct(items).counted(Flow(whole.count))
    return replace(sequence(items), count=whole.count) if items else EMPTY


def _items(r: Resolver, node: ast.expr, at: Where) -> Flow:
    recorded = r.iterated(node, at)
    if recorded is not None:
        return recorded
    flow = r.flow(node, at)
    if flow.state is not None and flow.state.kind is K.FRAME:  # iterating a frame gives its labels
        return labels_of(flow.state).each()
    return flow.each()


@function("builtins.zip", "itertools.product", "itertools.zip_longest")
def zip_(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """Tuples of the items."""
    parts: dict[object, Flow] = {}
    for i, argument in enumerate(node.args):
        if isinstance(argument, ast.Starred):
            return _turned(r, argument.value, at)
        parts[i] = _items(r, argument, at)
    count = tuple(dict.fromkeys(o for a in node.args for o in r.flow(a, at).gone_through()))
    return replace(sequence(gathered(parts)), count=count)


def _turned(r: Resolver, rows: ast.expr, at: Where) -> Flow:
    """``zip(*rows)``: a tuple for each place in a row, as long as there are rows."""
    row, count = _items(r, rows, at), r.flow(rows, at).gone_through()
    if row.parts is None:
        return sequence(replace(sequence(row.each()), count=count))
    return gathered({place: replace(sequence(part), count=count) for place, part in row.parts.items()})


@function("itertools.groupby")
def groupby(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """Pairs of a key and the items that have it."""
    if not node.args:
        return EMPTY
    items = _items(r, node.args[0], at)
    function = node.args[1] if len(node.args) > 1 else next((k.value for k in node.keywords if k.arg == "key"), None)
    key = applied(r, node, function, at) if function is not None else items
    by = items if key is None else key
    return sequence(gathered({0: by, 1: sequence(items)})).unaligned().counted(by)


@function("numpy.where")
def where(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """One of two values by a condition; with the condition alone the positions where it holds."""
    facts = known("numpy.where" if len(node.args) > 1 else "numpy.nonzero")
    return by_facts(r, node, at, facts) if facts is not None else EMPTY


@function("pandas.Categorical")
def categorical(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """The values that are among the categories, whose order is theirs."""
    given: dict[str | None, ast.expr] = dict(zip(("values", "categories"), node.args, strict=False))
    given |= {k.arg: k.value for k in node.keywords}
    values, kinds = (r.flow(given.get(name), at) for name in ("values", "categories"))
    dtype = r.flow(given.get("dtype"), at)
    decided = union((kinds, kinds.places(), dtype)).through(T.CONDITIONAL, aligned=False)
    return values.through(T.IDENTITY).under(Flow(tuple(o._replace(single=True) for o in decided.origins)))


@function("pandas.CategoricalDtype", "pandas.api.types.CategoricalDtype")
def categories(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """Categories and their order."""
    given = union(r.flow(n, at) for n in (*node.args, *(k.value for k in node.keywords)))
    return union((given, given.places())).through(T.TRANSFORMATION, aligned=False)


@function("builtins.enumerate")
def enumerate_(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """A counter and the item."""
    item = _items(r, node.args[0], at) if node.args else EMPTY
    count = r.flow(node.args[0], at).gone_through() if node.args else ()
    return replace(sequence(gathered({0: sequence(item).places(), 1: item})), count=count)


@function("builtins.list", "builtins.tuple", "collections.deque")
def list_(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """The same items."""
    flow = r.flow(node.args[0], at) if node.args else EMPTY
    if flow.parts is not None and all(isinstance(k, int) for k in flow.parts):
        return flow
    return _iterated(r, node.args[0], at) if node.args else EMPTY


@function("builtins.sorted")
def sorted_(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """The same items in an order of their own, which decides what a slice takes."""
    if not node.args:
        return EMPTY
    key = next((k.value for k in node.keywords if k.arg == "key"), None)
    items = _items(r, node.args[0], at)
    by = applied(r, node, key, at) if key is not None else None
    if key is None and called(node.args[0]) == "items":
        by = items.part(0)  # a dict's keys are all different: values never decide
    count = Flow(r.flow(node.args[0], at).count)
    return sequence(items).unaligned().counted(items if by is None else by).counted(count)


@function("pickle.loads", "cloudpickle.loads", "dill.loads", "copy.deepcopy")
def loaded(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """New objects with the same inside."""
    return r.flow(node.args[0], at).loaded() if node.args else EMPTY


@function("pickle.load", "cloudpickle.load", "dill.load", "joblib.load")
def loaded_from(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """New objects with the inside of those that were written into the file."""
    return opened(r, node, at).loaded()


@function(
    "json.dumps", "json.loads", "copy.copy", "pickle.dumps", "cloudpickle.dumps", "dill.dumps", "types.MappingProxyType"
)
def same(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """The same inside."""
    return replace(r.flow(node.args[0], at), state=None) if node.args else EMPTY


@function(
    "builtins.open", "io.open", "gzip.open", "pathlib.Path", "numpy.load", "numpy.loadtxt", "numpy.genfromtxt",
    "json.load", "csv.reader", "csv.DictReader", "io.StringIO", "io.BytesIO",
)  # fmt: skip
def opened(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """What is in the file, or text."""
    if not node.args:
        return EMPTY
    given = replace(r.flow(node.args[0], at), state=None)
    return given or content(r, node.args[0], at)


@function("collections.ChainMap")
def chained(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """The entries of several dicts, of literals among them."""
    found = [flow for a in node.args if (flow := r.flow(a, at))]
    keyed = [f for f in found if f.values is not None and f.item is not None]
    if not keyed:
        return union(found)
    values = (*(f.values or EMPTY for f in keyed), *(p for f in found for p in (f.parts or {}).values()))
    count = union(Flow(count=f.count) for f in found)
    return mapping(union(f.item or EMPTY for f in keyed), union(values)).counted(count)


@function("numpy.meshgrid", "numpy.broadcast_arrays")
def grids(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """As many arrays as were given, each as large as all of them make it."""
    given = [r.flow(a, at) for a in node.args]
    count = union(given).rows()
    return gathered({i: flow.through(T.TRANSFORMATION, aligned=False).counted(count) for i, flow in enumerate(given)})


@function("heapq.nlargest", "heapq.nsmallest")
def ranked(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """Some of the items, by their size or a key."""
    if len(node.args) < 2:
        return EMPTY
    key = next((k.value for k in node.keywords if k.arg == "key"), None)
    items = _items(r, node.args[1], at)
    by = applied(r, node, key, at) if key is not None else None
    return sequence(items).unaligned().counted(union((items if by is None else by, r.flow(node.args[0], at))))


@function("builtins.reversed")
def reversed_(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """The same items in another order."""
    items = _iterated(r, node.args[0], at) if node.args else EMPTY
    return items.unaligned()


@function("builtins.set", "builtins.frozenset", "numpy.unique", "collections.Counter")
def unique(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """The different items; with them where they are, which one each item is, how many of each there are."""
    if not node.args:
        return EMPTY
    whole, items = r.flow(node.args[0], at), _items(r, node.args[0], at)
    if whole.values is not None and called(node) == "Counter":
        return replace(whole, state=None)  # of a dict: its own counts
    found = distinct(items).counted(Flow(count=whole.count))
    asked = {k.arg for k in node.keywords} & set(BESIDE_UNIQUE)
    beside = [k for k in BESIDE_UNIQUE if k in asked]
    if not beside:
        return found
    each = {"return_inverse": items.through(T.TRANSFORMATION)}
    return gathered({0: found, **{i: each.get(k, found.through(T.TRANSFORMATION)) for i, k in enumerate(beside, 1)}})


@function("builtins.dict", "collections.OrderedDict")
def dict_(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """Of keywords, of another dict, or of pairs."""
    parts: dict[object, Flow] = {k.arg: r.flow(k.value, at) for k in node.keywords if k.arg}
    if not node.args:
        return gathered(parts)
    flow = entries_of(r.flow(node.args[0], at))
    pair = flow.item
    if flow.values is None and pair is not None and pair.parts is not None and 1 in pair.parts:
        return mapping(pair.part(0), pair.part(1)).counted(Flow(count=flow.count))
    return union((flow, gathered(parts))) if parts else flow


@function("builtins.dict.fromkeys", "collections.OrderedDict.fromkeys")
def from_keys(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """The different items, each with the same value."""
    if not node.args:
        return EMPTY
    keys, value = _items(r, node.args[0], at), union(r.flow(a, at) for a in node.args[1:])
    return mapping(keys, value).counted(Flow(count=r.flow(node.args[0], at).gone_through()))


@function("itertools.compress", "itertools.islice")
def taken(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """Some of the items, as the other arguments say."""
    if not node.args:
        return EMPTY
    found, *others = arguments(node)
    return _iterated(r, found, at).unaligned().counted(union(r.flow(a, at) for a in others))


@function("itertools.repeat")
def repeated(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """One value as often as the second argument says."""
    value, *times = (r.flow(a, at) for a in arguments(node))
    return sequence(value).unaligned().counted(union(times))


@function(
    "builtins.map", "builtins.filter", "functools.reduce", "itertools.filterfalse", "itertools.takewhile",
    "itertools.dropwhile", "itertools.starmap",
)  # fmt: skip
def map_(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """The function's result for each item: from the items, and from what the function captures."""
    if not node.args:
        return EMPTY
    function, *rest = node.args
    item = applied(r, node, function, at)
    if item is None:
        values = union((*(_items(r, a, at) for a in rest), r.flow(function, at)))
        item = values.through(T.TRANSFORMATION, reason=f"called {_name(function)}")
    if called(node) in {"map", "starmap"}:
        return sequence(item).counted(union(r.rounds(node, a, at) for a in rest))
    items = _items(r, rest[0], at) if rest else EMPTY
    return sequence(items).unaligned().counted(item) if called(node) in CHOOSING else item.unaligned()


def applied(r: Resolver, node: ast.Call, function: ast.expr, at: Where) -> Flow | None:
    """What a function of the user's that is handed over in this call makes of what it is called with."""
    if isinstance(function, ast.Attribute) and function.attr in {"get", "__getitem__"}:  # ``key=totals.get``
        table = r.flow(function.value, at)
        return union((table.values or EMPTY, *(table.parts or {}).values())).under(table.item or EMPTY, T.JOIN) or None
    what = callee(r, function, at)
    if what.name == "builtins.len":
        return _items(r, node.args[0], at).length() if node.args else EMPTY
    if isinstance(function, ast.Call) and called(function) in TAKING_OUT:
        items = _items(r, node.args[0], at) if node.args else EMPTY
        return union(items.part(a.value) if isinstance(a, ast.Constant) else items for a in function.args)
    if not isinstance(what.definition, FUNCTIONS) or what.at is None or at.chain is None:
        return None
    since = at.since if at.since is not None else r.since(node, at)  # it is called for each item
    frame = Where(what.at.source, what.at.reaching, ((at.file, span(node)), *at.chain), since)
    frames = [frame, replace(frame, lazy=True)]
    if not r.records.ran_from(frame.chain):  # who went through the items called it: ``pd.concat(map(top, groups))``
        frames.reverse()
    return next((flow for where in frames if (flow := result_of(r, what.definition, where))), EMPTY)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "a function")


@function("builtins.max", "builtins.min")
def extreme(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """The greatest of one argument's items, or of several arguments. By a key it is one of them as it was."""
    key = next((k.value for k in node.keywords if k.arg == "key"), None)
    if key is not None and node.args:
        return _chosen(r, node, key, at)
    whole = union(r.flow(a, at) for a in arguments(node))
    return whole.through(T.AGGREGATION if len(node.args) == 1 else T.TRANSFORMATION, aligned=len(node.args) > 1)


def _chosen(r: Resolver, node: ast.Call, key: ast.expr, at: Where) -> Flow:
    given = (_items(r, node.args[0], at),) if len(node.args) == 1 else (r.flow(a, at) for a in node.args)
    items, by = union(given), applied(r, node, key, at)
    others = union(r.flow(k.value, at) for k in node.keywords if k.arg == "default")
    which = union((items if by is None else by, Flow(r.flow(node.args[0], at).gone_through())))
    return union((items, others)).unaligned().under(which)


@function("builtins.next")
def next_(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """The first item there is: what decided which ones there are decided which that is."""
    if not node.args:
        return EMPTY
    found = (_items(r, node.args[0], at), *(r.flow(a, at) for a in node.args[1:]))
    return union(found).under(Flow(r.flow(node.args[0], at).count), T.FILTER)


@function("builtins.getattr")
def getattr_(r: Resolver, node: ast.Call, at: Where) -> Flow:
    """A column of that name, if the name is constant."""
    flow = r.flow(node.args[0], at) if node.args else EMPTY
    name = node.args[1] if len(node.args) > 1 else None
    return flow.part(name.value) if isinstance(name, ast.Constant) else flow.through(T.IDENTITY)
