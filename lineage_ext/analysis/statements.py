"""What each statement of a cell reads, binds and changes, from its source alone.

Names are module-level ones. What can't be seen (a method of an unknown object may change it) is taken to happen: an
answer made of two such readings of the same text errs alike in both, so that it cancels out.
"""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lineage_ext.parsing import parse

RANDOM = {"np.random": "<numpy.random>", "numpy.random": "<numpy.random>", "random": "<random>"}
"""Module with a state of its own → the name that stands for that state."""

VOLATILE = re.compile(
    r"(^|\.)(now|today|utcnow|time|time_ns|perf_counter|monotonic|uuid[147]|urandom|token_\w+|getpid)$"
)
CHANGING = frozenset(
    "add append appendleft clear discard extend fit fit_transform insert partial_fit pop popitem popleft push read "
    "readline readlines remove reverse rotate seek send setdefault shuffle sort update write writelines".split()
)
PURE = frozenset(
    "all any boxplot copy corr count describe display head hist info isna join keys max mean min nunique plot print "
    "sample show sum tail to_csv to_excel to_feather to_json to_markdown to_parquet to_pickle to_sql to_string "
    "value_counts".split()
)
MAKING = frozenset({"__init__", "__new__", "__post_init__", "__init_subclass__"})
LOOKING = frozenset({"display", "help", "len", "print", "repr", "type"})
SHELL = frozenset({"get_ipython"})  # magics are calls on it: no value of the user's
STATEFUL = re.compile(r"(default_rng|RandomState|Random|iter|open|count|cycle)$")
SEEDED = re.compile(r"(default_rng|RandomState|Random)$")
_CODE_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")


@dataclass(frozen=True)
class Statement:
    """One top-level statement, ``text`` without comments and layout. ``free``: names that functions it defines look up.

    ``calls`` says whether it calls anything; ``seeds`` are states it sets to a known value.
    """

    line: int
    end_line: int
    text: str
    reads: frozenset[str] = frozenset()
    binds: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    seeds: frozenset[str] = frozenset()
    free: dict[str, frozenset[str]] = field(default_factory=dict)
    later: dict[str, frozenset[str]] = field(default_factory=dict)  # what methods of its classes' instances look up
    effects: dict[str, frozenset[str]] = field(default_factory=dict)  # what a call of its functions changes in place
    modules: frozenset[str] = frozenset()  # names it imports
    calls: bool = False
    volatile: bool = False  # another value each time: the time, an unseeded generator
    stateful: bool = False  # what it binds moves on with each use: a generator of random numbers, an iterator


@lru_cache(maxsize=4096)
def statements(source: str) -> tuple[Statement, ...]:
    """The statements of a cell as a user typed it; of what isn't Python one that reads and binds nothing."""
    try:
        tree = parse(_python(source))
        return tuple(_statement(node) for node in tree.body)
    except (SyntaxError, ValueError, RecursionError):
        lines = source.count("\n") + 1
        return (Statement(1, lines, source),)


def _python(source: str) -> str:
    """The cell with its magics made calls, as IPython makes them; ``%%time`` and the like are cut off."""
    head, _, rest = source.lstrip().partition("\n")
    if head.startswith(_CODE_MAGICS):
        source = "\n" + rest
    if "%" not in source and "!" not in source and "?" not in source:
        return source
    try:
        from IPython.core.inputtransformer2 import TransformerManager
    except ImportError:
        return source
    manager: Any = TransformerManager()  # type: ignore[no-untyped-call]
    return str(manager.transform_cell(source))


def _statement(node: ast.stmt) -> Statement:
    text = ast.unparse(node)
    table = symtable.symtable(text, "cell", "exec")
    reads, binds, free, later = _names(table)
    changes, seeds = _changed(node)
    states = _states(node)
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        reads.add(node.target.id)
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):  # looked up when it is called
        free |= {t.id: frozenset(reads) for t in node.targets if isinstance(t, ast.Name)}
        reads = set()
    nodes = list(ast.walk(node))
    decorators = getattr(node, "decorator_list", None)
    return Statement(
        decorators[0].lineno if decorators else node.lineno,
        node.end_lineno or node.lineno,
        text,
        frozenset(reads | (states - seeds)) - SHELL,
        frozenset(binds),
        frozenset(changes | states) - SHELL,
        frozenset(seeds),
        free,
        later,
        _effects(node, free),
        frozenset(binds) if isinstance(node, ast.Import | ast.ImportFrom) else frozenset(),
        any(isinstance(n, ast.Call) for n in nodes),
        any(_is_volatile(n) for n in nodes if isinstance(n, ast.Call)),
        any(STATEFUL.search(_dotted(n.func)) for n in nodes if isinstance(n, ast.Call)),
    )


