"""The value of a function's parameter: the argument of the call that the function was entered by."""

from __future__ import annotations

import ast

from lineage_ext.capture.definitions import callee, events
from lineage_ext.capture.elsewhere import started, starting
from lineage_ext.capture.events import Kind
from lineage_ext.capture.flow import EMPTY, Flow, T, gathered, union
from lineage_ext.capture.operands import JOINING
from lineage_ext.capture.operators import METHODS, entering
from lineage_ext.capture.resolver import Resolver, Where, keep
from lineage_ext.capture.source import FUNCTIONS, Source, called, preset_by

CHOOSING = frozenset({"filter", "filterfalse", "takewhile", "dropwhile"})  # a function says which items
FIRST = CHOOSING | {"map", "starmap", "reduce"}  # they take the function before the items
CALLING = FIRST | {"sorted", "groupby", "max", "min", "accumulate"}
CALLED_ON = frozenset({"sort"})  # methods that call a function with the items of what they are called on
CONTEXT = frozenset({"__enter__", "__exit__"})
MAKING = CONTEXT | {"__init__", "__post_init__"}  # run by the call of a class, or ``with``
CLASSES = frozenset({"cls", "__class__", ""})  # ``cls(…)``, ``self.__class__(…)``, ``type(self)(…)``, ``kinds[k](…)``
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


Given = list[tuple[ast.expr, Where]]
Named = list[tuple[ast.keyword, Where]]


def parameter(r: Resolver, name: str, function: ast.AST, at: Where) -> Flow:
    """What the caller passed for the parameter, its default otherwise."""
    assert isinstance(function, FUNCTIONS)
    entered = entered_by(r, at, function)
    if entered is None and at.chain == ():
        return union(_by_call(r, name, function, *start, at) for start in _starts(r, function, at))
    return _by_call(r, name, function, *entered, at) if entered is not None else EMPTY


def _by_call(r: Resolver, name: str, function: Function, node: ast.Call, caller: Where, at: Where) -> Flow:
    arguments = _arguments(r, function, node, caller, at)
    if arguments is not None:
        return _argument(r, name, function, arguments, at)
    return _handed(r, name, function, node, caller)


def _starts(r: Resolver, function: Function, at: Where) -> list[tuple[ast.Call, Where]]:
    """The calls that may have started the thread in which a function runs. Kept while the cell runs."""
    name = getattr(function, "name", "")
    key = ("starts", function, at.since, r.namespace.moment)
    if key not in r.kept:
        found = r.kept[key] = list[tuple[ast.Call, Where]]()
        for file in (at.file, *r.namespace.mentioning(name, at.file)) if name else ():
            anywhere = r.where(file, None, at.since)
            for node in anywhere.source.parents if anywhere is not None else ():
                call = starting(node, name)
                if call is not None and anywhere is not None:
                    found.append((call, anywhere))
    known: list[tuple[ast.Call, Where]] = r.kept[key]
    return known


def passed(r: Resolver, name: str, function: ast.AST, at: Where) -> Given:
    """The expression that the caller passed for the parameter, with its frame; none if it isn't a single one."""
    entered = entered_by(r, at, function)
    if entered is None or not isinstance(function, FUNCTIONS):
        return []
    arguments = _arguments(r, function, *entered, at)
    return _single(name, function, *arguments) if arguments is not None else []


def receiver(r: Resolver, function: Function, at: Where) -> tuple[ast.expr, Where] | None:
    """The expression, with its frame, that a method was called on; for a constructor the call that makes the object."""
    found = entered_by(r, at, function)
    if found is None:
        return None
    node, caller = found
    handed = _handed_method(node, function)
    if handed is not None:
        return handed, caller
    if not calls(node, function):
        return None
    base = node.func.value if isinstance(node.func, ast.Attribute) else None
    if base is not None and called(base) == "super":  # the object of the method around it
        around = caller.source.scope(node)
        first = around.args.args[:1] if isinstance(around, FUNCTIONS) else []
        return (caller.source.name_at(first[0].arg, node), caller) if first else None
    if getattr(function, "name", "") in MAKING and called(node) not in MAKING:
        return node, caller
    return (base or node.func), caller


