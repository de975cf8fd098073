"""The hooks in C write the very records that the hooks in Python write, and leave nothing behind."""

from __future__ import annotations

import contextvars
import gc
import itertools
import os
import shlex
import subprocess
import sys
import sysconfig
import tracemalloc
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lineage_ext import guard
from lineage_ext.capture import compiled, identity, recorder, thread
from lineage_ext.capture.log import CALL, COUNTED, LOG, REPEATED
from lineage_ext.capture.meter import METER
from lineage_ext.capture.points import WORLD, Repeat
from lineage_ext.capture.repeats import MOST_ONCE, MOST_SPOTS
from lineage_ext.compiled import digest
from lineage_ext.session import CURRENT
from tests.capture.by_api import BUILT
from tests.capture.hooked import recording

pytestmark = pytest.mark.skipif(compiled.HOOKS is None, reason=f"no hooks in C: {compiled.reason}")
LINK = ("-bundle", "-undefined", "dynamic_lookup") if sys.platform == "darwin" else ("-shared",)
CELL = """
df = pd.DataFrame({"a": [1, 2, 3], "b": [1.5, None, 2.5], "k": list("xyx")})
s = df["a"]
t = s + df["b"]
u = t * 2 - 1.5
df["c"] = u
df.loc[1, "b"] = 7
df.at[0, "a"] = 9
x = df.at[0, "a"], s.iloc[1], df.iloc[1, 0], df.iat[2, 1], s.iat[0]
wide = pd.concat([df[["a"]].rename(columns=str), df[["b"]]], axis=1)
m = df.mean(numeric_only=True)
m2 = m * 2
h = df.head(2).sort_values("a", ascending=False)
g = df.groupby("k")["a"].agg(["sum", "mean"])
i = df.set_index(["k", "a"]).loc[("x", 9)]
f = df[df["a"] > 1].fillna({"b": 0}).drop(columns="c")
e = df.apply(lambda column: column.count())
j = df.merge(g, left_on="k", right_index=True)
n = np.log(df["a"])
d = pd.to_datetime(pd.Series(["2024-01-01", "2024-02-01"])).dt.month
l = df["k"].str.upper().map({"X": 1, "Y": 2})
c = df["k"].astype("category").cat.codes
df.columns = ["p", "q", "r", "s"]
df.index.name = "row"
df.rename(columns={"p": "P"}, inplace=True)
same = df.squeeze()
old = pd.Series([1, 2])
del old.__dict__["_name"]
older = old.max()
big = s.sum(), s.max(), s.isna().any(), df.shape
try:
    df["nothing"]
except KeyError:
    pass
for _, row in df.iterrows():
    row["P"]
for key, part in df.groupby("r"):
    part["P"].sum()
v = [df["P"].iloc[i % 3] for i in range(200)]
for i in range(200):
    df.at[i % 3, "P"] = i
text = df.to_csv()
"""


def log_of(source: str, compiled_ones: bool) -> list[Any]:
    """What a cell writes to the log, without times and code objects."""
    with recording(compiled_ones):
        exec(compile(source, "cell.py", "exec"), {"pd": pd, "np": np})
        found = list(LOG)
    return [plain(atom) for atom in found]


def plain(atom: Any) -> Any:
    """An atom that can be compared: times, repeats, arrays of labels and code are told by their kind."""
    if type(atom) is int and atom > 10**9:  # ns since the machine started, which may be a minute ago
        return "time"
    if isinstance(atom, tuple):
        return tuple(map(plain, atom))
    if isinstance(atom, Repeat):
        return ("repeat", atom.hits, atom.number)
    if isinstance(atom, np.ndarray | pd.api.extensions.ExtensionArray | pd.Index):
        return list(atom)
    return atom if isinstance(atom, int | float | str | bool | None) else type(atom).__name__


def test_both_write_the_same_log() -> None:
    """Atom by atom, over operations of every kind: frames, rows, scalars, changes in place, callbacks, hot loops."""
    assert log_of(CELL, True) == log_of(CELL, False)


