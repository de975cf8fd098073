"""The words' parameter names are those of pandas' real functions, and every intercepted function has a word."""

from __future__ import annotations

from collections import defaultdict

import pytest

from lineage_ext.capture.pandas_functions import targets
from lineage_ext.capture.template import parameters
from lineage_ext.rules import pandas as tables
from lineage_ext.rules.call import Op


def operations() -> list[Op]:
    """Every function that is intercepted in the installed pandas."""
    return [Op(i, "pandas", t.owner, t.name, parameters(t.function.__code__)) for i, t in enumerate(targets())]


def key_of(op: Op) -> str | None:
    """The table key that explains an operation."""
    word = tables.lookup(op)
    return next((k for k, w in tables.table().items() if w is word), None)


def test_every_intercepted_function_has_a_word() -> None:
    """No function of the installed pandas is recorded without something being known about it."""
    missing = sorted(op.key for op in operations() if tables.lookup(op) is None)
    assert missing == []


def test_words_name_real_parameters() -> None:
    """A parameter a word reads exists in at least one function that the word's entry explains, or that takes any."""
    real: dict[str, set[str]] = defaultdict(set)
    for op in operations():
        scope = tables.SCOPE_OF.get(op.owner, "pd" if not op.owner else op.owner)
        for key in (f"{op.owner}.{op.name}", f"{scope}.{op.name}"):
            if key in tables.table():
                real[key] |= set(op.params)
                break
    wrong = {
        (key, parameter)
        for key, word in tables.table().items()
        if key in real
        for parameter in word.parameters()
        if parameter not in real[key] and "*args" not in real[key]
    }
    assert wrong == set()


@pytest.mark.parametrize("name", tables.TABLES)
def test_no_entry_is_claimed_twice(name: str) -> None:
    """Families are disjoint: one operation has one meaning."""
    assert tables.table()
