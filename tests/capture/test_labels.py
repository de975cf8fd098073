"""Labels that are objects of the user's classes."""

from __future__ import annotations

import enum
import gc
import weakref
from collections.abc import Callable
from typing import Any, NamedTuple

import pandas as pd
import pytest

from lineage_ext.capture import identity, label_table
from lineage_ext.capture.labels import as_label
from lineage_ext.testing import notebook
from tests.capture.hooked import recording


class Label:
    """One that tells what is done with it."""

    def __init__(self, text: str, asked: list[str]) -> None:
        self.text = text
        self.asked = asked

    def __hash__(self) -> int:
        self.asked.append("hash")
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        self.asked.append("eq")
        return isinstance(other, Label) and self.text == other.text

    def __str__(self) -> str:
        self.asked.append("str")
        return self.text

    __repr__ = __str__


class Same:
    """One that is equal to itself only."""


class Text(str):
    """Text of the user's own."""

    __slots__ = ("__weakref__",)


class Pair(NamedTuple):
    """A label of two parts."""

    left: object
    right: object


class Colour(enum.Enum):
    """Names."""

    RED = 1


def named(label: Any) -> pd.DataFrame:
    """A frame whose column has the label."""
    made = pd.DataFrame([[1, 2], [3, 4]])
    made.columns = pd.Index([label, "b"], dtype=object, tupleize_cols=False)
    return made


USES: dict[str, Callable[[Any], object]] = {
    "columns": lambda label: named(label).head(1).sum(),
    "levels": lambda label: pd.concat({label: named("a")}, axis=1).head(1),
    "a series' name": lambda label: pd.Series([1, 2], name=label).head(1) + 1,
    "an index's name": lambda label: pd.Series([1, 2], index=pd.Index([1, 2], name=label)).head(1) + 1,
    "names of levels": lambda label: pd.DataFrame([[1, 2, 3]]).set_index([0, 1]).rename_axis([label, "b"]).head(1),
    "labels of rows": lambda label: pd.DataFrame({"a": [1]}, index=pd.Index([label])).T.head(1).sum(),
    "keys": lambda label: named(label).groupby(label).sum(),
}


KINDS: dict[str, Callable[[list[str]], Any]] = {
    "told": lambda asked: Label("a", asked),
    "itself only": lambda _: Same(),
    "text": lambda _: Text("a"),
}


def after(kind: str, use: str) -> tuple[list[str], bool, list[str]]:
    """What a label was asked by ``use``, whether it is gone when that ends, and what was asked since."""
    asked: list[str] = []
    label = KINDS[kind](asked)
    seen = weakref.ref(label)
    USES[use](label)
    del label
    gc.collect()
    return list(asked), seen() is None, asked


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("use", USES)
def test_labels_of_the_users_die_with_their_last_reference(use: str, kind: str, compiled: bool) -> None:
    """Not when the session ends, nor when the worker has looked at what the cell left."""
    assert after(kind, use)[1]  # plain
    with recording(compiled):
        assert after(kind, use)[1]


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("use", USES)
def test_labels_of_the_users_are_asked_nothing(use: str) -> None:
    """Neither while the cell runs nor afterwards, on a thread of ours."""
    plain = after("told", use)[0]
    with notebook() as book:
        now, _, since = book.call(after, "told", use)
        assert now == plain
        book.session.flush()
        assert since == plain


def test_columns_are_called_by_a_word_for_their_label() -> None:
    """Text and numbers by what they are, members of an Enum by their names, others by their class."""
    labels = [Text("a"), Colour.RED, Same(), Label("a", []), Pair(Text("b"), 1), 1.5]
    assert [str(as_label(label)) for label in labels] == ["a", "Colour.RED", "Same", "Label", "('b', 1)", "1.5"]


def test_columns_are_followed_by_their_label() -> None:
    """From one frame to the next."""
    with notebook() as book:
        names = book.cell("f = named(label)\ng = f.rename(columns={'b': 'c'})\nh = g + 1", named=named, label=Same())
        trace = book.session.upstream(names["h"], "Same")
        assert "rename" in str(trace)


def test_equal_labels_are_followed_where_their_class_says_which_are_equal() -> None:
    """As it isn't asked, all of the class may be meant: the column that is has an edge."""
    with notebook() as book:
        a, b = Label("a", []), Label("a", [])
        names = book.cell("f, g = named(a), named(b)\nh = pd.concat([f, g])", named=named, a=a, b=b, pd=pd)
        book.session.flush()
        numbers = [book.session.identify(names[name]) for name in "fgh"]
        ancestors = book.session.graph.ancestors(numbers[2])
        assert {*numbers[:2]} <= {*ancestors}


def test_labels_are_known_to_the_end_of_what_an_iterator_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it makes is explained with the call that it was given to, when labels of later frames were named."""
    monkeypatch.setattr(label_table, "MOST", identity.MOST_KNOWN)
    with notebook() as book:
        book.session.halt()
        parts = "df.head(1) if n < 3 else pd.DataFrame({'z': [n]}) for n in range(1200)"
        book.cell(f"df = pd.DataFrame({{'a': [1], 'b': [2]}})\npd.concat({parts})", pd=pd)
        book.session.flush()
        heads = [run for run in book.session.graph.runs() if run.job.name.endswith("head")]
        assert [list(run.outputs[0].schema.labels) for run in heads] == [["a", "b"]] * 3
