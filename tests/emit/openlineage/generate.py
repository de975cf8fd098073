"""Random sessions: frames, operations, reads and writes of many kinds, errors, interrupts, cells within cells.

``python -m tests.emit.openlineage.generate FOLDER [COUNT [FIRST]]`` writes the events of COUNT sessions (1000) and of
whole notebooks at all granularities, each checked as the tests check theirs, for whichever other validator one has.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from lineage_ext.emit.openlineage import Settings, encode, events
from lineage_ext.emit.openlineage.settings import LEVELS
from lineage_ext.model import ErrorFacet, NotebookFacet, ParentFacet, ResourceFacet
from lineage_ext.testing import Notebook, notebook
from tests.emit.openlineage import whole_notebooks
from tests.emit.openlineage.told import checked
from tests.emit.openlineage.valid import Event

LABELS = ["id", "value", "name, (x)", "día", "", 0, 1.5, ("a", "b"), None, pd.Timestamp("2026-01-01"), "id", "v" * 300]
STEPS = [
    "{f} = {f}[{f}.iloc[:, 0].notna()]",
    "{f} = {f}.assign(made=range(len({f})))",
    "{f}['made'] = {f}.iloc[:, 0]",
    "{f} = {f}.iloc[::2]",
    "{f} = {f}.sort_values({f}.columns[0], key=lambda c: c.astype(str))",
    "{f} = {f}.drop_duplicates(keep='last')",
    "{f} = {f}.rename(columns=str)",
    "{f} = pd.concat([{f}, {g}])",
    "{f} = {f}.merge({g}, how='cross', suffixes=('_a', '_b')).head(5)",
    "{f} = {f}.groupby({f}.columns[0], dropna=False).size().reset_index()",
    "{f} = {f}.T.reset_index().head(3)",
    "{f} = {f}.apply(lambda c: c.shift(1))",
    "{f} = {f}.describe(include='all')",
    "{f} = {f}.where({f}.notna(), 0)",
    "{f} = {f}.pipe(lambda d: d.rolling(2).sum() if 0 else d)",
    "{f} = {f}.astype(str)",
    "{f} = {f}.dropna(axis=1)",
    "{f} = {f}.loc[:, {f}.nunique().to_numpy() > 1]",
    "{f}.insert(0, 'k%d' % {f}.shape[1], 1, allow_duplicates=True)",
    "del {f}[{f}.columns[-1]]",
    "{f} = {f}.eval('z = 1')",
    "{f} = pd.DataFrame(np.asarray({f}.head(4)))",
    "{f}.no_such_method()",
    "{f} = {f}['no such column']",
]
READS = [
    "{f} = pd.read_csv(here + '/a b.csv')",
    "{f} = pd.read_csv(here + '/wide.csv', usecols=[0, 2], nrows=3)",
    "{f} = pd.read_json(here + '/rows.json')",
    "{f} = pd.read_pickle(here + '/odd.pkl')",
    "{f} = pd.read_parquet(here + '/p.parquet')",
    "{f} = pd.read_sql('SELECT k, sum(v) AS s FROM t WHERE v > 1 GROUP BY k', db)",
    "{f} = pd.read_sql_table('t', db)",
    "{f} = pd.read_csv(here + '/no such file.csv')",
    "{f} = pd.DataFrame({{'k': [1, 2], 'v': [3.0, None]}})",
]
WRITES = [
    "{f}.to_csv(here + '/out/{n} (1).csv')",
    "{f}.to_csv(here + '/out/log.csv', mode='a', index=False)",
    "{f}.rename(columns=str).to_json(here + '/out/{n}.json', orient='split')",
    "named = {f}.rename(columns=str); named.loc[:, ~named.columns.duplicated()].to_parquet(here + '/out/{n}.parquet')",
    "{f}.to_pickle(here + '/out/{n}.pkl')",
    "{f}.to_html(here + '/out/{n}.html')",
    "{f}.to_csv(here + '/no folder/x.csv')",
    "{f}.iloc[:, :1].to_csv(here + '/out/{n}.csv.gz')",
    "{f}.rename(columns=str).iloc[:, :2].to_sql('made', db, if_exists=random.choice(['append', 'replace', 'fail']))",
]
SETUP = (
    "import pandas as pd, numpy as np, random, sqlalchemy\ndb = sqlalchemy.create_engine('sqlite:///' + here + '/d.db')"
)


def files(folder: Path) -> None:
    """What the sessions read."""
    (folder / "out").mkdir(parents=True)
    pd.DataFrame({"k": [1, 2, 3], "v": [1.5, None, 2.5]}).to_csv(folder / "a b.csv", index=False)
    pd.DataFrame(np.arange(60).reshape(3, 20)).to_csv(folder / "wide.csv")
    pd.DataFrame({"k": [1], "s": ["x"]}).to_json(folder / "rows.json")
    pd.DataFrame([range(len(LABELS))] * 3, columns=pd.Index(LABELS, dtype=object)).to_pickle(folder / "odd.pkl")
    pd.DataFrame({"k": [1, 2], "when": pd.to_datetime(["2026-01-01", "2026-01-02"])}).to_parquet(folder / "p.parquet")
    import sqlalchemy

    engine = sqlalchemy.create_engine(f"sqlite:///{folder}/d.db")
    pd.DataFrame({"k": [1, 2], "v": [1, 2]}).to_sql("t", engine, index=False)


class Author:
    """Writes one random notebook and runs it."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def facets(self, folder: Path) -> tuple[NotebookFacet | ParentFacet, ...]:
        """Where the notebook is, and sometimes who started it."""
        path = self.random.choice(["", f"{folder}/a/rép (v1.2), 100%.ipynb", "/else/x.py"])
        host = self.random.choice(["jupyter", "marimo", "script", "vscode"])
        outer = ParentFacet(
            "01890a5d-ac96-774b-bcce-b302099a8057", "airflow", "dag.task",
            "01890a5d-ac96-774b-bcce-b302099a8058", "airflow", "dag",
        )  # fmt: skip
        place = NotebookFacet(host, "1", path, str(folder))
        return (place, outer) if self.random.random() < 0.3 else (place,)

    def write(self, book: Notebook, cells: int) -> None:
        """Cells of a few lines; some fail, are interrupted, or run others."""
        for number in range(cells):
            lines = [self._line(number) for _ in range(self.random.randint(1, 5))]
            kind = self.random.random()
            if kind < 0.08:
                self._interrupted(book)
            elif kind < 0.16:
                self._nested(book, "\n".join(lines))
            else:
                with suppress(Exception):
                    book.cell("\n".join(lines))

    def _line(self, number: int) -> str:
        kind = self.random.random()
        templates = READS if kind < 0.3 else WRITES if kind > 0.75 else STEPS
        f, g = self.random.choice("abc"), self.random.choice("abc")
        line = self.random.choice(templates).format(f=f, g=g, n=number)
        return f"try:\n    {line}\nexcept Exception: pass" if self.random.random() < 0.8 else line

    def _interrupted(self, book: Notebook) -> None:
        cost = ResourceFacet(1, 1, 1, 1, 1, False)
        run = book.session.begin("while True: pass", cell_id=self.random.choice(["", "a.b (c)"]))
        book.session.end(run, "interrupted", error=ErrorFacet("KeyboardInterrupt", ""), facets=(cost,))

    def _nested(self, book: Notebook, inner: str) -> None:
        outer = book.session.begin(f"%%capture\n{inner}", cell_id="outer")
        with suppress(Exception):
            book.cell(inner)
        book.session.end(outer, self.random.choice(["ok", "error"]))


