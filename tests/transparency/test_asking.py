"""Objects and classes of the user's own aren't asked anything: what that would do isn't ours to start."""

from __future__ import annotations

import contextlib
import functools
import numbers
from typing import Any

import pandas as pd
import pytest

from lineage_ext.capture import identity, snapshot
from lineage_ext.hosts.failures import describe_error, status_of

pytestmark = pytest.mark.usefixtures("way")


def test_numbers_of_the_user_are_not_asked_about_others() -> None:
    """A class that is a ``Number`` may have an opinion about others; numpy's and pandas' own don't ask it."""

    class Asked(type(numbers.Number)):  # type: ignore[misc]
        def __subclasscheck__(cls, other: type) -> bool:
            asked.append(other)
            return super().__subclasscheck__(other)

    class Mine(numbers.Number, metaclass=Asked):
        __hash__ = None  # type: ignore[assignment]

    class Thing:
        pass

    asked: list[type] = []
    things = pd.Series([Thing(), Thing()], dtype=object)
    assert type(things.iloc[0]) is Thing
    assert asked == []
    assert Mine


def test_labels_of_the_users_own_kind_are_not_looked_at() -> None:
    """Where pandas neither measures nor compares a text, nobody does, also in a loop."""

    class Name(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __len__(self) -> int:
            raise AssertionError("asked")

        def __eq__(self, other: object) -> bool:
            asked.append(other)
            return str.__eq__(self, other)

    asked: list[object] = []
    df, name = pd.DataFrame({"a": [1, 2], "b": [3, 4]}), Name("a")
    for _ in range(600):
        df.add_prefix(name)
    assert asked == []


def test_stand_ins_are_not_asked_what_they_stand_for() -> None:
    """Lazy objects (Django's, werkzeug's, wrapt's) find out what they are when ``isinstance`` asks ``__class__``."""

    class Lazy:
        @property
        def __class__(self) -> Any:
            asked.append("class")
            return int

        def __repr__(self) -> str:
            asked.append("repr")
            return "lazy"

        def __bool__(self) -> bool:
            return True

        def __len__(self) -> int:
            asked.append("len")
            return 1

    class Named(functools.partial):  # type: ignore[type-arg]
        @property
        def func(self) -> Any:
            asked.append("func")
            return len

    asked: list[str] = []
    df, lazy = pd.DataFrame({"a": [1, 2]}), Lazy()
    objects = pd.Series([lazy, lazy], dtype=object)
    asked.clear()  # pandas has a look at what it is made of
    for _ in range(3):
        assert type(objects.iloc[0]) is Lazy
        df.sort_index(sort_remaining=lazy)  # type: ignore[arg-type]
        df.sort_index(sort_remaining=Named(len))  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        df.sort_index(key=lambda _: {}[lazy])
    assert asked == []
    assert identity.number_of(lazy) is None  # as each variable is asked for when a cell ends
    assert asked == []


def test_classes_of_the_user_may_have_the_names_of_others() -> None:
    """A ``Path``, ``ExcelFile`` or ``partial`` of the user's isn't taken for the known one."""
    asked: list[tuple[str, str]] = []
    for known in snapshot.BY_NAME:
        members = {
            "__getattr__": lambda self, name: asked.append((type(self).__name__, name)),
            "__module__": "__main__",
        }
        made = type(known, (), members)()
        assert pd.DataFrame({"a": [1]}).sort_index(sort_remaining=made).shape == (1, 1)
    assert asked == []


def test_exceptions_of_the_user_are_not_asked_for_their_arguments() -> None:
    """Neither what they hold nor their text, nor their class for its name."""

    class Watching(type):
        def __getattribute__(cls, name: str) -> Any:
            asked.append(name)
            return super().__getattribute__(name)

    class Failure(Exception, metaclass=Watching):
        @property
        def args(self) -> Any:
            asked.append("args")
            return ()

        def __str__(self) -> str:
            asked.append("str")
            return ""

    def fail(value: object) -> None:
        raise Failure

    asked: list[str] = []
    df = pd.DataFrame({"a": [1, 2]})
    for _ in range(3):
        with contextlib.suppress(Failure):  # pytest asks
            df.pipe(fail)
        with contextlib.suppress(Failure):
            df.sort_index(key=fail)
    assert asked == []


def test_exceptions_of_the_user_that_end_a_cell_are_not_asked_for_their_arguments() -> None:
    """What is told of one is what it was made with."""

    class Failure(Exception):
        @property
        def args(self) -> Any:
            asked.append("args")
            return ()

    asked: list[str] = []
    told = describe_error(Failure("no such shop"))
    assert (told.message, asked) == ("no such shop", [])


def test_exceptions_of_the_user_are_not_asked_for_what_belongs_to_them() -> None:
    """Neither as they pass through pandas nor at the end of a cell: class, traceback, cause and context are read past
    their own ways of giving them."""

    class Failure(Exception):
        def __getattribute__(self, name: str) -> Any:
            asked.append(name)
            return super().__getattribute__(name)

        @property
        def __class__(self) -> Any:
            asked.append("class")
            return StopIteration

    def fail(value: object) -> None:
        try:
            raise KeyError("first")
        except KeyError as first:
            raise Failure("second") from first

    asked: list[str] = []
    df = pd.DataFrame({"a": [1, 2]})
    for use in (df.pipe, df.a.map):
        caught: list[BaseException] = []
        try:
            use(fail)
        except Failure as failure:
            caught.append(failure)
        assert asked == []
        told = describe_error(caught[0])
        assert asked == []
        assert told.message == "second"
        assert "KeyError: 'first'" in told.traceback
        assert status_of(caught[0]) == "error"
        assert asked == []


@pytest.mark.parametrize("compares", [True, False])
def test_metaclasses_are_not_asked_for_hashes(compares: bool) -> None:
    """Objects of a class that can't be hashed, or whose metaclass watches that, go through pandas as any others do."""

    def eq(cls: type, other: object) -> bool:
        asked.append("eq")
        return cls is other

    def hash_of(cls: type) -> int:
        asked.append("hash")
        return 1

    asked: list[str] = []
    meta = type("Meta", (type,), {"__eq__": eq} if compares else {"__hash__": hash_of})
    mine = meta("Mine", (), {"__call__": lambda self, value: value, "__module__": __name__})
    frames = meta("Frames", (pd.DataFrame,), {"__module__": __name__})
    df, thing = pd.DataFrame({"a": [1, 2], "b": [3, 4]}), mine()
    for _ in range(600):
        df["a"].map(thing)
        df.pipe(thing)
        df.sort_index(sort_remaining=[thing])
        df.assign(c=[thing, thing]).at[0, "c"]
    own = frames({"a": [1, 2]})
    own["b"] = own["a"] + 1
    assert own.merge(own).shape == (2, 2)
    assert asked == []


def test_what_a_class_says_of_its_module_may_be_anything() -> None:
    """A descriptor, as functions of Cython have for one of each object, an object with an opinion, or nothing."""

    class Never:
        def __eq__(self, other: object) -> bool:
            raise AssertionError("asked")

        __hash__ = None  # type: ignore[assignment]

    for module in (property(lambda self: "mine"), Never()):
        made = type("Made", (), {"__module__": module, "__call__": lambda self, value: value})()
        assert pd.DataFrame({"a": [1]})["a"].map(made).tolist() == [1]
        assert pd.DataFrame({"a": [1]}).sort_index(sort_remaining=[made]).shape == (1, 1)
