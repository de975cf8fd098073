"""Where the objects of one Source may pass on: the assignments and calls of a scope, by the names they stand under.

A Path is how an object is reached: ``("job", "loader", "rates")`` for ``job.loader.rates``. It begins with a variable,
or with the call that made the object, for as long as that has no name: ``Loader(d).run(f)``.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lineage_ext.capture.changing_methods import METHODS
from lineage_ext.capture.elsewhere import started
from lineage_ext.capture.file_paths import literal_file, same_file
from lineage_ext.capture.operators import all_meant
from lineage_ext.capture.source import FUNCTIONS, Scope, Source, called
from lineage_ext.capture.steps import ENTRY, inside, looped, put_in, step_of

Path = tuple[str | ast.Call, ...]
ENTRIES = frozenset({"setdefault", "get", "pop"})  # methods that give an object in what they are called on

MOST_NESTED = 3  # containers that are written out in each other


def path_of(node: ast.expr | None) -> Path | None:
    """The Path that an expression is, if it is one."""
    attributes: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            attributes.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Subscript):
            attributes.append(step_of(node.slice))
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ENTRIES:
            attributes.append(step_of(node.args[0]) if node.args else ENTRY)
            node = node.func.value
        else:
            break
    if isinstance(node, ast.Name):
        return (node.id, *reversed(attributes))
    file = same_file(node) if node is not None else None
    whole = path_of(file) if file is not None else None
    if whole is not None:
        return (*whole, *reversed(attributes))
    literal = literal_file(node)
    if literal is not None:
        return (literal, *reversed(attributes))
    return (node, *reversed(attributes)) if isinstance(node, ast.Call) else None


def either(node: ast.expr | None) -> Iterator[ast.expr]:
    """The expressions of which a value is one: ``d`` and ``{}`` of ``d or {}``."""
    if isinstance(node, ast.IfExp):
        yield from either(node.body)
        yield from either(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from either(value)
    elif isinstance(node, ast.NamedExpr | ast.Await):
        yield from either(node.value)
    elif node is not None:
        yield node


@dataclass(frozen=True, slots=True)
class Passing:
    """A call that an object may pass through: as what it is called on, or as an argument by place or name.

    ``asked`` is the call itself, or that which it has another thread make.
    """

    call: ast.Call
    asked: ast.Call
    receiver: Path | None
    arguments: tuple[tuple[int | str, Path], ...]

    def roots(self) -> set[Hashable]:
        """What the paths in it begin with, the call itself included, and what is called."""
        asked = self.asked.func
        computed = isinstance(asked, ast.Call) and called(asked) == "getattr" and asked.args
        function = path_of(asked.args[0] if computed else asked)  # type: ignore[attr-defined]
        given: set[Hashable] = {path[0] for _, path in self.arguments}
        return given | {self.call} | ({function[0]} if function is not None else set())

    def of_super(self) -> bool:
        """``super().fill(…)``."""
        return self.receiver is not None and called(self.receiver[0]) == "super"  # type: ignore[arg-type]


@dataclass(slots=True)
class Ways:
    """Those of one scope, by what their Paths begin with."""

    assigned: dict[Hashable, list[tuple[Path, Path]]] = field(default_factory=dict)  # (target, value)
    calls: dict[Hashable, list[Passing]] = field(default_factory=dict)
    returned: list[Path] = field(default_factory=list)

    def add_assigned(self, target: Path, value: Path) -> None:
        """``target`` is another way to the same object as ``value``."""
        for root in {target[0], value[0]}:
            self.assigned.setdefault(root, []).append((target, value))

    def behind(self, name: str) -> Iterator[str]:
        """What begins the values that a variable is another way to."""
        for target, value in self.assigned.get(name, ()):
            if target == (name,) and isinstance(value[0], str):
                yield value[0]

    def all_passing(self) -> Iterator[Passing]:
        """The calls of the scope, but for those of Python's own functions, each perhaps several times."""
        return (passing for passings in self.calls.values() for passing in passings)

    def all_calls(self) -> list[ast.Call]:
        """The same calls, each once."""
        return list(dict.fromkeys(passing.call for passing in self.all_passing()))

    def add_call(self, passing: Passing) -> None:
        """A call."""
        for root in passing.roots():
            self.calls.setdefault(root, []).append(passing)


NOWHERE = Ways()
BINDING = ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.withitem
LOOPS = ast.For | ast.AsyncFor | ast.comprehension
READ = ast.Call | ast.Return | BINDING | LOOPS


