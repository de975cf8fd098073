"""Nothing a program can see of pandas changes while it is tracked."""

from __future__ import annotations

import copy
import gc
import inspect
import io
import os
import pickle
import threading
import warnings
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lineage_ext import guard
from lineage_ext.capture.pandas_functions import targets

NAMES = ("merge", "groupby", "fillna", "__setitem__", "query", "drop")
BEFORE = {name: (getattr(pd.DataFrame, name), str(inspect.signature(getattr(pd.DataFrame, name)))) for name in NAMES}
pandas3 = pytest.mark.skipif(int(pd.__version__.partition(".")[0]) < 3, reason="copy-on-write is pandas 3's")
pytestmark = pytest.mark.usefixtures("way")


def warned(code: str) -> list[tuple[str, str, int]]:
    """Category, file and line of the warnings that a cell raises."""
    space = {"df": pd.DataFrame({"a": [1.0, None], "b": [3, 4]}), "pd": pd}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        exec(compile(code, "cell.py", "exec"), space)
    return [(w.category.__name__, os.path.basename(w.filename), w.lineno) for w in caught]


@pandas3
@pytest.mark.parametrize(
    "code",
    [
        'df["a"][0] = 5', 'df["a"].fillna(0, inplace=True)', 'df["a"].loc[0] = 5', 'df["a"].iloc[0] = 5',
        'df["a"].replace(1, 2, inplace=True)', 'df["a"].at[0] = 5', 'df["a"].update(df["b"])',
        'df["a"].mask(df["b"] > 3, inplace=True)', 'df["a"].ffill(inplace=True)',
    ],
)  # fmt: skip
def test_chained_assignment_is_warned_of(code: str) -> None:
    """It is found by reference counts and the caller's instruction; the warning points at the cell's line."""
    assert warned(f"x = 1\n{code}")[:1] == [("ChainedAssignmentError", "cell.py", 2)]


@pandas3
@pytest.mark.parametrize(
    "code",
    [
        'df["a"] = 1', 'df.loc[0, "a"] = 3', "df.fillna(0, inplace=True)", 's = df["b"]\ns[0] = 3',
        's = df["b"]\ns.replace(3, 4, inplace=True)', "df.iloc[0, 0] = 1", "df.at[0, 'a'] = 1", 'df["c"] = df["a"] + 1',
    ],
)  # fmt: skip
def test_other_assignment_is_not_warned_of(code: str) -> None:
    """No false alarm."""
    assert warned(code) == []


def test_warnings_point_at_the_users_line() -> None:
    """``stacklevel`` counts frames: there are as many as before."""
    code = 'pd.to_datetime(["13/01/2020", "2020"], dayfirst=False, errors="coerce")\npd.Series([1]).replace({1: "a"})'
    assert {file for _, file, _ in warned(code)} <= {"cell.py"}
    assert warned(code)


def test_query_finds_local_variables() -> None:
    """``@x`` is looked up a fixed number of frames above."""

    def inside() -> tuple[int, int]:
        x = 3  # noqa: F841  # read by the query
        df = pd.DataFrame({"a": [1, 5]})
        return df.query("a > @x").shape[0], int(df.eval("a + @x").sum())

    assert inside() == (1, 12)


@pytest.mark.parametrize("name", NAMES)
def test_functions_keep_identity_and_signature(name: str) -> None:
    """Whoever has the function has the same function."""
    function, signature = BEFORE[name]
    assert getattr(pd.DataFrame, name) is function
    assert str(inspect.signature(function)) == signature
    assert inspect.isfunction(function)


def test_documentation_and_source_are_found() -> None:
    """``?`` and ``??`` show what they showed."""
    assert "Merge DataFrame" in (pd.DataFrame.merge.__doc__ or "")
    assert inspect.getsource(pd.DataFrame.merge).lstrip().startswith(("def merge", "@"))


def test_functions_and_methods_can_be_pickled() -> None:
    """Also by name, as multiprocessing does."""
    df = pd.DataFrame({"a": [1, 2]})
    assert pickle.loads(pickle.dumps(pd.DataFrame.merge)) is pd.DataFrame.merge
    assert pickle.loads(pickle.dumps(df.sum))().tolist() == [3]


def test_pickles_of_frames_hold_nothing_of_ours() -> None:
    """They can be read where lineage_ext isn't installed."""
    df = pd.DataFrame({"a": [1, 2], "b": [3.0, 4.0]})
    df["c"] = df.a
    for value in (df, df["a"], df.groupby("a")):
        data = pickle.dumps(value)
        assert b"lineage" not in data
    assert pickle.loads(pickle.dumps(df)).equals(df)


def test_frames_can_be_copied() -> None:
    """``copy`` and ``deepcopy``."""
    df = pd.DataFrame({"a": [1, 2]})
    assert copy.copy(df).equals(df)
    assert copy.deepcopy(df).equals(df)


