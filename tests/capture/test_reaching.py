"""Which statements may have given a name its value: line numbers of the events that reach the last line."""

from __future__ import annotations

import ast

import pytest

from lineage_ext.capture.reaching import Reaching
from lineage_ext.capture.source import Source

REACHING = {
    "straight": ("m = 1\nm = 2\nuse(m)", [2], True),
    "one branch": ("m = 1\nif c:\n    m = 3\nuse(m)", [3, 1], True),
    "both branches": ("m = 1\nif c:\n    m = 3\nelse:\n    m = 5\nuse(m)", [5, 3], True),
    "elif": ("m = 1\nif c:\n    m = 3\nelif d:\n    m = 5\nuse(m)", [5, 3, 1], True),
    "inside a branch": ("m = 1\nif c:\n    m = 3\nelse:\n    use(m)", [1], True),
    "a loop that may not run": ("m = 1\nfor i in x:\n    m = 3\nuse(m)", [3, 1], True),
    "carried around a loop": ("m = 1\nfor i in x:\n    use(m)\n    m = 4", [4, 1], True),
    "killed in the loop": ("m = 1\nfor i in x:\n    m = 3\n    use(m)", [3], True),
    "a loop's target": ("m = 1\nfor m in x:\n    use(m)\n    m = 4", [2], True),
    "after a loop over it": ("m = 1\nfor m in x:\n    pass\nuse(m)", [2], True),
    "while": ("m = 1\nwhile c:\n    use(m)\n    m = 4", [4, 1], True),
    "with": ("m = 1\nwith o() as m:\n    use(m)", [2], True),
    "with's body": ("m = 1\nwith o():\n    m = 3\nuse(m)", [3], True),
    "try": ("m = 1\ntry:\n    m = 3\nexcept E:\n    pass\nuse(m)", [3], True),
    "in a handler": ("m = 1\ntry:\n    m = 3\nexcept E:\n    use(m)", [3, 1], True),
    "finally": ("m = 1\ntry:\n    m = 3\nfinally:\n    m = 5\nuse(m)", [5], True),
    "match": ("m = 1\nmatch v:\n    case [m, _]:\n        use(m)", [2], True),
    "deleted": ("m = 1\ndel m\nuse(m)", [2], True),
    "augmented": ("m = 1\nm += 2\nuse(m)", [2, 1], True),
    "appended": ("m = []\nm.append(1)\nm[0] = 2\nm.a = 3\nm.b.c(4)\nuse(m)", [5, 4, 3, 2, 1], True),
    "fitted": ("m = M()\nz = m.fit(x)\nuse(m)", [2, 1], True),
    "heap": ("m = []\nheappush(m, 3)\nuse(m)", [2, 1], True),
    "only read": ("m = []\nm.copy\nprint(m)\nz = m.a(1)\nuse(m)", [1], True),
    "imported": ("import m.n\nuse(m)", [1], True),
    "imported as": ("from x import y as m\nuse(m)", [1], True),
    "defined": ("def m(): pass\nuse(m)", [1], True),
    "walrus": ("x = (m := 1) + use(m)", [1], True),
    "walrus in a test": ("if (m := 1):\n    use(m)", [1], True),
    "unpacked": ("a, (m, *c) = x\nuse(m)", [1], True),
    "annotated": ("m: int\nm: int = 2\nuse(m)", [2], True),
    "nowhere": ("n = 1\nuse(m)", [], False),
    "a parameter": ("m = 1\ndef f(a, *b, m=2, **d):\n    use(m)", [2], True),
    "a parameter bound anew": ("def f(m):\n    m = 2\n    use(m)", [2], True),
    "a parameter perhaps bound anew": ("def f(m):\n    if c:\n        m = 3\n    use(m)", [3, 1], True),
    "another function's": ("def f():\n    m = 2\nuse(m)", [], False),
}


def use_in(source: Source) -> tuple[ast.Name, ast.AST]:
    """The ``m`` in ``use(m)``."""
    call = next(n for n in ast.walk(source.tree) if isinstance(n, ast.Call) and ast.unparse(n) == "use(m)")
    name = call.args[0]
    assert isinstance(name, ast.Name)
    return name, source.scope(name)


@pytest.mark.parametrize("case", REACHING)
def test_reaching_definitions(case: str) -> None:
    """The bindings that may reach the use, nearest first, and whether one of them surely ran."""
    code, lines, sure = REACHING[case]
    source = Source("f", code)
    name, scope = use_in(source)
    found, done = Reaching(source).before("m", name, scope)  # type: ignore[arg-type]
    assert ([e.node.lineno for e in found], done) == (lines, sure)  # type: ignore[attr-defined]


INSIDE = {
    "[use(m) for m in x]": 1,
    "[y for m in x for y in use(m)]": 1,
    "[y for y in use(m) for m in x]": None,
    "[y for m in x if use(m)]": 1,
    "{k: use(m) for k, m in x}": 1,
    "[use(m) for n in x]": None,
    "[(lambda: use(m)) for m in x]": None,  # a scope of its own, looked up from where it stands
}


@pytest.mark.parametrize("code", INSIDE)
def test_comprehensions_bind_inside_themselves(code: str) -> None:
    """A comprehension's names are seen by its element, its conditions and its later loops."""
    source = Source("f", code)
    name, _ = use_in(source)
    event = Reaching(source).inside("m", name)
    assert (event is None) == (INSIDE[code] is None)


def test_names_of_a_module_count_what_functions_do() -> None:
    """``global m``, and changes to an outer list, are events of the module; locals aren't."""
    code = "rows = []\ndef f(x):\n    global m\n    m = x\n    rows.append(x)\n    mine = []\n    mine.append(x)\n"
    found = Reaching(Source("f", code))
    assert found.module_names == {"rows", "f", "m"}
    assert {n: len(e) for n, e in found.from_functions.items()} == {"m": 1, "rows": 1}
    assert found.at_end("rows")[1]