class PassingOn:
    """The Ways of all scopes of one Source, found when first asked for."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._known_operators: frozenset[str] = frozenset()
        self._operators: dict[Scope, Ways] = {}

    def ways(self, scope: Scope) -> Ways:
        """Those of one scope."""
        return self._ways.get(scope, NOWHERE)

    @property
    def scopes(self) -> Iterable[Scope]:
        """The scopes that have any."""
        return self._ways

    @cached_property
    def _ways(self) -> dict[Scope, Ways]:
        found: dict[Scope, Ways] = {}
        for node in self._source.parents:
            if isinstance(node, READ):
                _read(node, found.setdefault(self._source.scope(node), Ways()))
        return found

    def bound_methods(self, scope: Scope) -> dict[Path, list[ast.Attribute]]:
        """The methods that change an object which a scope takes without calling them, by the object's Path."""
        return self._bound_methods.get(scope, {})

    @cached_property
    def _bound_methods(self) -> dict[Scope, dict[Path, list[ast.Attribute]]]:
        found: dict[Scope, dict[Path, list[ast.Attribute]]] = {}
        for node, parent in self._source.parents.items():
            if isinstance(node, ast.Attribute) and node.attr in METHODS and getattr(parent, "func", None) is not node:
                path = path_of(node.value) if isinstance(node.ctx, ast.Load) else None
                if path is not None:
                    found.setdefault(self._source.scope(node), {}).setdefault(path, []).append(node)
        return found

    def operators(self, scope: Scope, names: frozenset[str]) -> dict[Hashable, list[Passing]]:
        """The operators in a scope that may call these methods of classes of the user's, by what their Paths begin
        with."""
        if self._known_operators != names:
            self._known_operators, self._operators = names, {}
            for call in all_meant(self._source, names):
                self._operators.setdefault(self._source.scope(call), Ways()).add_call(_passing(call))
        return self._operators.get(scope, NOWHERE).calls

    # -- functions that share variables ------------------------------------------------------------------------------
    def plain_calls(self, scope: Scope, elsewhere: Collection[str] = ()) -> list[Passing]:
        """The calls in a scope that enter functions of the user's, as far as their text tells: by a plain name that
        isn't Python's own, or of functions that are handed over, those of other Sources being called ``elsewhere``."""
        own = self._plain_calls.get(scope, [])
        given = self._given.get(scope, {}) if elsewhere else {}
        return [*own, *(p for name in given.keys() & {*elsewhere} for p in given[name])] if given else own

    def calling(self, elsewhere: Collection[str] = ()) -> Iterable[Scope]:
        """The scopes that have such calls."""
        given = (scope for scope, names in self._given.items() if not names.keys().isdisjoint(elsewhere))
        return dict.fromkeys((*self._plain_calls, *(given if elsewhere else ())))

    def called_in(self, scope: Scope, elsewhere: Collection[str] = ()) -> set[str]:
        """The names of the functions that a scope so calls, or hands over; "" for lambdas. By a parameter, or an entry
        of a container, it may call any that is handed over or kept somewhere."""
        calls = self.plain_calls(scope, elsewhere)
        names = {node.id for p in calls for node in _of_call(p.asked) if isinstance(node, ast.Name)}
        computed = any(_is_choice(p.asked.func) for p in calls)
        known = names & {*self._functions, *elsewhere}
        return known | (self._handed_over if computed or self._may_be_any(names, scope) else set())

    def _may_be_any(self, names: set[str], scope: Scope) -> bool:
        """Whether one of these is a parameter, or bound by ``for handle in handlers``."""
        args = scope.args if isinstance(scope, FUNCTIONS) else None
        if args is not None and any(a.arg in names for a in (*args.posonlyargs, *args.args, *args.kwonlyargs)):
            return True
        ways = self.ways(scope).assigned
        bound = ((name, target, value) for name in names for target, value in ways.get(name, ()))
        return any(target == (name,) and str(value[-1]).startswith("[") for name, target, value in bound)

    @cached_property
    def _handed_over(self) -> set[str]:
        """The names of functions that stand where they aren't called; "" for lambdas."""
        parents = self._source.parents
        uses = (n for n in parents if isinstance(n, ast.Name) and n.id in self._functions)
        return {"", *(n.id for n in uses if getattr(parents[n], "func", None) is not n)}

    @cached_property
    def handed_over(self) -> frozenset[str]:
        """The names of the functions that are values somewhere, to be called by another name; "" for lambdas."""
        parents = self._source.parents
        named = (n for n in parents if isinstance(n, ast.Name) and n.id in self._functions)
        return frozenset({"", *(n.id for n in named if getattr(parents[n], "func", None) is not n)})

    @cached_property
    def _plain_calls(self) -> dict[Scope, list[Passing]]:
        found: dict[Scope, list[Passing]] = {}
        for node in self._source.parents:
            if not isinstance(node, ast.Call):
                continue
            if any(map(self._may_be_function, _of_call(started(node) or node))):
                found.setdefault(self._source.scope(node), []).append(_passing(node))
        return found

    @cached_property
    def _given(self) -> dict[Scope, dict[str, list[Passing]]]:
        """The other calls that are given the value of a variable, by its name."""
        found: dict[Scope, dict[str, list[Passing]]] = {}
        for node in self._source.parents:
            if isinstance(node, ast.Call) and not any(
                map(self._may_be_function, parts := _of_call(started(node) or node))
            ):
                for name in {n.id for n in parts[1:] if isinstance(n, ast.Name)}:
                    found.setdefault(self._source.scope(node), {}).setdefault(name, []).append(_passing(node))
        return found

    def _may_be_function(self, node: ast.expr) -> bool:
        if _is_choice(node):
            return getattr(self._source.parents[node], "func", None) is node  # ``acts[k](x)``
        if not isinstance(node, ast.Name) or hasattr(builtins, node.id):
            return isinstance(node, ast.Lambda)
        parent = self._source.parents[node]
        return (isinstance(parent, ast.Call) and parent.func is node) or node.id in self._functions

    @cached_property
    def _functions(self) -> frozenset[str]:
        return frozenset(n.name for n in self._source.parents if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def _of_call(node: ast.Call) -> tuple[ast.expr, ...]:
    """What is called, and what it is given."""
    return node.func, *node.args, *(k.value for k in node.keywords)


def _is_choice(node: ast.expr) -> bool:
    """``acts[k]``, ``acts.get(k, f)``, ``f if c else g``."""
    got = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ENTRIES
    return got or isinstance(node, ast.Subscript | ast.IfExp)


def _read(node: ast.AST, ways: Ways) -> None:
    if isinstance(node, ast.Call):
        if not hasattr(builtins, getattr(node.func, "id", "")):  # what those do with it is known
            ways.add_call(_passing(node))
        put = put_in(node)
        if put is not None:
            _same(ways, path_of(put[0]), put[1], ENTRY)
    elif isinstance(node, ast.Return):
        ways.returned += [path for value in either(node.value) if (path := path_of(value)) is not None]
    elif isinstance(node, LOOPS):
        _read_loop(node.target, node.iter, (), ways)
    elif isinstance(node, BINDING):
        for target, value in _pairs(node):
            if isinstance(target, ast.Tuple | ast.List):
                _read_unpacked(target, value, ways)
            else:
                _same(ways, path_of(target), value)


def _same(ways: Ways, path: Path | None, value: ast.expr, *steps: str) -> None:
    """What is behind the steps from ``path`` is the object that ``value`` is; what is in that, if it is written out."""
    if path is None or len(steps) > MOST_NESTED:
        return
    for one in either(value):
        other = path_of(one)
        if other is not None:
            ways.add_assigned((*path, *steps), other)
        for part in inside(one):
            _same(ways, path, part, *steps, ENTRY)


def _read_unpacked(target: ast.Tuple | ast.List, value: ast.expr, ways: Ways) -> None:
    """``low, high = pair``: ``low`` is the first entry of ``pair``."""
    whole = path_of(value)
    for i, part in enumerate(target.elts):
        path = path_of(part)
        if whole is not None and path is not None:
            ways.add_assigned(path, (*whole, step_of(ast.Constant(i))))


def _read_loop(target: ast.expr, over: ast.expr, place: tuple[int | str, ...], ways: Ways) -> None:
    """``for i, order in enumerate(orders)``: ``order`` is an entry of ``orders``."""
    if isinstance(target, ast.Tuple | ast.List):
        for i, part in enumerate(target.elts):
            _read_loop(part, over, (*place, i), ways)
        return
    whole, path = path_of(looped(over, place)), path_of(target)
    if whole is not None and path is not None:
        ways.add_assigned(path, (*whole, ENTRY))


def _pairs(node: BINDING) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Targets and what they are set to; of tuples on both sides item by item."""
    if isinstance(node, ast.withitem):
        targets, value = [node.optional_vars], node.context_expr
    else:
        targets, value = node.targets if isinstance(node, ast.Assign) else [node.target], node.value  # type: ignore[assignment]
    others = [target for target in targets if isinstance(target, ast.Name)]
    for target in targets:
        if isinstance(target, ast.Tuple) and others:  # ``low, high = pair = [], []``
            yield target, others[0]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            yield from zip(target.elts, value.elts, strict=True)
        elif target is not None and value is not None:
            yield target, value


def _passing(node: ast.Call) -> Passing:
    asked = started(node) or node
    receiver = path_of(asked.func.value) if isinstance(asked.func, ast.Attribute) else None
    given: list[tuple[int | str, ast.expr]] = [
        *enumerate(asked.args),
        *((k.arg, k.value) for k in asked.keywords if k.arg),
    ]
    arguments = ((key, path) for key, value in given for one in either(value) if (path := path_of(one)) is not None)
    return Passing(node, asked, receiver, tuple(arguments))
