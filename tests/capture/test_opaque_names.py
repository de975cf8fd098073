"""Names are followed to what they were bound to: through cells, branches, functions, closures and objects."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lineage_ext.capture import source
from lineage_ext.model import Confidence
from tests.capture.opaque_cells import Cells
from tests.capture.opaque_cells import cells as opened


@pytest.fixture(scope="module")
def cells() -> Iterator[Cells]:
    """One notebook for all tests of this file."""
    with opened() as found:
        yield found


A, B = "a AGGREGATION, u TRANSFORMATION", "b AGGREGATION, u TRANSFORMATION"
BOTH = "a AGGREGATION, b AGGREGATION, u TRANSFORMATION"
TRIED = "a AGGREGATION, a CONDITIONAL, u TRANSFORMATION"  # whether computing it raised decided, too

BOUND = {
    "the latest of two cells": (("m = df.a.mean()", "m = df.b.mean()", "out = df.u - m"), B),
    "the latest in a cell": (("m = df.a.mean()\nm = df.b.mean()\nout = df.u - m",), B),
    "not the later one": (("m = df.a.mean()\nout = df.u - m\nm = df.b.mean()",), A),
    "the branch taken": (("m = df.b.max()\nif len(df) > 3:\n    m = df.a.max()\nelse:\n    m = 0\nout = df.u - m",), A),
    "a branch not taken": (("if len(df) > 99:\n    m = df.a.max()\nelse:\n    m = df.b.max()\nout = df.u - m",), B),
    "try": (("try:\n    m = df.a.mean()\nexcept ValueError:\n    m = df.b.mean()\nout = df.u - m",), TRIED),
    "match": (("match 1:\n    case 1:\n        m = df.a.mean()\n    case _:\n        m = 0\nout = df.u - m",), A),
    "a walrus": (("out = df.u * (m := df.a.mean()) + m",), A),
    "unpacking": (("lo, (mid, hi) = 1, (df.a.min(), df.b.max())\nout = df.u - mid",), A),
    "unpacking a result": (("lo, hi = df.a.quantile([.1, .9])\nout = df.u - hi",), A),
    "a starred target": (("first, *rest = [df.a.min(), df.a.max()]\nout = df.u - rest[0]",), A),
    "an alias": (("m = df.a.mean()\nn = m\nout = df.u - n",), A),
    "accumulated": (("m = df.a.mean()\nm += df.b.mean()\nout = df.u - m",), BOTH),
    "updated by itself": (("m = df.a.mean()\nm = m + df.b.mean()\nout = df.u - m",), BOTH),
    "an attribute": (("class O: pass\no = O()\no.m = df.a.mean()\nout = df.u - o.m",), A),
    "an entry": (("d = {}\nd['m'] = df.a.mean()\nd['n'] = df.b.mean()\nout = df.u - d['m']",), A),
    "an entry of an update": (("d = {'m': 0}\nd.update(m=df.a.mean())", "out = df.u - d['m']"), A),
    "deleted and bound again": (("m = df.b.mean()\ndel m\nm = df.a.mean()\nout = df.u - m",), A),
    "a with block": (("import contextlib\nwith contextlib.nullcontext(df.a.mean()) as m:\n    out = df.u - m",), A),
}


@pytest.mark.parametrize("case", BOUND)
def test_a_name_has_the_value_it_was_bound_to(cells: Cells, case: str) -> None:
    """Of all bindings of a name those that may reach its use count, and no others."""
    steps, wanted = BOUND[case]
    assert cells(*steps)[""] == wanted


CALLED = {
    "its argument": (("def f(s): return s.mean()\nout = df.u - f(df.a)",), A),
    "each call its own": (("def f(s): return s.mean() + 1\nx = f(df.a)\ny = f(df.b)\nout = df.u - x",), A),
    "a keyword": (("def f(s, k): return s * k\nout = f(df.u, k=df.a.max())",), A),
    "a default": (("m = df.a.max()\ndef f(s, k=m): return s * k\nout = f(df.u)",), A),
    "star arguments": (("def f(*x, **k): return x[1].sum() + k['k']\nout = df.u * f(1, df.a, k=df.b.min())",), BOTH),
    "a global": (("m = df.a.mean()\ndef f(s): return s - m", "out = f(df.u)"), A),
    "a global set inside": (
        ("m = 0\ndef f(s):\n    global m\n    m += s.sum()\nf(df.a)\nf(df.b)", "out = df.u - m"), BOTH
    ),
    "an outer list": (("x = []\ndef f(s):\n    x.append(s.sum())\nf(df.a)", "out = df.u - x[0]"), A),
    "a closure": (("def make(k):\n    def f(s): return s * k\n    return f\ng = make(df.a.sum())\nout = g(df.u)",), A),
    "a partial": (
        ("from functools import partial\ndef f(s, k): return s * k\ng = partial(f, k=df.a.max())\nout = g(df.u)",), A
    ),
    "a lambda": (("f = lambda s: s.mean()\nout = df.u - f(df.a)",), A),
    "a decorator": (
        (
            "import functools\ndef d(f):\n    @functools.wraps(f)\n    def w(*a, **k): return f(*a, **k)\n"
            "    return w\n"
            "@d\ndef f(s, k=1): return float(s.values.mean()) * k\nout = df.u - f(df.a, k=2)",
        ), A
    ),
    "redefined": (("def f(d): return d.b.max()", "def f(d): return d.a.max()", "out = df.u - f(df)"), A),
    "several results": (("def f(s): return s.min(), s.max()\nlo, hi = f(df.a)\nout = df.u - lo",), A),
    "a piped frame": (("def f(d, k): return d.u - k\nout = df.pipe(f, df.a.max())",), A),
    "nested calls": (("def g(s): return s.max()\ndef f(d): return g(d.a) + 1\nout = df.u - f(df)",), A),
    "a method": (("class P:\n    def top(self, s): return s.max()\nout = df.u - P().top(df.a)",), A),
    "an attribute of self": (
        ("class P:\n    def __init__(self, d): self.m = d.a.mean()\n    def run(self, s): return s - self.m",
         "p = P(df)", "out = p.run(df.u)"), A
    ),
    "an object filled in another cell": (
        ("class P:\n    def __init__(self): self.held = {}\n    def put(self, k, v): self.held[k] = v",
         "p = P()", "p.put('m', df.a.mean())", "out = df.u - p.held['m']"), A
    ),
    "an operator that puts into it in another cell": (
        ("class P:\n    def __init__(self): self.held = []\n    def __iadd__(self, v):\n"
         "        self.held.append(v)\n        return self",
         "p = P()", "p += df.a.mean()", "out = df.u - p.held[0]"), A
    ),
    "a base class of another cell": (
        ("class B:\n    def __init__(self, d): self.m = d.a.mean()",
         "class P(B):\n    def run(self, s): return s - self.m", "out = P(df).run(df.u)"), A
    ),
    "a list that two returned functions share": (
        ("def f():\n    held = []\n    def add(v): held.append(v)\n    def get(): return held[0]\n    return add, get",
         "add, get = f()", "add(df.a.mean())", "out = df.u - get()"), A
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CALLED)
def test_a_function_passes_on_what_its_caller_passed(cells: Cells, case: str) -> None:
    """Parameters stand for the caller's arguments, call by call; free names for what they are where it is called."""
    steps, wanted = CALLED[case]
    assert cells(*steps)[""] == wanted


