"""Nothing that pandas exports is unknown: it has a rule, or a stated reason for having none."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from tests.rules.census import PAGE, members, page


def test_all_that_pandas_exports_has_a_rule_or_a_reason() -> None:
    """A function that a release of pandas brings is noticed here: enter it in a table of rules, or declare it."""
    unknown = [m.key for m in members() if not m.rule and not m.reason]
    assert unknown == []


def test_a_new_function_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The census looks at pandas itself, not at a list of what was there once."""
    monkeypatch.setattr(pd.DataFrame, "shuffle_columns", lambda self: self, raising=False)
    monkeypatch.setattr(pd.Index, "brand_new", property(lambda self: self), raising=False)
    monkeypatch.setattr(pd, "read_brain", lambda path: path, raising=False)
    monkeypatch.setattr(pd, "__all__", [*pd.__all__, "read_brain"])
    unknown = {m.key for m in members() if not m.rule and not m.reason}
    assert unknown >= {"DataFrame.shuffle_columns", "Index.brand_new", "read_brain"}


def test_nothing_is_both_explained_and_declared_away() -> None:
    """A declaration of a function that has a rule would hide it from being intercepted."""
    assert [m.key for m in members() if m.rule and m.reason] == []


def test_the_page_in_the_documentation_is_current() -> None:
    """``docs/pandas-coverage.md`` is what ``make docs`` writes, on the version of pandas that it names."""
    text = PAGE.read_text()
    version = re.search(r"pandas (\S+)", text)
    assert version is not None
    if version[1] != pd.__version__:
        pytest.skip(f"the page is about pandas {version[1]}")
    assert text == page()