def _handed_method(node: ast.Call, function: Function) -> ast.expr | None:
    """The object whose method is handed over in a call: ``scale`` of ``s.map(scale.apply)``."""
    name = getattr(function, "name", "")
    given = (*node.args, *(k.value for k in node.keywords))
    if name == "__call__" and (isinstance(node.func, ast.Attribute) or called(node) in CALLING):
        return next((a for a in given if isinstance(a, ast.Name | ast.Call)), None)
    inside = [b for a in given if isinstance(a, ast.Call) for b in a.args]  # ``partial(scale.apply, 2)``
    return next((a.value for a in (*given, *inside) if isinstance(a, ast.Attribute) and a.attr == name), None)


def entered_by(r: Resolver, at: Where, function: ast.AST | None = None) -> tuple[ast.Call, Where] | None:
    """The call that the frame was entered by, and the frame of that; ``function`` is the one that runs in it.

    Kept while the cell runs: ``self`` is asked for again and again.
    """
    key = ("entered", at.file, at.chain, at.since, function)
    if key not in r.changes:
        keep(r.changes, key, _entered_by(r, at, function))
    known: tuple[ast.Call, Where] | None = r.changes[key]
    return known


def _entered_by(r: Resolver, at: Where, function: ast.AST | None) -> tuple[ast.Call, Where] | None:
    caller = r.where(at.chain[0][0], at.chain[1:], at.since) if at.chain else None
    node = caller.source.node(at.chain[0][1]) if caller is not None and at.chain else None
    name = getattr(function, "name", "")
    if name in METHODS and caller is not None and node is not None:
        found = entering(caller.source, node, name)
        if found is not None:
            return found, caller
    if isinstance(node, ast.For | ast.AsyncFor):
        node = node.iter  # before 3.13 a generator function's frame is entered from the loop's statement
    if isinstance(node, ast.With | ast.AsyncWith):  # before 3.12 that of the whole statement
        node = node.items[0].context_expr
    if name in CONTEXT and isinstance(node, ast.Name | ast.Attribute):  # ``with bench:``
        node = _meant(node, node, name)
    if name == "__getattr__" and isinstance(node, ast.Attribute):
        node = _meant(node, node.value, name, ast.Constant(node.attr))
    if isinstance(node, ast.Attribute):  # a property
        node = ast.copy_location(ast.Call(node, [], []), node)
    if caller is None or not isinstance(node, ast.Call):
        return None
    return (started(node) or _handing(node, function) or node), caller


def _meant(node: ast.expr, on: ast.expr, method: str, *given: ast.expr) -> ast.Call:
    """The call of a method that an expression is, as if it stood there."""
    asked = ast.copy_location(ast.Attribute(on, method, ast.Load()), node)
    return ast.copy_location(ast.Call(asked, [*given], []), node)


def _handing(node: ast.Call, function: ast.AST | None) -> ast.Call | None:
    """The call within that the function was handed to, if this one only went through what that gives: ``map(f, xs)`` of
    ``pd.concat(map(f, xs))``."""
    if not isinstance(function, FUNCTIONS) or calls(node, function) or _passed(node, function):
        return None
    inside = (n for n in ast.walk(node) if isinstance(n, ast.Call) and n is not node and called(n) in CALLING)
    return next((n for n in inside if _passed(n, function)), None)


def _arguments(r: Resolver, function: Function, node: ast.Call, caller: Where, at: Where) -> tuple[Given, Named] | None:
    """What the function was called with; None if it was handed over to be called by somebody else."""
    named = isinstance(node.func, ast.Name | ast.Subscript | ast.IfExp) and not _passed(node, function)
    if named or calls(node, function):
        return _given(r, function, node, caller, at)
    if called(node) == "pipe" and isinstance(node.func, ast.Attribute):
        keywords, given = [(k, caller) for k in node.keywords], [(a, caller) for a in node.args[1:]]
        target = node.args[0] if node.args else None
        if isinstance(target, ast.Tuple) and isinstance(target.elts[-1], ast.Constant):  # ``d.pipe((f, "data"), 3)``
            return given, [(ast.keyword(str(target.elts[-1].value), node.func.value), caller), *keywords]
        return [(node.func.value, caller), *given], keywords
    return None