GIVEN = """
import types
df = pd.DataFrame({"a": [1, 2, 3], "b": [1.5, None, 2.5], "k": list("xyx")})
inner = lambda d: d[["a", "b"]].assign(c=1, d=lambda e: e["a"] * 2)

def outer(d, depth):
    return inner(d) if not depth else outer(d, depth - 1)

deep = outer(df, 1), outer(df, 20), [inner(df) for _ in range(2)]
old = types.FunctionType((lambda: df["a"].abs()).__code__.replace(co_name="<cell line: 1>"), globals())()
for depth in range(100):
    outer(df, depth % 2)
made = pd.DataFrame({"x": df["a"], "y": [1, 2, 3]}), pd.Series({"p": 1, "q": 2.5}), pd.DataFrame([[1, (2, 3)]])
again = made[0].__init__({"z": df["b"]}), pd.DataFrame(made[0]), pd.DataFrame(s for s in "ab")
lists = df.sort_values(["k", "a"], ascending=[True, False]), df["k"].isin(["x", 1, None, np.float32(2), "y" * 20_000])
many = df["a"].isin(list(range(300))), df["a"].isin([]), df["a"].isin([df["b"].iloc[0], (1, [2, {}])])
dicts = df.rename(columns={"a": "A", 1: 2}), df["k"].map({"x": {"y": [1]}}), df.replace({"a": {1: 9}})
cuts = df.iloc[:2], df.iloc[::-1, 0:2], df.loc[0:1, ["a", "b"]], df["k"].str[0:1], df["a"][:300]
run = df.agg(["count", pd.Series.nunique]), df.agg({"a": max, "b": ["mean"]}), df["a"].map(str)
both = pd.concat(x for x in (df, df))
few = df.groupby(["k", "a"]).agg({"b": "mean"}), df.groupby("k")["a"].sum(), df["a"].groupby(df["k"])
arrays = df["a"].to_numpy(), df.values, df["b"].values, np.asarray(df["a"]), df["k"].unique()
none = df.iloc[:1, 0].to_numpy().reshape(())
others = df["a"].to_list(), df["a"].to_frame(), df.to_dict(), pd.to_datetime(df["a"])
wide = pd.DataFrame(np.ones((1, 20_001))), pd.DataFrame(columns=pd.date_range("2024", periods=3))
several = pd.concat({"p": df, "q": df}, axis=1), df.T, df.pivot_table(index="k", columns="a", values="b")
itself = [1]
itself.append(itself)
for bad in (lambda: df["a"].isin(itself), lambda: pd.DataFrame(1, 2, 3, 4, 5, 6), lambda: df[["nothing"]]):
    try:
        bad()
    except (KeyError, TypeError, RecursionError):
        pass
"""


def test_what_calls_are_given_is_told_alike() -> None:
    """Lists, dicts and slices with what they hold, the functions among it; constructors, group-bys, arrays, labels;
    calls from functions, with those around them, and from a cell as IPython 7 calls it."""
    assert log_of(GIVEN, True) == log_of(GIVEN, False)


CELLS = (
    "df = pd.DataFrame({'a': [1, 2, 3], 'b': [1.5, 2.5, 3.5]})\ntotal = df['a'].sum()",
    "def at(d, i):\n    return d['b'].iloc[i]\n\nfor i in range(200):\n    at(df, i % 3)",
    "df['a'].max()\ndf['a'] = 0",
    "kept = df.apply(lambda column: column.max())",
    "at(df, 1)\nfor i in range(200):\n    df['b'] + i",
    "for i in range(5):\n    df['b'] + i",
)


def cells_log(compiled_ones: bool) -> tuple[list[Any], list[int]]:
    """What is logged of CELLS, each a run and a file of its own, and how many of each the hooks in Python made."""
    names: dict[str, Any] = {"pd": pd}
    made = []
    with recording(compiled_ones):
        for run, source in enumerate(CELLS, 2):
            cell, before = CURRENT.set(run), METER.records
            exec(compile(source, f"cell {next(files)}.py", "exec"), names)
            CURRENT.reset(cell)
            made.append(METER.records - before)
        return [plain(atom) for atom in LOG], made


COUNTS = """
s = pd.Series([1, 2, 3])
for i in range(200):
    s.abs()
WORLD.counting = True
for i in range(200):
    s.abs()
    s.clip(i)
WORLD.counting = False
s.abs()
last = s.clip(1)
"""


