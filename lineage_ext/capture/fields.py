"""Records of named fields: dataclasses, named tuples, namespaces. What each field was given when one was made."""

from __future__ import annotations

import ast

from lineage_ext.capture.definitions import Callee, events
from lineage_ext.capture.events import Kind
from lineage_ext.capture.flow import Flow, gathered
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.source import called

MAKING = frozenset({"namedtuple", "make_dataclass"})
DICTS = frozenset({"dict", "OrderedDict", "UserDict"})
MADE_BY = frozenset({"__init__", "__new__"})
OPEN = frozenset({"SimpleNamespace", "Namespace"})  # they take any field


def record(r: Resolver, node: ast.Call, at: Where, what: Callee) -> Flow | None:
    """The object that a call makes, with its fields as parts (``.name``); None if it makes no such record."""
    names = fields_of(what.definition) if what.definition is not None else _made(r, node.func, at)
    if called(node) in OPEN:
        names = ()
    if names is None or any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
        return None
    given = [*zip(names, node.args, strict=False), *((k.arg, k.value) for k in node.keywords)]
    return gathered({f".{name}": r.flow(value, at) for name, value in given})


def fields_of(definition: ast.AST | None) -> tuple[str, ...] | None:
    """The fields of a class, in order, if its text says that its instances are made of them."""
    if not isinstance(definition, ast.ClassDef) or not _declares(definition):
        return None
    if any(isinstance(n, ast.FunctionDef) and n.name == "__init__" for n in definition.body):
        return None
    own = [n for n in definition.body if isinstance(n, ast.AnnAssign) and "ClassVar" not in ast.dump(n.annotation)]
    return tuple(n.target.id for n in own if isinstance(n.target, ast.Name))


def is_dict_class(definition: ast.AST | None) -> bool:
    """Whether a class of the user's is a dict that is made as any dict is."""
    if not isinstance(definition, ast.ClassDef) or not any(
        getattr(b, "id", getattr(b, "attr", "")) in DICTS for b in definition.bases
    ):
        return False
    return not any(isinstance(n, ast.FunctionDef) and n.name in MADE_BY for n in definition.body)


def _declares(definition: ast.ClassDef) -> bool:
    said = (n for part in (*definition.decorator_list, *definition.bases) for n in ast.walk(part))
    return any(getattr(n, "attr", getattr(n, "id", "")) in {"dataclass", "NamedTuple"} for n in said)


def _made(r: Resolver, node: ast.expr, at: Where) -> tuple[str, ...] | None:
    """``Point = namedtuple("Point", "x y")``."""
    bound = [e for e, _ in events(r, node.id, node, at) if e.kind is Kind.VALUE] if isinstance(node, ast.Name) else []
    maker = bound[0].value if bound else None
    if not isinstance(maker, ast.Call) or called(maker) not in MAKING or len(maker.args) < 2:
        return None
    names = maker.args[1]
    if isinstance(names, ast.Constant) and isinstance(names.value, str):
        return tuple(names.value.replace(",", " ").split())
    listed = [n.value for n in getattr(names, "elts", ()) if isinstance(n, ast.Constant)]
    return tuple(map(str, listed)) or None