def gone_through(r: Resolver, function: ast.AST, at: Where) -> Given:
    """Of what a function that was handed over puts all items together, one with another: ``reduce(merge, frames)``."""
    entered = entered_by(r, at, function)
    node, caller = entered if entered is not None else (None, at)
    if node is None or called(node) not in JOINING or not isinstance(function, FUNCTIONS):
        return []
    if _arguments(r, function, node, caller, at) is not None:
        return []
    at_place = JOINING[called(node)]
    return [(a, caller) for a in node.args[at_place : at_place + 1]]


def _single(name: str, function: Function, given: Given, named: Named) -> Given:
    a = function.args
    positional = [p.arg for p in (*a.posonlyargs, *a.args)]
    starred = any(isinstance(g, ast.Starred) for g, _ in given)
    if name in positional and positional.index(name) < len(given) and not starred:
        return [given[positional.index(name)]]
    return [(k.value, w) for k, w in named if k.arg == name]


def calls(node: ast.Call, function: Function) -> bool:
    """Whether the call, by its name, calls the function itself."""
    name = getattr(function, "name", "")
    made = called(node).lstrip("_")[:1].isupper() or called(node) in CLASSES
    return called(node) == name or (name in MAKING and made) or name == "__call__"


def _passed(node: ast.Call, function: Function) -> bool:
    """Whether the function is an argument of the call: it was handed over to be called by somebody else."""
    name = getattr(function, "name", None)
    arguments = (*node.args, *(k.value for k in node.keywords))
    return any(a is function or (isinstance(a, ast.Name) and a.id == name) for a in arguments)


def _given(r: Resolver, function: Function, node: ast.Call, caller: Where, at: Where) -> tuple[Given, Named]:
    """Positional and keyword arguments, with those a ``functools.partial`` adds."""
    given: Given = [(a, caller) for a in node.args]
    named: Named = [(k, caller) for k in node.keywords]
    if is_method(function, at.source) and not by_class(r, node, caller):
        base = node.func.value if isinstance(node.func, ast.Attribute) else ast.Constant(None)
        made = getattr(function, "name", "") == "__post_init__"  # by then it has its fields
        given.insert(0, (node if made else base, caller))
    elif isinstance(node.func, ast.Name) and not calls(node, function):
        event, there = next(events(r, node.func.id, node.func, caller), (None, caller))
        made = preset_by(event.value) if event is not None and event.value is not None else None
        if made is not None:
            given = [(a, there) for a in made.args[1:]] + given
            named = named + [(k, there) for k in made.keywords]
    return given, named


def by_class(r: Resolver, node: ast.Call, at: Where) -> bool:
    """Whether a method is called as a function of its class: ``Ledger.fill(ledger, x)``, ``Base.__init__(self)``."""
    base = node.func.value if isinstance(node.func, ast.Attribute) else None
    what = callee(r, base, at).definition if isinstance(base, ast.Name) else None
    if not isinstance(node.func, ast.Attribute) or not isinstance(what, ast.ClassDef):
        return False
    own = [n for n in what.body if isinstance(n, ast.FunctionDef) and n.name == node.func.attr]
    return not any(n.decorator_list for n in own)


def is_method(function: Function, source: Source) -> bool:
    """Whether a function is called on an object (or class), which is its first argument."""
    if isinstance(function, ast.Lambda) or not isinstance(source.scope(function), ast.ClassDef):
        return False
    return not any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in function.decorator_list)


def _argument(r: Resolver, name: str, function: Function, passed: tuple[Given, Named], at: Where) -> Flow:
    given, named = passed
    a = function.args
    positional = [p.arg for p in (*a.posonlyargs, *a.args)]
    if a.vararg is not None and a.vararg.arg == name:
        return gathered({i: r.flow(g, w) for i, (g, w) in enumerate(given[len(positional) :])})
    if a.kwarg is not None and a.kwarg.arg == name:
        return gathered({k.arg: r.flow(k.value, w) for k, w in named if k.arg not in positional})
    own = _single(name, function, given, named)
    if own:
        return r.flow(*own[0])
    starred = [(g.value, w) for g, w in given if isinstance(g, ast.Starred)]
    starred += [(k.value, w) for k, w in named if k.arg is None]
    if starred:
        return union(_part(r.flow(f, w), name, positional) for f, w in starred)
    return r.flow(default(function, name), Where(at.source, at.reaching, None, at.since))


