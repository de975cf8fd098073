"""Under which conditions a statement runs, read off the text."""

from __future__ import annotations

import ast

import pytest

from lineage_ext.capture.conditions import Conditions
from lineage_ext.capture.source import Source

CASES = {
    "nothing": ("m()", ""),
    "an if": ("if a:\n    m()", "a"),
    "its else": ("if a:\n    x()\nelse:\n    m()", "a"),
    "an elif": ("if a:\n    x()\nelif b:\n    m()", "a b"),
    "after an if": ("if a:\n    x()\nm()", ""),
    "a loop": ("for i in a:\n    m()", "a"),
    "a while loop": ("while a:\n    m()", "a"),
    "a loop in an if": ("if a:\n    for i in b:\n        m()", "a b"),
    "a handler": ("try:\n    x = a\nexcept KeyError:\n    m()", "a"),
    "what is tried": ("try:\n    m()\nexcept KeyError:\n    x()", ""),
    "finally": ("try:\n    x = a\nfinally:\n    m()", ""),
    "a case": ("match a:\n    case 1 if b:\n        x()\n    case _:\n        m()", "a b"),
    "after continue": ("for i in a:\n    if b:\n        continue\n    m()", "a b"),
    "before continue": ("for i in a:\n    m()\n    if b:\n        continue", "a"),
    "the other branch of continue":
        ("for i in a:\n    if b:\n        if c:\n            continue\n    else:\n        m()", "a b"),
    "after the loop of a continue": ("for i in a:\n    if b:\n        continue\nm()", ""),
    "after break": ("for i in a:\n    if b:\n        break\n    m()", "a b"),
    "before break, in the next round": ("for i in a:\n    m()\n    if b:\n        break", "a b"),
    "the else of a loop": ("for i in a:\n    if b:\n        break\nelse:\n    m()", "a b"),
    "break of an inner loop": ("for i in a:\n    for j in b:\n        if c:\n            break\n    m()", "a"),
    "after return": ("def f():\n    if a:\n        return 1\n    m()", "a"),
    "before return": ("def f():\n    m()\n    if a:\n        return 1", ""),
    "return in a loop": ("def f():\n    for i in a:\n        m()\n        if b:\n            return i", "a b"),
    "return of an inner function": ("def f():\n    def g():\n        if a:\n            return 1\n    m()", ""),
    "raise that ends the cell": ("if a:\n    raise ValueError\nm()", ""),
    "raise that is caught": ("try:\n    if a:\n        raise ValueError\n    m()\nexcept ValueError:\n    pass", "a"),
    "around a definition": ("if a:\n    def f():\n        m()", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_conditions_of_m(case: str) -> None:
    """The names in the conditions of the statement ``m()``."""
    text, wanted = CASES[case]
    source = Source("<cell>", text)
    call = next(n for n in ast.walk(source.tree) if isinstance(n, ast.Call) and ast.unparse(n) == "m()")
    found = Conditions(source).of(call)
    names = {n.id for c in found for v in c.values for n in ast.walk(v) if isinstance(n, ast.Name)}
    assert sorted(names) == wanted.split()


def test_an_exit_that_stands_under_itself_ends() -> None:
    """Exits may skip each other in a loop."""
    source = Source("<cell>", "while a:\n    if b:\n        break\n    if c:\n        break\n    m()")
    found = Conditions(source).of(source.tree.body[0].body[-1])  # type: ignore[attr-defined]
    assert len(found) == 3


def test_one_of_several_statements_runs_whichever_way_it_goes() -> None:
    """``if`` with a statement in each branch covers them, an ``elif`` without ``else`` doesn't."""
    text = "if a:\n    m()\nelif b:\n    m()\nelse:\n    m()"
    for source, covered in ((Source("x", text), True), (Source("x", text.rpartition("else")[0]), False)):
        calls = {n for n in ast.walk(source.tree) if isinstance(n, ast.Expr)}
        assert Conditions(source).covered(source.tree.body[0], calls) is covered  # type: ignore[arg-type]