Free = dict[str, frozenset[str]]


def _names(table: symtable.SymbolTable) -> tuple[set[str], set[str], Free, Free]:
    """Names read when the statement runs; names bound; what its functions look up when called, its instances later."""
    reads, binds = set(), set()
    for symbol in table.get_symbols():
        if symbol.is_referenced():
            reads.add(symbol.get_name())
        if symbol.is_assigned() or symbol.is_imported():
            binds.add(symbol.get_name())
    free: Free = {}
    later: Free = {}
    for child in table.get_children():
        name = child.get_name()
        if name not in binds:  # a lambda, a comprehension
            reads |= set(_globals(child))
        elif child.get_type() == "class":
            making, using = _of_class(child)
            free[name], later[name] = making, using
        else:
            free[name] = free.get(name, frozenset()) | set(_globals(child))
        binds |= {s.get_name() for s in child.get_symbols() if s.is_declared_global() and s.is_assigned()}
    return reads, binds, free, later


def _of_class(table: symtable.SymbolTable) -> tuple[frozenset[str], frozenset[str]]:
    """What making an instance looks up, and what its other methods do."""
    making = {s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced()}
    using: set[str] = set()
    for method in table.get_children():
        (making if method.get_name() in MAKING else using).update(_globals(method))
    return frozenset(making), frozenset(using)


def _globals(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_global() and symbol.is_referenced():
            yield symbol.get_name()
    for child in table.get_children():
        yield from _globals(child)


def _effects(node: ast.stmt, free: Free) -> Free:
    """For each function or class that is defined: module-level names whose objects its body may change."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {}
    changed = {name for inner in ast.walk(node) if isinstance(inner, ast.stmt) for name in _changed(inner)[0]}
    return {node.name: frozenset(changed & free.get(node.name, frozenset()))}


def _at_once(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a statement that run when it runs: not the bodies of functions it defines."""
    todo = [node]
    while todo:
        one = todo.pop()
        yield one
        if not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            todo += ast.iter_child_nodes(one)


def _changed(node: ast.stmt) -> tuple[set[str], set[str]]:
    """Names whose objects the statement may change in place, and random states it seeds."""
    changed: set[str] = set()
    seeds: set[str] = set()
    for one in _at_once(node):
        if isinstance(one, ast.Subscript | ast.Attribute) and not isinstance(one.ctx, ast.Load):
            changed.add(_root(one))
        elif isinstance(one, ast.Call):
            changed |= _changed_by(one, isinstance(node, ast.Expr) and one is node.value)
            dotted = _dotted(one.func)
            if dotted.endswith(".seed") and dotted[: -len(".seed")] in RANDOM and one.args:
                seeds.add(RANDOM[dotted[: -len(".seed")]])
    changed.discard("")
    return changed, seeds


def _changed_by(call: ast.Call, alone: bool) -> set[str]:
    """What a call changes; ``alone`` it is a statement of its own, called for its effect."""
    names = {_root(a) for a in call.args if isinstance(a, ast.Name)}
    if isinstance(call.func, ast.Attribute):
        method, owner = call.func.attr, _root(call.func)
        inplace = any(k.arg == "inplace" for k in call.keywords)
        changes = inplace or method in CHANGING or (alone and method not in PURE)
        return {owner, *(names if alone and method not in PURE else ())} if changes else set()
    called = _root(call.func)
    return names if called == "next" or (alone and called not in LOOKING) else set()


def _states(node: ast.stmt) -> set[str]:
    """States of random generators that the statement draws from."""
    found = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Call):
            module, _, _ = _dotted(one.func).rpartition(".")
            if module in RANDOM and not STATEFUL.search(_dotted(one.func)):
                found.add(RANDOM[module])
    return found


def _is_volatile(call: ast.Call) -> bool:
    called = _dotted(call.func)
    unseeded = SEEDED.search(called) is not None and not call.args and not call.keywords
    return unseeded or VOLATILE.search(called) is not None


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _dotted(node: ast.expr) -> str:
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else ".".join(reversed(parts))