def test_frames_show_no_attribute_of_ours() -> None:
    """Neither ``vars``, ``attrs`` nor completion show that a frame is tracked."""
    df = pd.DataFrame({"a": [1, 2]})[["a"]]
    assert df.attrs == {}
    assert not [name for name in dir(df) if "lineage" in name and not name.startswith("_")]


def test_missing_attributes_are_told_as_before() -> None:
    """The message names the class and the attribute."""
    with pytest.raises(AttributeError, match=r"^'DataFrame' object has no attribute 'nope'$"):
        _ = pd.DataFrame({"a": [1]}).nope


class Sub(pd.DataFrame):
    @property
    def _constructor(self) -> type[Sub]:
        return Sub

    def merge(self, *args: Any, **kwargs: Any) -> Any:
        """Overridden, calling pandas' own."""
        return super().merge(*args, **kwargs)


def test_subclasses_work() -> None:
    """Results are of the subclass, ``super()`` reaches pandas."""
    sub = Sub({"a": [1, 2]})
    assert type(sub.merge(sub, on="a")) is Sub
    assert type(sub[sub.a > 1]) is Sub


def test_frames_die_with_their_last_reference() -> None:
    """Nothing of ours keeps a frame, nor does it take a collection to free one."""
    gc.disable()
    try:
        x = pd.DataFrame({"a": np.arange(10)})
        y = x[x.a > 3].assign(z=1)
        seen = [weakref.ref(y), weakref.ref(x), weakref.ref(y.groupby("a"))]
        del x, y
        assert seen[0]() is None
        assert seen[1]() is None
        gc.collect()
        assert seen[2]() is None
    finally:
        gc.enable()


def test_classes_of_the_user_die_with_their_last_reference() -> None:
    """A cell that is run again defines its classes anew: the old ones go, with all that their attributes hold."""

    def define() -> list[weakref.ref[type]]:
        class Frame(pd.DataFrame):
            @property
            def _constructor(self) -> type[Frame]:
                return Frame

        class Total:
            kept = np.arange(10)

            def __call__(self, values: Any) -> Any:
                return values.sum()

        class Name(str):
            __slots__ = ()

        df = Frame({"a": [1, 1], "b": [2, 3]})
        df.groupby("a").agg(Total())
        df.pipe(Total())
        assert df[Name("a")].tolist() == [1, 1]
        return [weakref.ref(kind) for kind in (Frame, Total, Name)]

    seen = define()
    gc.collect()
    assert [kind() for kind in seen] == [None] * 3


def test_threads_get_their_own_results() -> None:
    """Eight threads at once."""
    found: list[int] = []

    def work() -> None:
        df = pd.DataFrame({"a": [1, 2, 3]})
        found.append(int(df[df.a > 1].sum().a))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [5] * 8


def test_loops_over_groups_give_keys_and_groups() -> None:
    """Also inside a generator of the user's."""

    def sums() -> Iterator[tuple[int, int]]:
        for key, group in pd.DataFrame({"k": [1, 1, 2], "v": [1, 2, 3]}).groupby("k"):
            yield int(key), int(group.v.sum())

    assert list(sums()) == [(1, 3), (2, 3)]


def test_the_working_directory_may_be_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers that need none work in it, and for us it is no problem either."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert pd.read_csv(io.StringIO("a\n1")).shape == (1, 1)
    assert guard.problems() == []


def test_readers_see_their_own_variables_only(tmp_path: Any) -> None:
    """``read_csv`` passes on what ``locals()`` shows: ours isn't among it."""
    (tmp_path / "a.csv").write_text("a;b\n1;2\n")
    for read in (pd.read_csv, pd.read_table):
        assert list(read(tmp_path / "a.csv", sep=";").columns) == ["a", "b"]
    with pd.read_csv(tmp_path / "a.csv", sep=";", chunksize=1) as reader:
        assert not [name for name in reader.orig_options if not name.isidentifier()]
        assert [len(chunk) for chunk in reader] == [1]


def test_callbacks_are_called_as_often_as_before() -> None:
    """A function given to ``apply`` or ``agg`` runs once per row or group, even if it fails."""
    df = pd.DataFrame({"k": [1, 1, 2], "v": [1, 2, 3]})
    seen: list[int] = []

    def failing(row: Any) -> int:
        seen.append(int(row.v))
        if row.v == 2:
            raise ValueError("no")
        return 1

    with pytest.raises(ValueError, match="no"):
        df.apply(failing, axis=1)
    assert seen == [1, 2]
    df.groupby("k")["v"].transform(lambda values: seen.append(0) or values)
    assert seen.count(0) in {2, 3}


def test_what_a_user_has_put_in_a_class_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Methods are found where they lie: a descriptor in place of one would tell that somebody looked."""
    asked: list[str] = []

    class Method:
        def __get__(self, owner: Any, kind: type) -> Any:
            asked.append("tail")

    monkeypatch.setattr(pd.DataFrame, "tail", Method())
    assert targets()
    assert asked == []