def test_what_was_counted_is_told_ahead_of_the_next_record() -> None:
    """Of calls that repeat how often they came, of those over budget what and how many they were: none is lost."""
    logs = []
    for compiled_ones in (True, False):
        with recording(compiled_ones):
            exec(compile(COUNTS, "cell.py", "exec"), {"pd": pd, "WORLD": WORLD})
            logs.append([plain(atom) for atom in LOG])
    assert logs[0] == logs[1]
    at = {tag: [i for i, atom in enumerate(logs[0]) if atom == tag] for tag in (COUNTED, REPEATED, CALL)}
    assert max(at[COUNTED] + at[REPEATED]) < at[CALL][-1]
    counted = [logs[0][i + times] for tag, times in ((COUNTED, 4), (REPEATED, 2)) for i in at[tag]]
    assert len(at[CALL]) + sum(counted) == 1 + 200 + 2 * 200 + 2


files = itertools.count()


@pytest.mark.parametrize(("compiled_ones", "most"), [(True, 0), (False, 3)])
def test_a_call_that_timeit_makes_is_turned_away_at_once(compiled_ones: bool, most: int) -> None:
    """It measures the user's code: the record it doesn't get took 6 us, and so did each call pandas makes within."""
    names = {"df": pd.DataFrame({"a": [1, 2], "b": [3, 4]})}
    with recording(compiled_ones):
        exec(compile("df['a']", "cell.py", "exec"), names)
        before, logged = METER.records, len(LOG)
        exec(compile("for _ in range(100):\n    c = df['a'] + df['b']", "<magic-timeit>", "exec"), names)
        assert (METER.records - before) / 100 == most
        assert recorder.STATE.d == 0
        assert len(LOG) == logged
        exec(compile("c = df['a'] + c", "cell.py", "exec"), names)
        assert len(LOG) > logged


def test_the_first_call_of_a_cell_is_told_alike_and_no_longer_takes_a_detour() -> None:
    """A notebook's cell has two or three calls: were the first one left to the hooks in Python, that would be most of
    what recording takes. What repeated in one cell begins anew in the next."""
    own, others = cells_log(True), cells_log(False)
    assert own[0] == others[0]
    assert others[1][0] == 3
    assert own[1][0] == own[1][-1] == 0  # the others run callbacks, change what repeated, or begin to repeat


PLACES = {
    "in a cell": (1, "for i in range(300):\n    df['b'] + i"),
    "in a function": (1, "for i in range(300):\n    add(df, i)"),
    "in a library's": (1, "for i in range(300):\n    theirs(df, i)"),
    "in a function that two call": (2, "for i in range(300):\n    add(df, i) if i % 3 else add(df, -i)"),
    "that change an object, beside others that share a number": (
        4,
        "for i in range(300):\n    one = df['b']\n    e = df + i\n    e['c'] = one\n    e.loc[0, 'a'] = i\n    e.abs()",
    ),
    "that is given two columns by turns": (2, "for i in range(300):\n    np.concatenate([df['a'], df['b']])"),
    "that makes arrays": (2, "for i in range(300):\n    pd.Series(df['b'].to_numpy())"),
    "in one that more call than are kept": (
        MOST_SPOTS,
        "for i in range(900):\n" + "\n".join(f"    if i % 12 == {n}: add(df, i)" for n in range(12)),
    ),
}
ADDS = "def {}(d, i):\n    return d['b'] + i"


