"""What interception promises about the functions it touches."""

from __future__ import annotations

import inspect
import itertools
import sys
import threading
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from lineage_ext import guard
from lineage_ext.capture import interception, pandas_functions
from lineage_ext.capture.interception import Hooks
from tests.capture import specimens
from tests.capture.journal import Journal, installed, target

EVERYTHING = [*pandas_functions.targets(), *pandas_functions.quiet()]


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINEAGE_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "cache"))


def facts(function: Any) -> tuple[Any, ...]:
    """All that can be seen of a function but its instructions."""
    code = function.__code__
    return (
        function.__name__, function.__qualname__, function.__module__, function.__doc__, function.__defaults__,
        function.__kwdefaults__, function.__closure__, function.__dict__, str(inspect.signature(function)),
        code.co_name, code.co_qualname, code.co_filename, code.co_firstlineno, code.co_flags, code.co_freevars,
    )  # fmt: skip


def test_restore_gives_back_the_very_code_of_every_function() -> None:
    """After load and unload each function runs the identical code object it ran before."""
    before = [(t.key, t.function, t.function.__code__) for t in EVERYTHING]
    with installed(EVERYTHING):
        assert all(function.__code__ is not code for _, function, code in before)
    assert [key for key, function, code in before if function.__code__ is not code] == []


def test_every_function_is_intercepted() -> None:
    """On a supported pandas the integrity check passes for all functions."""
    with installed(EVERYTHING) as report:
        assert report.skipped == ()
        assert report.installed == len(EVERYTHING) > 900


def test_what_can_be_seen_of_a_function_stays() -> None:
    """Name, signature, defaults, documentation and place of every function are the same with hooks."""
    before = [facts(t.function) for t in EVERYTHING]
    with installed(EVERYTHING):
        assert [facts(t.function) for t in EVERYTHING] == before


def test_the_source_of_a_function_is_still_found() -> None:
    """``inspect.getsource`` and ``??`` show pandas' own text."""
    before = inspect.getsource(pd.DataFrame.merge)
    with installed(EVERYTHING):
        assert inspect.getsource(pd.DataFrame.merge) == before


def test_installing_twice_changes_nothing() -> None:
    """The same targets and hooks again: same report, same code."""
    journal = Journal()
    targets = [target(specimens.plain)]
    with installed(targets, journal) as report:
        code = specimens.plain.__code__
        assert interception.install(targets, journal.hooks) is report
        assert specimens.plain.__code__ is code
        assert interception.active()
    assert not interception.active()


def test_installing_other_hooks_replaces_the_first() -> None:
    """Hooks never pile up."""
    original = specimens.plain.__code__
    first, second = Journal(), Journal()
    with installed([target(specimens.plain)], first):
        interception.install([target(specimens.plain)], second.hooks)
        specimens.plain(1)
    assert first.events == []
    assert second.keys == ["plain"]
    assert specimens.plain.__code__ is original


def test_code_changed_by_others_is_left_alone() -> None:
    """What autoreload or a coverage tool put in after us isn't undone, and restore tells of it."""
    original = specimens.plain.__code__
    try:
        interception.install([target(specimens.plain), target(specimens.no_return)], Journal().hooks)
        theirs = original.replace(co_name="reloaded")
        specimens.plain.__code__ = theirs
        changed = interception.restore()
        assert [c.key for c in changed] == ["plain"]
        assert specimens.plain.__code__ is theirs
    finally:
        specimens.plain.__code__ = original


def test_ops_tell_owner_name_and_parameters() -> None:
    """A hook learns which function of which class was called and how its parameters are named."""
    with installed([target(specimens.plain), target(specimens.Mangled.greet, "Mangled")]) as report:
        plain, greet = report.ops
    assert plain.params == ("a", "b", "c", "*rest", "d", "**more")
    assert (plain.no, plain.key, greet.no, greet.key, greet.params) == (0, "plain", 1, "Mangled.greet", ("self",))


@pytest.mark.parametrize("function", specimens.ORDINARY, ids=lambda f: f.__qualname__)
def test_all_shapes_of_functions_are_intercepted(function: Any) -> None:
    """Closures, mangled names, ``super()``, decorators and generators are no obstacle."""
    with installed([target(function)]) as report:
        assert report.skipped == ()