def told(seed: int, folder: Path, cells: int = 5) -> dict[str, list[Event]]:
    """Granularity → the events of the session of a seed, which are valid."""
    folder /= "project"
    files(folder)
    author = Author(seed)
    with notebook(f"generated/{seed} (x)", facets=author.facets(folder)) as book:
        book.cell(SETUP, here=str(folder))
        book.cell("a = pd.DataFrame({'k': [1, 2, 3]}); b = a.copy(); c = pd.DataFrame()")
        author.write(book, cells)
        return {level: checked(list(events(book.session, Settings(granularity=level)))) for level in LEVELS}


def main(target: Path, count: int = 1_000, first: int = 0) -> None:
    """Write a file for each granularity, from ``count`` seeds on from ``first`` and all whole notebooks."""
    os.environ.setdefault("LINEAGE_STRICT", "1")
    target.mkdir(parents=True, exist_ok=True)
    written = dict.fromkeys(LEVELS, 0)
    for level in LEVELS:
        (target / f"{level}.ndjson").unlink(missing_ok=True)
    for tell in [partial(told, seed) for seed in range(first, first + count)] + [
        partial(whole_notebooks.told, name, record) for name, record in whole_notebooks.notebooks()
    ]:
        with tempfile.TemporaryDirectory() as folder:
            for level, found in tell(Path(folder)).items():
                with (target / f"{level}.ndjson").open("ab") as file:
                    file.writelines(map(encode, found))
                written[level] += len(found)
    print(f"{count} sessions and the notebooks: " + ", ".join(f"{n} events ({level})" for level, n in written.items()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
