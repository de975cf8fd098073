"""A notebook of ``styles``: its cells, its data, its run under tracking, and what interventions on its files move."""

from __future__ import annotations

import contextlib
import io
import os
import re
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import is_numeric_dtype

from lineage_ext.model import ORDER, ColumnEdge, DatasetKind, level
from lineage_ext.session import Session
from lineage_ext.testing import Notebook, Observation, Prediction, Report, Source, compare, interventions
from lineage_ext.testing.intervention import ROWS, differences, parts, sources_of
from lineage_ext.testing.oracle import part_name

STYLES = Path(__file__).parent / "styles"
FENCE = re.compile(r"^```python( data)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
Outputs = dict[str, dict[str, list[Any]]]


@dataclass(frozen=True)
class Book:
    """``data`` makes the frames that ``cells`` read from files."""

    name: str
    data: str
    cells: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> Book:
        """A notebook from its Markdown."""
        fences = FENCE.findall(path.read_text())
        (data,) = (text for is_data, text in fences if is_data)
        return cls(path.stem, data, tuple(text for is_data, text in fences if not is_data))

    def frames(self) -> dict[str, pd.DataFrame]:
        """What the files hold, by the files' stems."""
        names: dict[str, Any] = {}
        exec(self.data, names)
        return {n: v for n, v in names.items() if isinstance(v, pd.DataFrame) and not n.startswith("_")}

    def record(self, book: Notebook, folder: Path) -> None:
        """Run the cells under tracking, with the files in ``folder``, leaving their variables in ``book.names``."""
        book.names.clear()
        book.names["__name__"] = "__main__"
        with _working_in(folder, self.frames()):
            for cell in self.cells:
                book.cell(cell)
            book.session.flush()

    def run(self, folder: Path, frames: dict[str, pd.DataFrame], records: Collection[str] = ()) -> Outputs:
        """Run the cells without tracking on other data; the parts of each frame or series that is left.

        A series named in ``records`` is a record: its labels are its parts.
        """
        names: dict[str, Any] = {"__name__": "__main__"}
        with _working_in(folder, frames):
            for cell in self.cells:
                exec(cell, names)
        return {n: parts(v, n in records) for n, v in names.items() if is_output(n, v)}

    def moved(self, folder: Path, records: Collection[str] = ()) -> dict[str, set[tuple[str, Source]]]:
        """Output → (part, column of a file) pairs seen to move together.

        An intervention changes values, not the file's schema: one after which text is read as numbers (all null), or
        truth values as text (some null), is left out. It would show what depends on columns' types, which lineage
        takes for a part of the program (README).
        """
        frames = self.frames()
        expected = self.run(folder, frames, records)
        moved: dict[str, set[tuple[str, Source]]] = {name: set() for name in expected}
        for source in [s for name, frame in frames.items() for s in sources_of(name, frame)]:
            for changed in interventions(frames, source, seeds=1, strong=True):
                if _is_text(frames, source) != _is_text(changed, source):
                    continue
                try:
                    got = self.run(folder, changed, records)
                except Exception:  # what a notebook raises on disturbed data is no error here
                    continue
                for name, known in expected.items():
                    moved[name] |= {(part, source) for part in differences(known, got.get(name, {}))}
        return moved


def _is_text(frames: dict[str, pd.DataFrame], source: Source) -> bool:
    """Whether a column is read from its file as text."""
    frame = frames[source.frame]
    if source.column not in frame:
        return False
    return not is_numeric_dtype(pd.read_csv(io.StringIO(frame[[source.column]].to_csv(index=False))).dtypes.iloc[0])


def books() -> list[Book]:
    """All of them."""
    return [Book.read(path) for path in sorted(STYLES.glob("*.md"))]


def is_output(name: str, value: Any) -> bool:
    """Whether a variable that a notebook leaves is one of its results."""
    return not name.startswith("_") and isinstance(value, pd.DataFrame | pd.Series)


def predicted(session: Session, output: Any) -> Prediction:
    """What the graph says an output came from, in terms of the columns of files."""
    graph, no = session.graph, session.number(output)
    schema = graph.dataset(no).schema
    edges: list[ColumnEdge] = [
        *graph.edges(no, through=True),
        *(e for i in range(len(schema.index)) for e in graph.edges(no, level(i), through=True)),
        *graph.rows(no, through=True),
    ]
    said: dict[str, set[Source]] = {}
    for edge in edges:
        origin = graph.dataset(edge.source.dataset)
        if origin.external and edge.source.slot >= 0:
            part = ROWS if edge.target.slot == ORDER else part_name(schema, edge.target.slot)
            source = Source(Path(origin.name).stem, origin.schema.slot_name(edge.source.slot))
            said.setdefault(part, set()).add(source)
    rows = frozenset(said.pop(ROWS, ()))
    return Prediction({p: frozenset(s) for p, s in said.items()}, rows)


@contextlib.contextmanager
def _working_in(folder: Path, frames: dict[str, pd.DataFrame]) -> Iterator[None]:
    for name, frame in frames.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    before = Path.cwd()
    os.chdir(folder)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        os.chdir(before)


def held_against(book: Book, session: Session, outputs: dict[str, Any], folder: Path) -> dict[str, Report]:
    """Each output's lineage against what interventions on the files move in it."""
    found = {}
    kinds = {n: session.graph.dataset(session.number(v)).kind for n, v in outputs.items() if is_output(n, v)}
    records = [name for name, kind in kinds.items() if kind is DatasetKind.ROW]
    for name, moved in book.moved(folder, records).items():
        said = predicted(session, outputs[name])
        found[name] = compare(Observation(frozenset(moved), (), ()), said)
    return found