@pytest.mark.parametrize("place", PLACES)
def test_a_place_whose_calls_vary_takes_no_detour_and_isnt_watched_for_long(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most loops of a notebook call functions, and do what repeats beside what varies, change something, are given one
    column after the other: each of those calls took four times as long as one of the cell's own, alone. Only whether
    one repeats is found out in Python."""
    callers, source = PLACES[place]
    watched, recalled = [], recorder.recalled
    monkeypatch.setattr(recorder, "recalled", lambda *a: watched.append(a[0]) or recalled(*a))

    def log(compiled_ones: bool) -> tuple[list[Any], int]:
        names: dict[str, Any] = {"df": pd.DataFrame({"a": [1, 2], "b": [3, 4]}), "np": np, "pd": pd}
        exec(compile(ADDS.format("theirs"), pytest.__file__, "exec"), names)
        with recording(compiled_ones):
            exec(compile(ADDS.format("add"), "cell.py", "exec"), names)
            before = METER.records
            exec(compile(source, "cell.py", "exec"), names)
            return [plain(atom) for atom in LOG], METER.records - before

    own, lessons = log(True), len(watched)
    assert own == (log(False)[0], 0)
    assert 0 < lessons <= callers * (WORLD.enough + MOST_ONCE + 2)


CALLED_BACK = {
    "by a group-by": (8, "made = df.groupby('k').apply(lambda g: (g['a'] * g['b']).sum() + g['a'].mean())"),
    "by one within another": (4, "made = df.groupby('k').apply(lambda g: df.apply(lambda c: c.head(1).count()).sum())"),
    "that fails": (2, "try:\n    df.apply(lambda c: c.head(1)['no'])\nexcept KeyError:\n    pass\nmade = df['a'] + 1"),
    "more often than is recorded": (200, "made = tall.apply(lambda r: r.sum(), axis=1)\ndf.abs()"),
    "by an iterator": (250, "made = pd.concat(df.head(1) for i in range(250))\ndf.abs()"),
    "that changes what it is given": (2, "made = df.groupby('k').apply(change)"),
    "by a library": (4, "made = theirs(df)"),
}
CHANGE = """
def change(g):
    g = g.copy()
    g["z"] = 1
    return g
"""
THEIRS = """
def theirs(d):
    return d.apply(lambda c: c.count() + c.head(1).size)
"""


@pytest.mark.parametrize("how", CALLED_BACK)
def test_what_a_function_does_that_pandas_calls_takes_no_detour(how: str) -> None:
    """A loop of group-bys that apply a function took 1.4 times as long: each operation there, and each of the five
    calls pandas makes around it, went on in Python. Of these calls the children are recorded, as many as may be."""
    children, source = CALLED_BACK[how]

    def log(compiled_ones: bool) -> tuple[list[Any], int]:
        frame = pd.DataFrame({"a": [1, 2, 3], "b": [3.5, 4.5, 5.5], "k": [1, 2, 1]})
        names: dict[str, Any] = {"df": frame, "pd": pd, "tall": pd.DataFrame({"t": range(300)})}
        exec(compile(THEIRS, pytest.__file__, "exec"), names)
        with recording(compiled_ones):
            exec(compile(CHANGE, "cell.py", "exec"), names)
            before = METER.records
            exec(compile(source, "cell.py", "exec"), names)
            assert (recorder.STATE.d, recorder.STATE.callback) == (0, None)
            return [plain(atom) for atom in LOG], METER.records - before

    own, others = log(True), log(False)
    assert own[0] == others[0]
    tags = [i for i, atom in enumerate(own[0]) if atom == CALL]
    assert sum(own[0][i + 6] > 0 for i in tags) >= children  # the serial of the call that ran the function
    assert own[1] <= 4 < others[1]


THREAD = """
import threading
def work():
    small = df[df["a"] > 1].groupby("k").sum()
    made.append(small.sort_values("b").head(1) + df.apply(lambda c: c.head(1)["no"] if len(c) > 9 else 1))
made = []
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


def test_what_a_thread_of_a_running_cell_does_takes_no_detour() -> None:
    """Threads have no context: which cell they belong to is asked, and then they record as the cell does."""

    def log(compiled_ones: bool) -> tuple[list[Any], int]:
        names = {"df": pd.DataFrame({"a": [1, 2, 3], "b": [3.5, 4.5, 5.5], "k": [1, 2, 1]})}
        with recording(compiled_ones):
            exec(compile("df.head(1)", "cell.py", "exec"), names)
            before = METER.records
            exec(compile(THREAD, "cell.py", "exec"), names)
            return [plain(atom) for atom in LOG], METER.records - before

    own, others = log(True), log(False)
    assert own[0] == others[0]
    assert own[0].count(CALL) >= 8
    assert own[1] <= 2 < others[1]


@pytest.mark.parametrize("compiled_ones", [True, False])
@pytest.mark.parametrize("paused", [True, False])
def test_what_nobody_listens_to_is_asked_about_once_a_call(compiled_ones: bool, paused: bool) -> None:
    """A thread of the kernel's, or all that is done while recording is paused: what pandas calls within
    was asked about, too, which took a third of what the thread did."""
    asked = []
    names = {"df": pd.DataFrame({"a": [1, 2, 3], "k": [1, 2, 1]})}
    code = compile("made = df[df['a'] > 1].groupby('k').sum().sort_values('a').head(1) + df", "cell.py", "exec")
    with recording(compiled_ones):
        thread.belong(lambda: asked.append(1) or (1 if paused else None))
        exec(code, names)
        logged = len(LOG)
        recorder.pause(paused)
        try:
            for context in (contextvars.Context(), contextvars.Context()):
                context.run(exec, code, names)
                assert recorder.STATE.d == 0
        finally:
            recorder.pause(False)
        assert len(asked) == 2 * 8
        assert len(LOG) == logged
        exec(code, names)
        assert len(LOG) > logged


LOOKED_AT = """
plain, seen, more = (pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5]}) for _ in range(3))
vars(seen)                                   # from now on its attributes are in a dict
object.__setattr__(more, "one_more", 1)
for frame in (plain, seen, more):
    column = frame["a"]
    vars(column), vars(frame.index), vars(frame.columns)
    made = column + frame["b"]
    made.name = "made"
    made.index.name = "row"
    again = made * 2
    kept = list(vars(made)), list(vars(again)), list(vars(frame)), again._lineage, frame._lineage

class Narrow(pd.Series):
    _name = property(lambda self: "narrow", lambda self, value: None)

narrow = Narrow([1.5, 2.5]).abs()
narrow = pd.Series([1.5, 2.5]) + narrow
wide = pd.DataFrame(pd.date_range("2024", periods=2), columns=["t"])["t"].dt.day
cut = pd.cut(pd.Series([1, 5]), [0, 2, 9])
"""


def test_attributes_are_found_wherever_the_interpreter_keeps_them() -> None:
    """In the object, in a dict (once somebody has looked at ``vars``), in the class: the log is the same, and so is
    what ``vars`` shows afterwards."""
    assert log_of(LOOKED_AT, True) == log_of(LOOKED_AT, False)
    with recording(True):
        compiled_ones: dict[str, Any] = {"pd": pd}
        exec(compile(LOOKED_AT, "cell.py", "exec"), compiled_ones)
    with recording(False):
        others: dict[str, Any] = {"pd": pd}
        exec(compile(LOOKED_AT, "cell.py", "exec"), others)
    assert compiled_ones["kept"] == others["kept"]


def test_they_do_without_the_places_that_only_some_versions_have(tmp_path: Path) -> None:
    """By the interpreter's API alone, which versions to come have to do with, everything here holds, too."""
    if BUILT in os.environ:
        assert compiled.HOOKS.__file__ == os.environ[BUILT]
        return
    source = Path(compiled.__file__).with_name("_hooks.c")
    built = tmp_path / f"_hooks{sysconfig.get_config_var('EXT_SUFFIX')}"
    include = {sysconfig.get_path("include"), sysconfig.get_path("platinclude")}
    options = ["-DLINEAGE_BY_API", f'-DSOURCE_DIGEST="{digest(source)}"', *(f"-I{path}" for path in include)]
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    subprocess.run([*compiler, "-O2", "-fPIC", *LINK, *options, str(source), "-o", str(built)], check=True)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "tests.capture.by_api", __file__]
    done = subprocess.run(command, env={**os.environ, BUILT: str(built)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout


@pytest.mark.parametrize(
    "operation",
    ["df['a']", "df[['a', 'b']]", "df.at[1, 'a']", "s + s", "df.head()", "s.sum()", "df.at.__setitem__((0, 'b'), 3.0)",
     "df[df['a'] > 1]", "s.iloc[2]", "df.groupby('a')", "s.values", "s.isin([1, (2, [3.5])])", "df.iloc[:1, ::-1]",
     "df.rename(columns={'a': 'c'})", "type(df)({'c': s})", "(lambda: df[['b', 'a']])()"],
)  # fmt: skip
def test_nothing_is_left_behind(operation: str) -> None:
    """No object, no reference and no memory is left of thousands of recorded calls once the log is emptied."""
    df = pd.DataFrame({"a": [1, 2, 3], "b": [1.5, 2.5, 3.5]})
    code = compile(operation, "cell.py", "eval")
    names = {"df": df, "s": df["a"]}

    def calls(n: int) -> None:
        for _ in range(n):
            eval(code, names)
        LOG.clear()
        identity.rows_of.clear()
        # these two halve themselves from time to time, which would hide that something else grows
        identity.labels_of.clear()
        for views in (*(block.refs for block in df._mgr.blocks), df.index._references, df.columns._references):
            if views is not None:
                views.referenced_blocks.clear()

    assert grown(lambda: calls(300), rounds=16, enough=2_000) < 2_000


def grown(work: Callable[[], None], rounds: int, enough: int) -> int:
    """Bytes that each further round of ``work`` leaves allocated, at least; less than ``enough`` will do.

    What numpy keeps for its next arrays was allocated before anything was traced and is exchanged for what is traced
    bit by bit: rounds of ``s.isin([...])`` grow by 4 400, 3 200, 3 500, 3 400, 2 200, 2 800, 840, 670, ... 90 bytes.
    """
    gc.collect()
    gc.freeze()  # what was there before isn't looked through each time
    try:
        with recording(True):
            work()
            tracemalloc.start()
            sizes, growths = [traced(work)], [enough]
            while min(growths) >= enough and len(sizes) < rounds:
                sizes.append(traced(work))
                growths = [b - a for a, b in itertools.pairwise(sizes)]
    finally:
        tracemalloc.stop()
        gc.unfreeze()
    return min(growths)


def traced(work: Callable[[], None]) -> int:
    """Bytes allocated since tracing began, after one more round of ``work``."""
    work()
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def test_a_failure_of_ours_in_the_hooks_is_reported_and_the_call_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """An argument that can't be described costs its record, and nothing else."""
    df = pd.DataFrame({"a": [1, 2, 3]})
    with recording(True):
        numbers = identity.GIVING.numbers
        monkeypatch.setattr(identity.GIVING, "numbers", iter(lambda: 1 / 0, None))
        assert df["a"].tolist() == [1, 2, 3]
        monkeypatch.setattr(identity.GIVING, "numbers", numbers)
        assert recorder.STATE.d == 0
        assert df["a"].sum() == 6
        assert {p.message for p in guard.problems()} == {"ZeroDivisionError: division by zero"}
        guard.forget()


def test_nothing_of_a_call_that_failed_is_held() -> None:
    """The list of a record is used again only once it was written down."""
    code = compile("df['b']", "cell.py", "eval")
    held = weakref.ref(code)
    with recording(True):
        df = pd.DataFrame({"a": [1, 2, 3]})
        for _ in range(2):
            eval(compile("df['a']", "cell.py", "eval"), {"df": df})
        with pytest.raises(KeyError):
            eval(code, {"df": df})
    del code
    gc.collect()
    assert held() is None


def test_an_interrupt_in_the_hooks_passes_and_leaves_the_guard_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """KeyboardInterrupt while a hook runs is the user's: it isn't swallowed."""
    df = pd.DataFrame({"a": [1, 2, 3]})

    def interrupted() -> int:
        raise KeyboardInterrupt

    with recording(True):
        numbers = identity.GIVING.numbers
        monkeypatch.setattr(identity.GIVING, "numbers", iter(interrupted, None))
        with pytest.raises(KeyboardInterrupt):
            df["a"]
        monkeypatch.setattr(identity.GIVING, "numbers", numbers)
        assert recorder.STATE.d == 0
        assert df["a"].sum() == 6


@pytest.mark.parametrize("arguments", [(), (1,), (1, 2), (None, ()), (1, 2, 3, 4)])
def test_wrong_calls_are_refused(arguments: tuple[Any, ...]) -> None:
    """Nobody can bring the interpreter down with them."""
    with pytest.raises(TypeError):
        compiled.HOOKS.State().enter(*arguments)
    with pytest.raises(TypeError):
        compiled.HOOKS.State().leave(*arguments)
    with pytest.raises(TypeError):
        compiled.HOOKS.setup(arguments)


def test_points_of_earlier_modules_are_not_followed() -> None:
    """Frames may still run that our modules instrumented before they were imported anew: their calls go on."""

    class Point:
        """Theirs."""

    with recording(True):
        assert compiled.HOOKS.State().enter(Point(), ()) is None
        assert not recorder.STATE.d


def test_another_log_is_refused() -> None:
    """Constants that differ from those it was built with, or that are missing, are named."""
    with pytest.raises(ValueError, match="FRAME"):
        compiled.HOOKS.setup({})