def test_conditions_inside_a_function_are_conditions(cells: Cells) -> None:
    """A function that only decides by its argument returns something that depends on it."""
    code = "def g(x):\n    if x > 3:\n        return 'hi'\n    return 'lo'"
    assert cells(code, "df['g'] = [g(x) for x in df.a]\nout = df[['g']]")["g"] == "a CONDITIONAL"


def test_what_is_called_and_unknown_is_inferred(cells: Cells) -> None:
    """A call of unknown code passes on everything, the receiver and what it was fitted with included."""
    model = (
        "class M:\n"
        "    def fit(self, x, y):\n"
        "        self.c = np.linalg.lstsq(np.asarray(x), np.asarray(y), rcond=None)[0]\n"
        "        return self\n"
        "    def predict(self, x): return np.asarray(x) @ self.c\n"
        "m = M()\nm.fit(df[['a']], df.b)"
    )
    found = cells(model, "out = df[['u']].copy()\nout['p'] = m.predict(df[['u']])")
    assert found["p"] == "a TRANSFORMATION, b TRANSFORMATION, u TRANSFORMATION"
    assert cells.confidence["p"] == {Confidence.INFERRED}


CAPTURED = {
    "df.u.apply(lambda v: v / t)": "a AGGREGATION, u TRANSFORMATION",
    "df.u.map(lambda v: d.get(v))": "a AGGREGATION, u TRANSFORMATION",
    "df.apply(lambda r: r.u / t, axis=1)": "a AGGREGATION, u TRANSFORMATION",
    "df.u.apply(divide)": "a AGGREGATION, u TRANSFORMATION",
    "df.u.apply(lambda v, t=1: v / t)": "u TRANSFORMATION",
}


