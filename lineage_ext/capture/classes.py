"""The user's class that an expression is an object of, and what its methods are, those of its bases among them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lineage_ext.capture.arguments import passed
from lineage_ext.capture.definitions import Callee, callee, events
from lineage_ext.capture.events import Kind
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.source import FUNCTIONS

MOST_DEPTH = 5
Class = tuple[ast.ClassDef, Where]


def class_of(r: Resolver, node: ast.expr, at: Where, depth: int = 0) -> Class | None:
    """The user's class that an expression is an object of."""
    if depth > MOST_DEPTH:
        return None
    if isinstance(node, ast.Call):
        found = as_class(callee(r, node.func, at))
        if found is not None or not isinstance(node.func, ast.Attribute):
            return found
        of = class_of(r, node.func.value, at, depth + 1)  # ``Scaler().fit(x)``
        return of if of is not None and _gives_itself(of, node.func.attr) else None
    if not isinstance(node, ast.Name):
        return None
    for event, there in events(r, node.id, node, at):
        if event.kind is Kind.PARAMETER:
            return _of_parameter(r, node.id, event.node, there, depth)
        if event.kind is Kind.VALUE and event.value is not None and not event.path:
            return class_of(r, event.value, there, depth + 1)
    return None


def _gives_itself(cls: Class, method: str) -> bool:
    """Whether a method returns what it was called on."""
    definition, at = cls
    for own in definition.body:
        if isinstance(own, ast.FunctionDef) and own.name == method and own.args.args:
            values = [n.value for n in at.source.own(own) if isinstance(n, ast.Return)]
            return bool(values) and all(isinstance(v, ast.Name) and v.id == own.args.args[0].arg for v in values)
    return False


def _of_parameter(r: Resolver, name: str, function: ast.AST, at: Where, depth: int) -> Class | None:
    cls = at.source.scope(function)
    first = function.args.args[:1] if isinstance(function, FUNCTIONS) else []
    if isinstance(cls, ast.ClassDef) and first and first[0].arg == name:
        return cls, at
    given = passed(r, name, function, at)
    return class_of(r, *given[0], depth + 1) if given else None


def as_class(what: Callee) -> Class | None:
    """What is called, if it is a class of the user's."""
    if isinstance(what.definition, ast.ClassDef) and what.at is not None:
        return what.definition, what.at
    return None


def bases(r: Resolver, cls: Class) -> Iterator[Class]:
    """The user's classes that a class is made of."""
    definition, at = cls
    for base in definition.bases:
        above = as_class(callee(r, base, at))
        if above is not None:
            yield above


def method_of(r: Resolver, cls: Class, name: str, depth: int = 0) -> tuple[ast.FunctionDef, Where] | None:
    """A method of a class, or of the first of its bases that has it."""
    definition, at = cls
    own = next((n for n in definition.body if isinstance(n, ast.FunctionDef) and n.name == name), None)
    if own is not None:
        return own, at
    above = (method_of(r, base, name, depth + 1) for base in bases(r, cls)) if depth < MOST_DEPTH else iter(())
    return next((found for found in above if found is not None), None)