def handed_as(r: Resolver, name: str, names: list[str], call: ast.Call, at: Where) -> Flow:
    """What a call gives to the parameter ``name`` of a function whose parameters, by place, are ``names``."""
    given: list[Flow] = []
    for i, argument in enumerate(call.args):
        if isinstance(argument, ast.Starred):
            given.append(_part(r.flow(argument.value, at), name, names[i:]))
            break
        if names[i : i + 1] == [name]:
            given.append(r.flow(argument, at))
    for keyword in call.keywords:
        if keyword.arg in {name, None}:
            whole = r.flow(keyword.value, at)
            given.append(_part(whole, name, []) if keyword.arg is None else whole)
    return union(given)


def _part(flow: Flow, name: str, positional: list[str]) -> Flow:
    """The argument within ``*args`` or ``**kwargs`` that a wrapper passes on."""
    if flow.parts is None:
        return flow
    if name in flow.parts:
        return flow.parts[name]
    at = positional.index(name) if name in positional else None
    return flow.parts.get(at, EMPTY) if at is not None else EMPTY


def default(function: Function, name: str) -> ast.expr | None:
    """The expression of a parameter's default value."""
    a = function.args
    positional = [*a.posonlyargs, *a.args]
    for arg, value in zip(reversed(positional), reversed(a.defaults), strict=False):
        if arg.arg == name:
            return value
    return next((v for arg, v in zip(a.kwonlyargs, a.kw_defaults, strict=True) if arg.arg == name), None)


def _handed(r: Resolver, name: str, function: Function, node: ast.Call, caller: Where) -> Flow:
    """The function was passed to what is called here: ``s.apply(f)``, ``df.pipe(f, 2)``, ``map(f, xs)``."""
    own = _handed_method(node, function)
    if own is not None and [p.arg for p in (*function.args.posonlyargs, *function.args.args)][:1] == [name]:
        return r.flow(own, caller)
    receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
    given = next((k.value for k in node.keywords if k.arg == name), None) or _by_partial(name, function, node)
    if given is not None:
        return r.flow(given, caller)
    preset = default(function, name)
    if preset is not None and not node.args[1:]:  # nothing is passed on to it
        return r.flow(preset, caller)
    others = [a for a in node.args if not isinstance(a, ast.Lambda) and preset_by(a) is None]
    if called(node) == "assign":
        return r.flow(receiver, caller)
    if receiver is not None and called(node) in CALLED_ON:
        return r.flow(receiver, caller).each()
    if called(node) in CALLING and (receiver is None or _is_module(r, receiver, caller)):
        return _item_of(r, name, function, node, caller)
    values = union((r.flow(receiver, caller), *(r.flow(a, caller) for a in others)))
    return values.each().through(T.TRANSFORMATION, reason=f"handed over by {called(node)}")


def _by_partial(name: str, function: Function, node: ast.Call) -> ast.expr | None:
    """What a ``partial`` of the function that is handed over gives for a parameter."""
    names = [p.arg for p in (*function.args.posonlyargs, *function.args.args)]
    for made in map(preset_by, node.args):
        if made is not None:
            preset: dict[str | None, ast.expr] = dict(zip(names, made.args[1:], strict=False))
            preset |= {k.arg: k.value for k in made.keywords}
            if name in preset:
                return preset[name]
    return None


def _is_module(r: Resolver, node: ast.expr, at: Where) -> bool:
    event, _ = next(events(r, node.id, node, at), (None, at)) if isinstance(node, ast.Name) else (None, at)
    return event is not None and event.kind is Kind.IMPORT


def _item_of(r: Resolver, name: str, function: Function, node: ast.Call, caller: Where) -> Flow:
    """``map(f, xs, ys)``, ``sorted(xs, key=f)``: an item of what the parameter runs over."""
    names = [p.arg for p in (*function.args.posonlyargs, *function.args.args)]
    given = node.args[1:] if called(node) in FIRST else node.args[:1]
    if called(node) == "map" and name in names and names.index(name) < len(given):
        given = [given[names.index(name)]]
    items = union(r.iterated(g, caller) or r.flow(g, caller).each() for g in given)
    return items.part(names.index(name)) if called(node) == "starmap" and name in names else items