@pytest.mark.parametrize("expression", CAPTURED)
def test_a_callback_brings_what_it_captures(cells: Cells, expression: str) -> None:
    """Numbers and dicts that a function given to pandas reads from outside are part of what it makes."""
    found = cells("t = df.a.sum()\nd = {0: df.a.sum()}\ndef divide(v):\n    return v / t", f"out = {expression}")
    assert found[""] == CAPTURED[expression]


def test_a_frame_is_known_by_what_was_done_with_it(cells: Cells) -> None:
    """A name bound in a way we can't read (exec, before we were loaded) holds what its operations were called on."""
    found = cells("exec('secret = df[df.a > 3]')", "n = secret.u.sum() / len(secret)\nout = df.u - n")
    assert found[""] == "a FILTER, u AGGREGATION, u TRANSFORMATION"


def test_an_object_changed_in_place_is_its_latest_version(cells: Cells) -> None:
    """``len(d)`` after an in-place filter depends on the filter."""
    found = cells("d = df.copy()\nd['a'] = d['b']\nd.sort_values('a', inplace=True)", "out = df.u - d.a.iloc[0] * 2")
    assert found[""] == "b SORT, b TRANSFORMATION, u TRANSFORMATION"


def test_a_frame_is_known_by_its_index_however_many_came_after_it(cells: Cells) -> None:
    """Sets of labels without number make nobody forget whose index this is; no cell binds ``df``."""
    others = "for i in range(600):\n    df.rename(columns=lambda c: f'{c}{i}')"
    found = cells("exec(\"kept = df.set_index('a')\")", others, "out = df.u - kept.index.to_numpy()")
    assert found[""] == "a TRANSFORMATION, u TRANSFORMATION"


CAUGHT = {
    "raised by a function": "check(x, k)",
    "raised there": "if x > 4:\n            raise ValueError(k)",
}


@pytest.mark.parametrize("case", CAUGHT)
def test_a_caught_exception_brings_what_it_was_raised_with(cells: Cells, case: str) -> None:
    """``error.args`` comes from the arguments of the ``raise`` that was caught, not from an earlier ``error``."""
    check = "error = df.b.mean()\ndef check(x, k):\n    if x > 4:\n        raise ValueError(k)"
    loop = f"rows = []\nfor x, k in zip(df.a, df.k):\n    try:\n        {CAUGHT[case]}"
    found = cells(
        check, f"{loop}\n    except ValueError as error:\n        rows.append(error.args[0])\nout = pd.Series(rows)"
    )
    assert "k TRANSFORMATION" in found[""]
    assert not any("b " in sources for sources in found.values())


def test_a_caught_exception_hides_a_name_only_inside_its_handler(cells: Cells) -> None:
    """Before, in the ``try`` and after it the name is what it was, if nothing was raised."""
    found = cells("e = df.a.sum()\ntry:\n    out = df.u * e\nexcept ValueError as e:\n    out = df.b")
    assert found[""] == "a AGGREGATION, u TRANSFORMATION"


def test_code_without_source_is_left_alone(cells: Cells) -> None:
    """Operations of an exec'd string are recorded as they are; nothing is made up for what was computed in it."""
    found = cells("exec('out = df.u - df.a.values.mean()')")
    assert found[""] == "u TRANSFORMATION"


def test_the_trees_of_old_cells_go_and_come_again(cells: Cells, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept of sources is bounded by their text; a value, a function and a dict of a cell long ago are found."""
    monkeypatch.setattr(source, "MOST_TEXT", 500)
    first = "m = df.a.mean()\nd = {'s': df.b.sum()}\ndef f(x):\n    return x * m\n"
    between = [f"x{i} = df.u + {i}  # {'long' * 100}" for i in range(40)]
    assert cells(first, *between, "out = df.u - f(d['s'])")[""] == "a AGGREGATION, b AGGREGATION, u TRANSFORMATION"
    cells.book.cell("z = x3 + 1")
    cells.book.session.flush()
    kept = cells.book.session.interpreter.explaining.values._library._known  # type: ignore[union-attr]
    assert sum(len(tree.text) for tree in kept.values() if tree is not None) < 2_000  # of 16 000