@pytest.mark.parametrize(("function", "reason"), specimens.LEFT_ALONE.items(), ids=lambda f: getattr(f, "__name__", ""))
def test_what_cannot_be_done_exactly_is_left_alone(function: Any, reason: str) -> None:
    """A function whose behaviour hooks would change keeps its code, and the report says why."""
    code = function.__code__
    with installed([target(function)]) as report:
        assert [s.reason for s in report.skipped] == [reason]
        assert function.__code__ is code


def outcomes(calls: list[Any]) -> list[Any]:
    """Results, or exceptions as text."""
    found = []
    for call in calls:
        try:
            found.append(call())
        except Exception as error:
            found.append(repr(error))
    return found


CALLS = [
    lambda: specimens.plain(1, 5, 6, 7, d=8, e=9),
    lambda: specimens.no_return([]),
    lambda: (specimens.bare_return(True), specimens.bare_return(False)),
    lambda: (specimens.only_docstring(), specimens.only_pass(), specimens.only_docstring.__doc__),
    lambda: specimens.raises("x"),
    lambda: (specimens.catches(2), specimens.catches(0)),
    lambda: specimens.fails_in_finally([]),
    lambda: specimens.nested_scopes(2),
    lambda: specimens.uses_locals(1),
    lambda: (specimens.rebinds(1), specimens.deletes(1)),
    lambda: specimens.imported_calls(2.5),
    lambda: (specimens.recursive(3), specimens.closure(1), specimens.cached(1), specimens.cached(1)),
    lambda: (specimens.Mangled().secret(), specimens.Mangled().greet(), specimens.Mangled().size),
    lambda: (specimens.Mangled.make().greet(), specimens.Mangled.Inner().get()),
    lambda: (list(specimens.count(3)), list(specimens.pairs("ab", "cd")), list(specimens.empty_generator())),
    lambda: specimens.plain(),
    lambda: specimens.comprehension_locals(1),
]


@pytest.mark.parametrize("up", [False, True], ids=["recorded", "nested"])
def test_functions_do_what_they_did(up: bool) -> None:
    """Results and exceptions are the same, with the guard down and up."""
    before = outcomes(CALLS)
    journal = Journal()
    with installed([target(f) for f in specimens.ORDINARY], journal):
        journal.state.d = int(up)
        assert outcomes(CALLS) == before
        assert journal.state.d == int(up)
    assert bool(journal.events) is not up


def test_each_call_is_entered_and_left_once() -> None:
    """A call that returns ends with ``leave``, one that raises with ``failed``; calls inside aren't seen."""
    journal = Journal()
    with installed([target(f) for f in specimens.ORDINARY], journal):
        specimens.recursive(2)
        specimens.no_return([])
        with pytest.raises(KeyError):
            specimens.raises("x")
    assert journal.events == [
        ("enter", "recursive", 1), ("leave", "recursive", "int", "int"),
        ("enter", "no_return", 1), ("leave", "no_return", "NoneType", "list"),
        ("enter", "raises", 1), ("failed", "raises"),
    ]  # fmt: skip


def test_an_exception_in_finally_is_told_after_the_return() -> None:
    """``failed`` may follow ``leave``: the return was overtaken."""
    journal = Journal()
    with installed([target(specimens.fails_in_finally)], journal), pytest.raises(KeyError):
        specimens.fails_in_finally([])
    assert [event[0] for event in journal.events] == ["enter", "leave", "failed"]


def test_leave_never_gets_another_object_for_the_first_parameter() -> None:
    """A parameter that the function binds anew or deletes is given as None."""
    journal = Journal()
    with installed([target(specimens.rebinds), target(specimens.deletes)], journal):
        specimens.rebinds(1)
        specimens.deletes(1)
    assert [event[3] for event in journal.events if event[0] == "leave"] == ["NoneType", "NoneType"]


def test_interrupts_pass_and_are_told() -> None:
    """Ctrl-C inside a function ends it with ``failed``."""
    journal = Journal()

    class Interrupting(list[int]):
        def append(self, item: int) -> None:
            raise KeyboardInterrupt

    with installed([target(specimens.no_return)], journal), pytest.raises(KeyboardInterrupt):
        specimens.no_return(Interrupting())
    assert journal.events[-1] == ("failed", "no_return")


