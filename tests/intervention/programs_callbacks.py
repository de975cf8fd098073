"""Functions and methods that are handed on, kept and called later by somebody else."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd


def a_method_of_a_list_given_to_a_constructor(o):
    class Reader:
        def __init__(self, emit):
            self.emit = emit

        def feed(self, v):
            self.emit(v)

    got = []
    r = Reader(got.append)
    for v in o["price"]:
        r.feed(v)
    return pd.DataFrame({"v": got})


def a_lambda_given_to_a_constructor(o):
    class Reader:
        def __init__(self, emit):
            self.emit = emit

        def feed(self, v):
            self.emit(v * 2)

    got = []
    r = Reader(lambda v: got.append(v))
    for v in o["price"]:
        r.feed(v)
    return pd.DataFrame({"v": got})


def a_field_of_a_dataclass_that_is_called(o):
    @dataclass
    class Step:
        fn: Callable

        def run(self, values):
            for v in values:
                self.fn(v)

    out = []
    Step(fn=out.append).run(o["qty"])
    return pd.DataFrame({"q": out})


def the_method_of_one_object_given_to_another(o):
    class Sink:
        def __init__(self):
            self.rows = []

        def take(self, r):
            self.rows.append(r)

    class Source:
        def __init__(self, out):
            self.out = out

        def run(self, f):
            for r in f.itertuples(index=False):
                self.out({"id": r.id, "v": r.qty * r.price})

    sink = Sink()
    Source(sink.take).run(o)
    return pd.DataFrame(sink.rows)


def called_by_a_method_of_a_derived_class(o):
    class Base:
        def __init__(self, fn):
            self.fn = fn

    class Child(Base):
        def all(self, xs):
            for x in xs:
                self.fn(x)

    got = []
    Child(got.append).all(o["disc"].fillna(0))
    return pd.Series(got)


def one_of_two_by_keyword(o):
    class Loader:
        def __init__(self, *, on_item=None):
            self._on = on_item or (lambda x: None)

        def load(self, f):
            for i, q in zip(f["id"], f["qty"], strict=True):
                self._on((i, q))

    got = []
    Loader(on_item=got.append).load(o)
    return pd.DataFrame(got, columns=["i", "q"])


def a_method_by_another_name(o):
    rows = []
    add = rows.append
    for a in o["qty"]:
        add(a + 1)
    return pd.DataFrame({"a": rows})


def a_method_called_for_each(o):
    rows = []
    list(map(rows.append, o["qty"]))
    return pd.DataFrame({"a": rows})


def a_method_called_by_pandas(o):
    rows = []
    o["qty"].map(rows.append)
    return pd.DataFrame({"a": rows})


def a_method_given_to_a_function(o):
    def walk(values, emit):
        for v in values:
            emit(v)

    seen = set()
    walk(o["person"], seen.add)
    return pd.DataFrame({"p": sorted(seen)})


def a_kept_function_with_a_number_from_around(o):
    @dataclass
    class Step:
        fn: Callable

        def __call__(self, v):
            return self.fn(v)

    m = float(o["price"].mean())
    s = Step(lambda v: v - m)
    return o[["id"]].assign(x=[s(v) for v in o["qty"]])


def an_object_that_decides_whether_to_call(o):
    class Bus:
        def __init__(self, note):
            self.note = note

        def feed(self, q, p):
            if q > 4:
                self.note(p)

    got = []
    bus = Bus(lambda v: got.append(v))
    for q, p in zip(o["qty"], o["price"], strict=True):
        bus.feed(q, p)
    return pd.DataFrame({"p": got})


def several_that_an_object_keeps_by_name(o):
    class Bus:
        def __init__(self):
            self.notes = {}

        def on(self, name, note):
            self.notes[name] = note

        def feed(self, name, p):
            self.notes[name](p)

    a, b = [], []
    bus = Bus()
    bus.on("A", lambda v: a.append(v))
    bus.on("B", lambda v: b.append(v))
    for s, p in zip(o["shop"], o["price"], strict=True):
        if s in "AB":
            bus.feed(s, p)
    return pd.DataFrame({"a": [sum(a)], "b": [sum(b)]})


def a_partial_given_to_a_constructor(o):
    class Rule:
        def __init__(self, way):
            self.way = way

        def run(self, values):
            return [self.way(x) for x in values]

    def scaled(k, x):
        return k * x

    rule = Rule(partial(scaled, o["qty"].max()))
    return o[["id"]].assign(v=rule.run(o["price"]))


def a_function_that_calls_another_that_looks_up(o, p):
    ages = dict(zip(p["person"], p["age"], strict=True))

    def age(person):
        return ages.get(person, 0)

    return o[["id"]].assign(x=o["person"].map(lambda person: age(person) + 1))


def a_function_that_walks_up_a_dict(p):
    above = p.set_index("person")["age"].floordiv(6).to_dict()

    def up(person):
        while person in above and person > 0:
            yield person
            person = min(above[person], person - 1)

    return p[["person"]].assign(path=p["person"].map(lambda person: "/".join(map(str, up(person)))))


def functions_of_a_list_called_in_a_loop(o):
    seen = []

    def note(order, qty):
        seen.append((order, qty * 2))

    handlers = [note]
    for row in o.itertuples():
        for handle in handlers:
            handle(row.id, row.qty)
    return pd.DataFrame(seen, columns=["order", "qty"])


def functions_of_a_list_called_by_another_function(o):
    seen = []

    def note(order, qty):
        seen.append((order, qty * 2))

    handlers = [note]

    def emit(**event):
        for handle in handlers:
            handle(**event)

    for row in o.itertuples():
        emit(order=row.id, qty=row.qty)
    return pd.DataFrame(seen, columns=["order", "qty"])


def a_kept_function_called_with_all_that_was_given(o):
    class Bus:
        def __init__(self):
            self.handlers = {}

        def on(self, name, handle):
            self.handlers.setdefault(name, []).append(handle)

        def emit(self, name, *args, **event):
            for handle in self.handlers.get(name, []):
                handle(*args, **event)

    bus, seen = Bus(), []
    bus.on("order", lambda order, qty: seen.append({"order": order, "qty": qty}))
    for row in o.itertuples():
        bus.emit("order", row.id, qty=row.qty)
    return pd.DataFrame(seen)
