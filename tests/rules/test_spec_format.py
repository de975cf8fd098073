"""Spec files: what can be written, what can't, and that a false statement is found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage_ext.testing import Oracle
from lineage_ext.testing.plugin import oracle
from tests.rules.check import unlike, untrue
from tests.rules.spec import Case, SpecError, read

__all__ = ["oracle"]

GIVEN = "given a: k=int v=float\n\ncase it\n"


def case(tmp_path: Path, text: str) -> Case:
    """The only case of a spec file with that text."""
    file = tmp_path / "it.lineage"
    file.write_text(text)
    (found,) = read(file)
    return found


def test_a_true_case_passes_both_checks(tmp_path: Path, oracle: Oracle) -> None:
    """Interventions and tracking agree with it."""
    it = case(tmp_path, GIVEN + "when out = a[a.k > 3]\nthen out.* <- a.* IDENTITY\nthen out.rows <- a.k FILTER\n")
    assert untrue(it) == []
    assert unlike(it, oracle.book) == []


@pytest.mark.parametrize(
    ("stated", "objection"),
    [
        ("then out.v <- a.v IDENTITY", "moved without an edge: out.k <- a.k"),
        ("then out.k <- a.k IDENTITY\nthen out.v <- a.v IDENTITY, a.k IDENTITY", "never moved: out.v <- a.k"),
        ("then out.* <- a.* IDENTITY\nthen out.rows <- a.k FILTER", "never moved: out.<rows> <- a.k"),
        (
            "then out.* <- a.* IDENTITY\nunobserved out.v <- a.v  # so they say",
            "moved, though unobserved: out.v <- a.v",
        ),
        ("then out.* <- a.* IDENTITY\nthen out.x <- a.v IDENTITY", "no such part: 'x'; there are 'k', 'v', '<index>'"),
    ],
)
def test_interventions_object_to_what_is_not_so(tmp_path: Path, stated: str, objection: str) -> None:
    """Too little, too much, or excused without need."""
    assert objection in untrue(case(tmp_path, f"{GIVEN}when out = a.copy()\n{stated}\n"))


@pytest.mark.parametrize(
    ("stated", "objection"),
    [
        ("then out.v <- a.v TRANSFORMATION", "too much: out.k <- a.k TRANSFORMATION"),
        ("then out.* <- a.* IDENTITY", "other kind: out.k <- a.k is TRANSFORMATION, not IDENTITY"),
        ("then out.* <- a.* TRANSFORMATION\nthen out.v <- a.k JOIN", "missing: out.v <- a.k JOIN"),
        (
            "then out.* <- a.* TRANSFORMATION opaque",
            "other kind: out.k <- a.k is TRANSFORMATION, not TRANSFORMATION opaque",
        ),
    ],
)
def test_tracking_objects_to_what_it_did_not_find(tmp_path: Path, oracle: Oracle, stated: str, objection: str) -> None:
    """Missing, surplus and differently named edges."""
    objections = unlike(case(tmp_path, f"{GIVEN}when out = a * 2\n{stated}\n"), oracle.book)
    assert any(objection in o for o in objections)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("then out.v < a.v", "no <- in it"),
        ("then out.v <- b.v IDENTITY", "no frame 'b' is given"),
        ("then out.v <- a.x IDENTITY", "a has no column 'x'"),
        ("then out.v <- a.v", "how? One of"),
        ("unobserved out.v <- a.v", "needs a reason"),
        ("than out.v <- a.v IDENTITY", "expected one of"),
    ],
)
def test_mistakes_are_told_with_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    """Whoever writes a spec learns where it can't be read, and what would be right."""
    with pytest.raises(SpecError, match=r"it\.lineage:5: ") as error:
        case(tmp_path, f"{GIVEN}when out = a\n{line}\n")
    assert message in str(error.value)


def test_the_same_line_gives_the_same_data(tmp_path: Path) -> None:
    """A spec that fails today fails tomorrow."""
    it = case(tmp_path, GIVEN + "when out = a\n")
    assert it.frames()["a"].equals(it.frames()["a"])


def test_each_when_is_a_cell(tmp_path: Path) -> None:
    """Several cells share their variables, and a cell may have several lines."""
    it = case(tmp_path, GIVEN + "when x = 1\nwhen if x:\n         out = a\n")
    assert it.cells == ["x = 1\n", "if x:\n    out = a\n"]


def test_versions_may_be_asked_for(tmp_path: Path) -> None:
    """What only another pandas does is left out."""
    assert not case(tmp_path, GIVEN + "only pandas < 2\nwhen out = a\n").runs
    assert case(tmp_path, GIVEN + "only pandas >= 2\nwhen out = a\n").runs
