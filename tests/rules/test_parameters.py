"""The words name real parameters in every pandas we support, and each intercepted function has a word."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pandas as pd
import pytest

from lineage_ext.rules.op import Op
from lineage_ext.rules.pandas import SCOPE_OF, TABLES
from lineage_ext.rules.pandas import words as tables
from tests.rules.signatures import FILES, file_of, installed, lines, recorded

VERSIONS = {"2.2.3", "2.3.3", "3.1.1"}
each_version = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def real_parameters(operations: list[Op]) -> dict[str, set[str]]:
    """Table key → the parameters of all functions that the entry explains."""
    found: dict[str, set[str]] = defaultdict(set)
    for op in operations:
        scope = SCOPE_OF.get(op.owner, "pd" if not op.owner else op.owner)
        for key in (f"{op.owner}.{op.name}", f"{scope}.{op.name}"):
            if key in tables.table():
                found[key] |= set(op.params)
                break
    return found


def misnamed(operations: list[Op]) -> set[tuple[str, str]]:
    """(table key, parameter) of parameters that no function of the entry has, nor takes any."""
    real = real_parameters(operations)
    return {
        (key, parameter)
        for key, word in tables.table().items()
        if key in real
        for parameter in word.parameters()
        if parameter not in real[key] and "*args" not in real[key]
    }


def test_the_supported_versions_are_on_file() -> None:
    """The lowest pandas of pyproject.toml, the last 2, and the 3 that the tests are locked to."""
    assert {file.stem.removeprefix("pandas-") for file in FILES} >= VERSIONS


def test_the_file_of_the_installed_version_is_what_it_has() -> None:
    """What is on file is pandas, not a memory of it: ``python -m tests.rules.signatures`` writes it."""
    file = file_of(pd.__version__)
    if file not in FILES:
        pytest.skip(f"pandas {pd.__version__} isn't on file")
    assert file.read_text().splitlines() == lines(installed())


def test_every_function_of_the_installed_version_has_a_word() -> None:
    """A pandas that isn't on file yet is looked at, too."""
    assert sorted(op.key for op in installed() if tables.lookup(op) is None) == []
    assert misnamed(installed()) == set()


@each_version
def test_every_intercepted_function_has_a_word(file: Path) -> None:
    """No function is recorded without something being known about it."""
    assert sorted(op.key for op in recorded(file) if tables.lookup(op) is None) == []


@each_version
def test_words_name_real_parameters(file: Path) -> None:
    """A parameter a word reads exists in at least one function that the word's entry explains, or that takes any."""
    assert misnamed(recorded(file)) == set()


@pytest.mark.parametrize("name", TABLES)
def test_no_entry_is_claimed_twice(name: str) -> None:
    """Families are disjoint: one operation has one meaning."""
    assert tables.table()