def test_a_call_that_is_not_followed_calls_no_other_hook() -> None:
    """``enter`` returning None costs nothing more."""
    journal = Journal()
    hooks = Hooks(journal.state, lambda op, args: None, *[pytest.fail] * 4)
    try:
        interception.install([target(specimens.plain), target(specimens.raises), target(specimens.count)], hooks)
        specimens.plain(1)
        assert list(specimens.count(2)) == [0, 1]
        with pytest.raises(KeyError):
            specimens.raises(1)
    finally:
        interception.restore()


def test_no_reference_to_arguments_is_added() -> None:
    """Pandas decides by reference counts whether an assignment is chained: ours must not show."""

    def count() -> int:
        return sys.getrefcount(Probe.seen)

    class Probe:
        seen: Any = None

        def append(self, item: int) -> None:
            self.log.append(sys.getrefcount(self))

        log: list[int] = []  # noqa: RUF012

    specimens.no_return(Probe())
    with installed([target(specimens.no_return)]):
        specimens.no_return(Probe())
    assert Probe.log[0] == Probe.log[1]


def test_threads_have_their_own_guard() -> None:
    """A call running in one thread doesn't hide the calls of another."""
    journal = Journal()
    inside, go_on = threading.Event(), threading.Event()

    class Waiting(list[int]):
        def append(self, item: int) -> None:
            inside.set()
            go_on.wait(10)

    with installed([target(specimens.no_return), target(specimens.only_pass)], journal):
        thread = threading.Thread(target=specimens.no_return, args=(Waiting(),))
        thread.start()
        assert inside.wait(10)
        specimens.only_pass()
        go_on.set()
        thread.join(10)
    assert journal.keys == ["only_pass", "no_return"]


def test_quiet_functions_hide_what_they_do() -> None:
    """``df.info()`` and ``repr(df)`` work with frames, but the user asked for no operation."""
    journal = Journal()
    df = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}, index=pd.Index([1, 2], name="i"))
    big = pd.concat([df] * 100)
    with installed([*pandas_functions.targets(), *pandas_functions.quiet()], journal):
        for show in (repr, pd.DataFrame._repr_html_, dir, sys.getsizeof, list, lambda x: x.dtypes):
            show(df)
            show(big)
        df.info(buf=sys.stderr)
        df["a"].is_unique  # noqa: B018
        assert journal.keys == ["DataFrame.__getitem__"]
        assert journal.state.d == 0
        with pytest.raises(ValueError, match="nonsense"):
            df.info(buf=Broken())
        assert journal.state.d == 0


@pytest.mark.parametrize("dtype", ["texts", "string", "category", "Int64", "Float64", "Sparse[int]", "period[D]"])
def test_arrays_hide_what_they_do_to_answer(dtype: str) -> None:
    """``name in df["names"].values`` was three operations in each round of a loop, with missing values and comparisons
    nobody asked for, and kept what else the loop did from being counted."""
    journal = Journal()
    known = {"texts": pd.Series(["1", "2"]).array, "period[D]": pd.period_range("2024", periods=2, freq="D").array}
    made = known[dtype] if dtype in known else pd.array([1, 2], dtype=dtype)
    with installed([*pandas_functions.targets(), *pandas_functions.quiet()], journal):
        for ask in (
            repr,
            list,
            lambda array: array[0] in array,
            lambda array: "b" in array,
            lambda array: array.tolist(),
        ):
            ask(made)
        assert journal.keys == []
        assert journal.state.d == 0


class Broken:
    def write(self, text: str) -> None:
        """Fails."""
        raise ValueError("nonsense")


def test_a_function_edited_on_disk_is_left_alone(tmp_path: Any) -> None:
    """If the source no longer gives the code that runs, hooks from that source would run something else."""
    module = load(tmp_path, "def f(x):\n    return x + 1.5\n")
    (tmp_path / "edited.py").write_text("def f(x):\n    return x + 2.5\n")
    with installed([target(module.f)]) as report:
        assert [s.reason for s in report.skipped] == ["its source gives another co_consts"]
        assert module.f(1) == 2.5


def test_a_function_moved_by_one_column_is_left_alone(tmp_path: Any) -> None:
    """Lines and columns count: a traceback would point beside the spot."""
    module = load(tmp_path, "def f(x):\n    return x + 1\n")
    (tmp_path / "edited.py").write_text("def f(x):\n    return  x + 1\n")
    with installed([target(module.f)]) as report:
        assert [s.reason for s in report.skipped] == ["its source gives another co_linetable"]


