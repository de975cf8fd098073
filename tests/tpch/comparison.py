"""Recorded lineage held against the reference: which edges agree, which are too many, which are missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tests.tpch.reference import Lineage, Sources


@dataclass(frozen=True)
class Tally:
    """Edges (result column, table column) of both (``agreed``), only recorded, only in the reference."""

    agreed: int = 0
    surplus: int = 0
    missing: int = 0

    @property
    def precision(self) -> float:
        """Share of the recorded edges that are in the reference."""
        return self.agreed / (self.agreed + self.surplus or 1)

    @property
    def recall(self) -> float:
        """Share of the reference's edges that are recorded."""
        return self.agreed / (self.agreed + self.missing or 1)

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.agreed + other.agreed, self.surplus + other.surplus, self.missing + other.missing)


@dataclass(frozen=True, order=True)
class Difference:
    """``what`` is ``direct surplus``, ``direct missing``, ``influence surplus`` or ``influence missing``."""

    what: str
    columns: tuple[str, ...]
    sources: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.what}: {', '.join(self.columns)} <- {', '.join(self.sources)}"


@dataclass(frozen=True)
class Score:
    """``direct``: edges by which values flow. ``influence``: these and all others."""

    columns: int
    direct: Tally
    influence: Tally
    differences: tuple[Difference, ...]


def compare(expected: Lineage, found: Lineage) -> Score:
    """A recorded direct edge that is direct only by one of two authorities (``either``) counts neither way."""
    direct, influence = Tally(), Tally()
    seen: list[tuple[str, str, Sources]] = []
    for column, wanted in expected.direct.items():
        got = found.direct.get(column, frozenset())
        seen += _differences("direct", column, wanted, got - expected.either[column])
        direct += _tally(wanted, got - expected.either[column])
        got = found.all.get(column, frozenset())
        seen += _differences("influence", column, expected.all[column], got)
        influence += _tally(expected.all[column], got)
    return Score(len(expected.direct), direct, influence, _grouped(seen))


def _tally(wanted: Sources, got: Sources) -> Tally:
    return Tally(len(wanted & got), len(got - wanted), len(wanted - got))


def _differences(kind: str, column: str, wanted: Sources, got: Sources) -> Iterator[tuple[str, str, Sources]]:
    if got - wanted:
        yield f"{kind} surplus", column, got - wanted
    if wanted - got:
        yield f"{kind} missing", column, wanted - got


def _grouped(seen: Iterable[tuple[str, str, Sources]]) -> tuple[Difference, ...]:
    """Columns that differ in the same way together."""
    groups: dict[tuple[str, Sources], list[str]] = {}
    for what, column, sources in seen:
        groups.setdefault((what, sources), []).append(column)
    return tuple(
        sorted(Difference(what, tuple(columns), tuple(sorted(sources))) for (what, sources), columns in groups.items())
    )


def total(scores: Mapping[str, Score]) -> Score:
    """All together."""
    found = Score(0, Tally(), Tally(), ())
    for s in scores.values():
        found = Score(
            found.columns + s.columns,
            found.direct + s.direct,
            found.influence + s.influence,
            found.differences + s.differences,
        )
    return found
