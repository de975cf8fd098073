"""Holds a case against interventions (is it true?) and against tracking (do we find it?)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from lineage_ext.model import ColumnEdge
from lineage_ext.testing import Notebook, Prediction, Source, compare, edges_of, observe
from lineage_ext.testing.intervention import ROWS, parts
from lineage_ext.testing.oracle import Edge, edge_text
from tests.rules.spec import Case, Stated


def is_record(case: Case, output: Any) -> bool:
    """A series whose stated targets are its labels (``out.v`` for ``out = a.mean()``)."""
    dotted = any(s.target not in (ROWS, "") and not s.target.startswith("<") for s in case.then)
    return isinstance(output, pd.Series) and dotted


def expand(case: Case, stated: Iterable[Stated], names: Iterable[str]) -> list[tuple[Edge, Stated]]:
    """Edges with their stars replaced: ``out.*`` by the output's columns, ``a.*`` by the frame's columns."""
    columns = [n for n in names if not (n.startswith("<") and n.endswith(">"))]
    found = []
    for s in stated:
        frame = [c for c in case.given[s.source.frame].columns if not c.startswith("<")]
        targets = columns if s.target == "*" else [s.target]
        for target in targets:
            sources = frame if s.source.column == "*" else [s.source.column]
            if s.target == "*" == s.source.column:
                sources = [c for c in frame if c == target]
            found += [((target, Source(s.source.frame, c)), s) for c in sources]
    return found


def untrue(case: Case, seeds: int = 2) -> list[str]:
    """What interventions object to: movements without a stated edge, stated edges that never moved and vice versa."""
    frames = case.frames()
    output = case.program(**case.frames())
    row = is_record(case, output)
    observed = observe(case.program, frames, seeds=seeds, row=row)
    stated = [edge for edge, _ in expand(case, case.then, observed.parts)]
    excused = {edge for edge, _ in expand(case, case.unobserved, observed.parts)}
    untold = _prediction(edge for edge, _ in expand(case, case.untold, observed.parts))
    absent = [t for t, _ in stated if t != ROWS and t not in observed.parts]
    report = compare(observed, _prediction(stated))
    return [
        *(f"no such part: {t!r}; there are {', '.join(map(repr, observed.parts))}" for t in absent),
        *(f"moved without an edge: {edge_text(e)}" for e in sorted(report.missed) if e not in untold),
        *(f"never moved: {edge_text(e)}" for e in sorted(report.unobserved - excused)),
        *(f"moved, though unobserved: {edge_text(e)}" for e in sorted(excused - report.unobserved)),
    ]


def _prediction(edges: Iterable[Edge]) -> Prediction:
    by_part: dict[str, set[Source]] = {}
    rows = set()
    for target, source in edges:
        (rows if target == ROWS else by_part.setdefault(target, set())).add(source)
    return Prediction({p: frozenset(s) for p, s in by_part.items()}, frozenset(rows))


def unlike(case: Case, book: Notebook) -> list[str]:
    """Where tracking gives other edges than the case states. Index levels that only count are nobody's concern."""
    frames = case.frames()
    inputs = book.register(**frames)
    book.names.clear()
    book.names.update(pd=pd, np=np, **frames)
    for cell in case.cells:
        book.cell(cell)
    output = book.names[case.variable]
    wanted: dict[Edge, list[Stated]] = {}
    for edge, stated in expand(case, case.then, parts(output, is_record(case, output))):
        wanted.setdefault(edge, []).append(stated)
    got: dict[Edge, list[ColumnEdge]] = {}
    for target, source, found in edges_of(book.session, output, inputs):
        if source.column in case.given[source.frame].columns:
            got.setdefault((target, source), []).append(found)
    edges = sorted(wanted.keys() | got.keys())
    return [text for edge in edges for text in _difference(edge, wanted.get(edge, []), got.get(edge, []))]


def _difference(edge: Edge, stated: list[Stated], found: list[ColumnEdge]) -> list[str]:
    have = {f"{e.transformation}{' masked' if e.masking else ''} {e.confidence}".removesuffix(" exact") for e in found}
    unmet = [s for s in stated if not any(map(s.allows, found))]
    extra = [e for e in found if not any(s.allows(e) for s in stated)]
    if not unmet and not extra:
        return []
    want = ", ".join(sorted(set(map(str, stated))))
    if not found:
        return [f"missing: {edge_text(edge)} {want}"]
    if not stated:
        return [f"too much: {edge_text(edge)} {', '.join(sorted(have))}"]
    return [f"other kind: {edge_text(edge)} is {', '.join(sorted(have))}, not {want}"]