def test_functions_without_source_are_left_alone(tmp_path: Any) -> None:
    """Made by ``exec``, or the file is gone: skipped, still working."""
    space: dict[str, Any] = {}
    exec("def f(x):\n    return x + 1\n", space)
    module = load(tmp_path, "def g(x):\n    return x + 1\n")
    (tmp_path / "edited.py").unlink()
    with installed([target(space["f"]), target(module.g)]) as report:
        assert {s.reason for s in report.skipped} == {"no source: FileNotFoundError"}
        assert space["f"](1) == module.g(1) == 2


def test_a_patched_function_is_left_alone_and_the_rest_is_not() -> None:
    """Another tool's replacement of one function costs us that one only."""
    original = pd.DataFrame.merge.__code__
    some = [t for t in EVERYTHING if t.key in {"DataFrame.merge", "DataFrame.pivot"}]
    pd.DataFrame.merge.__code__ = original.replace(co_consts=(*original.co_consts, "patched"))
    try:
        with installed(some) as report:
            assert [s.key for s in report.skipped] == ["DataFrame.merge"]
            assert report.installed == 1
    finally:
        pd.DataFrame.merge.__code__ = original


def test_a_code_object_nobody_expects_is_left_alone() -> None:
    """A failure of ours with one function is reported and costs that function only."""
    original = specimens.plain.__code__
    specimens.plain.__code__ = original.replace(co_qualname="")
    guard.forget()
    try:
        with installed([target(specimens.plain), target(specimens.raises)]) as report:
            assert [s.reason for s in report.skipped] == ["StopIteration in our own code"]
            assert report.installed == 1
            assert [problem.part for problem in guard.problems()] == ["interception"]
    finally:
        specimens.plain.__code__ = original
        guard.forget()


def load(folder: Any, text: str) -> ModuleType:
    """A module made from a file that can be changed afterwards."""
    file = folder / "edited.py"
    file.write_text(text)
    module = ModuleType("edited")
    exec(compile(text, str(file), "exec"), module.__dict__)
    return module


def test_operations_are_named_as_pandas_names_them() -> None:
    """Each is listed once, under the class that defines it and its own name."""
    targets = pandas_functions.targets()
    keys = {t.key for t in targets}
    assert len({id(t.function) for t in targets}) == len(targets)
    assert {
        "DataFrame.merge", "DataFrame.groupby", "Series.map", "NDFrame.fillna", "OpsMixin.__add__", "GroupBy.mean",
        "DataFrameGroupBy.aggregate", "SeriesGroupBy.transform", "Rolling.mean",
        "ExponentialMovingWindow.mean", "Resampler.sum", "StringMethods.upper", "StringMethods.get",
        "StringMethods.cat", "DatetimeProperties.year", "CategoricalAccessor.codes", "ListAccessor.len",
        "StructAccessor.field",
        "_LocationIndexer.__getitem__", "_AtIndexer.__setitem__", "merge", "concat", "read_csv", "read_parquet",
        "to_datetime", "json_normalize", "date_range", "ExcelFile.parse", "HDFStore.select", "NDFrame._set_axis",
        "Series.name", "BaseGrouper.get_iterator", "DataFrame.iterrows", "Series.items", "DataFrame.itertuples",
        "GroupBy.size", "Resampler.size", "Window.mean", "Expanding.max", "DataFrame.T", "Series.values",
    } <= keys  # fmt: skip
    left_out = {"assign", "pipe", "plot", "shape", "dtypes", "columns", "__repr__", "get_option", "info", "agg"}
    assert not {key.rpartition(".")[2] for key in keys} & left_out


def test_index_methods_that_tell_metadata_are_left_alone() -> None:
    """pandas asks its indexes dozens of times within one operation what they are; that is nobody's data."""
    keys = {t.key for t in pandas_functions.targets()}
    assert {"Index.map", "Index.__new__", "MultiIndex.get_level_values", "DatetimeIndex.year"} <= keys
    assert not {"Index.equals", "Index.is_", "Index.get_loc", "Index.view", "MultiIndex.codes"} & keys


def test_hundred_rounds_leave_nothing_behind() -> None:
    """Neither code nor hooks pile up over many sessions."""
    targets = [target(f) for f in specimens.ORDINARY]
    before = [t.function.__code__ for t in targets]
    for _ in itertools.repeat(None, 100):
        with installed(targets):
            specimens.plain(1)
    assert all(t.function.__code__ is code for t, code in zip(targets, before, strict=True))
