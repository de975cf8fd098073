"""Files and tables that a notebook reads and writes: their names, their columns, and what each column is."""

from __future__ import annotations

import io
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from lineage_ext.model import COLUMNS, ROWS, Dataset, DatasetKind, ExternalFacet, Run, Schema, is_level
from lineage_ext.rules.call import Call, State
from lineage_ext.rules.database import QuerySource
from lineage_ext.rules.op import Op
from lineage_ext.testing import Notebook, edges_of, notebook

CODE = {"pd": pd, "io": io, "sqlite3": sqlite3}


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    """A notebook in an empty folder, with a frame ``a``."""
    monkeypatch.chdir(tmp_path)
    with notebook() as opened:
        opened.cell("a = pd.DataFrame({'k': [1, 2, 3], 'v': [1.0, 2.0, 3.0], 'w': ['x', 'y', 'z']})", **CODE)
        yield opened


def last(book: Notebook, code: str, name: str) -> Run:
    """Run a cell; its last operation whose name ends so."""
    book.cell(code, **CODE)
    book.session.flush()
    return [r for r in book.session.graph.runs() if r.job.name.endswith(name)][-1]


def outside(datasets: tuple[Dataset, ...]) -> list[Dataset]:
    """The external ones."""
    return [d for d in datasets if d.external]


def columns(run: Run, *, rows: bool = False) -> set[tuple[str, str, str]]:
    """(target, source, how) of every edge between columns and levels; ``rows``: those to the rows instead."""
    named = {d.no: d.schema for d in (*run.inputs, *run.outputs)}
    return {
        (
            named[e.target.dataset].slot_name(e.target.slot),
            named[e.source.dataset].slot_name(e.source.slot),
            e.transformation,
        )
        for e in run.column_edges()
        if (e.source.slot >= 0 or is_level(e.source.slot)) and (e.target.slot == ROWS if rows else e.target.slot > ROWS)
    }


@pytest.mark.parametrize("made", ["a.dropna(axis=1)", "a.pivot(index='k', columns='w', values='v')"])
@pytest.mark.parametrize("written", ["to_csv('f.csv')", "to_csv('f.csv', index=False)"])
def test_what_chose_the_columns_of_a_frame_chose_those_of_its_file(book: Notebook, made: str, written: str) -> None:
    """Columns that data chose, or whose labels were data, are there in the file for the same reason."""
    run = last(book, f"b = {made}\nb.{written}", "to_csv")
    assert (COLUMNS, COLUMNS) in {(e.target.slot, e.source.slot) for e in run.column_edges()}


FILES = {  # how a frame with index k is written; how it is read back
    "csv": ("b.to_csv('f.csv')", "pd.read_csv('f.csv', index_col='k')", "f.csv"),
    "a table": ("b.to_csv('f.tsv', sep='\\t')", "pd.read_table('f.tsv', index_col=0)", "f.tsv"),
    "a compressed csv": ("b.to_csv('f.csv.gz')", "pd.read_csv('f.csv.gz', index_col=0)", "f.csv.gz"),
    "parquet": ("b.to_parquet('f.parquet')", "pd.read_parquet('f.parquet')", "f.parquet"),
    "excel": ("b.to_excel('f.xlsx')", "pd.read_excel('f.xlsx', index_col=0)", "f.xlsx"),
    "a sheet": ("b.to_excel('f.xlsx', sheet_name='s')", "pd.ExcelFile('f.xlsx').parse('s', index_col=0)", "f.xlsx"),
    "pickle": ("b.to_pickle('f.pkl')", "pd.read_pickle('f.pkl')", "f.pkl"),
    "pickle by a function": ("pd.to_pickle(b, 'f.pkl')", "pd.read_pickle('f.pkl')", "f.pkl"),
    "hdf": ("b.to_hdf('f.h5', key='t')", "pd.read_hdf('f.h5', 't')", "f.h5/t"),
    "stata": ("b.to_stata('f.dta')", "pd.read_stata('f.dta', index_col='k')", "f.dta"),
    "xml": ("b.to_xml('f.xml')", "pd.read_xml('f.xml').set_index('k')", "f.xml"),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_written_and_read_back_is_one_dataset_with_the_frames_columns(book: Notebook, kind: str) -> None:
    """The write's output and the read's input have one number, name and schema; every column keeps its identity."""
    write, read, name = FILES[kind]
    run = last(book, f"b = a.set_index('k')\n{write}", write.partition("(")[0].rpartition(".")[2])
    (written,) = outside(run.outputs)
    assert (written.namespace, written.name) == ("file", str(Path.cwd() / name))
    assert written.schema.labels == ("k", "v", "w")
    assert columns(run) == {("k", "<k>", "IDENTITY"), ("v", "v", "IDENTITY"), ("w", "w", "IDENTITY")}

    book.cell(f"c = {read}", **CODE)
    book.session.flush()
    (source,) = {d for r in book.session.graph.runs() for d in outside(r.inputs)}
    assert (source.no, source.name) == (written.no, written.name)
    found = edges_of(book.session, book.names["c"], {"file": written.no}, through=False)
    assert {(target, source.column) for target, source, _ in found} == {("<k>", "k"), ("v", "v"), ("w", "w")}


CHANGED = {
    "converters={'v': lambda t: float(t) * 2}": {"v"},
    "converters={1: lambda t: float(t) * 2}": {"v"},
    "converters={0: str.strip, 'w': str.upper}": {"k", "w"},
    "converters={2: str.upper}, usecols=['v', 'w']": {"v", "w"},  # which place a column had isn't known
    "dtype={'v': 'float32'}": set(),
}


@pytest.mark.parametrize("options", CHANGED)
def test_a_column_that_a_function_changed_while_it_was_read_is_not_the_files(book: Notebook, options: str) -> None:
    """``converters``, by label or by place."""
    book.cell("a.to_csv('f', index=False)", **CODE)
    run = last(book, f"b = pd.read_csv('f', {options})", "read_csv")
    assert {target for target, _, how in columns(run) if how == "TRANSFORMATION"} == CHANGED[options]
    assert {target for target, source, _ in columns(run)} == set(book.names["b"])


def test_what_a_function_looks_up_while_a_file_is_read_goes_into_its_columns(book: Notebook) -> None:
    """The rate that it multiplies by."""
    book.cell("a.to_csv('f', index=False)\nrate = a['k'].max()", **CODE)
    run = last(book, "b = pd.read_csv('f', converters={'v': lambda t: float(t) * rate})", "read_csv")
    (rate,) = (d for d in run.inputs if not d.external)
    edges = [e for e in run.column_edges() if e.source.dataset == rate.no]
    assert {e.target.slot for e in edges} == {1}


@pytest.mark.parametrize(
    ("write", "labels"),
    [
        ("a.to_csv('f')", ("", "k", "v", "w")),
        ("a.to_csv('f', index=False)", ("k", "v", "w")),
        ("a.to_csv('f', columns=['w', 'k'], index_label='row')", ("row", "w", "k")),
        ("a.to_parquet('f')", ("k", "v", "w")),
        ("a.to_feather('f')", ("k", "v", "w")),
        ("a.to_json('f', orient='records')", ("k", "v", "w")),
        ("a.to_stata('f')", ("index", "k", "v", "w")),
        ("a['v'].to_csv('f')", ("", "v")),
        ("a['v'].rename(None).to_csv('f', index=False)", ("0",)),
        ("a[['k', 'v']].mean().to_csv('f')", ("", "0")),
        ("a.set_index(['k', 'w']).to_csv('f')", ("k", "w", "v")),
        ("a.to_html('f', columns=['v'])", ("", "v")),
        ("a.to_string('f', index=False)", ("k", "v", "w")),
        ("a.to_latex('f')", ("", "k", "v", "w")),
    ],
)
def test_columns_of_a_written_file(book: Notebook, write: str, labels: tuple[str, ...]) -> None:
    """Index levels come first, where they are written, under the name the file has for them."""
    pytest.importorskip("jinja2") if "latex" in write else None
    run = last(book, write, write.partition("('f'")[0].rpartition(".")[2])
    (written,) = outside(run.outputs)
    assert written.schema.labels == labels
    facet = next(f for f in written.facets if isinstance(f, ExternalFacet))
    assert facet.access == "write"


def test_text_that_is_returned_is_no_dataset_but_comes_from_the_frame(book: Notebook) -> None:
    """``to_csv()`` without a path; a frame read from that text comes from the first one."""
    run = last(book, "text = a.to_csv(index=False)\nb = pd.read_csv(io.StringIO(text))", "read_csv")
    assert outside(run.inputs) == []
    assert {e.confidence for e in run.column_edges() if e.target.slot >= 0} == {"inferred"}
    assert [r for r in book.session.graph.runs() if outside(r.outputs)] == []


def test_what_is_read_from_a_literal_is_a_beginning(book: Notebook) -> None:
    """A buffer is no dataset."""
    run = last(book, "b = pd.read_json(io.StringIO('[{\"x\": 1}]'))", "read_json")
    assert run.inputs == ()


@pytest.mark.parametrize(
    "path", ["'d/f.csv'", "__import__('pathlib').Path('d') / 'f.csv'", "open('d/f.csv')", "'./d/../d/f.csv'"]
)
def test_a_file_has_one_name_however_it_is_opened(book: Notebook, path: str) -> None:
    """Text, Path and open file; relative to the working directory of the moment."""
    Path("d").mkdir()
    Path("d/f.csv").write_text("x,y\n1,2\n")
    run = last(book, f"b = pd.read_csv({path})", "read_csv")
    (source,) = outside(run.inputs)
    assert source.name == str(Path.cwd() / "d/f.csv")
    assert source.schema.labels == ("x", "y")


def test_a_relative_path_is_resolved_when_it_is_used(book: Notebook) -> None:
    """Changing the directory afterwards changes no name."""
    Path("d").mkdir()
    Path("d/f.csv").write_text("x\n1\n")
    here = Path.cwd()
    run = last(book, "import os\nos.chdir('d')\nb = pd.read_csv('f.csv')\nos.chdir('..')", "read_csv")
    assert outside(run.inputs)[0].name == str(here / "d/f.csv")


def test_of_a_file_that_is_gone_nothing_is_told(book: Notebook) -> None:
    """What was read and then written anew before anybody looked: its size and digest would be the new file's. A time in
    the future, as some file systems have, is no time of a write."""

    def told(source: str) -> tuple[ExternalFacet, ...]:
        runs = (last(book, source, name) for name in ("read_csv", "to_csv"))
        (files, written) = ((*outside(run.inputs), *outside(run.outputs)) for run in runs)
        return tuple(f for file in (*files, *written) for f in file.facets if isinstance(f, ExternalFacet))

    Path("f.csv").write_text("x\n1\n")
    book.session.halt()  # the worker may come between the two
    read, write = told("b = pd.read_csv('f.csv')\nb['y'] = 2\nb.to_csv('f.csv', index=False)")
    book.session.resume()
    assert (read.version, read.size, read.digest, read.files) == ("", None, "", None)
    assert (write.size, bool(write.digest)) == (8, True)
    os.utime("f.csv", (2_000_000_000, 2_000_000_000))
    read, _ = told("b = pd.read_csv('f.csv')\nb.to_csv('g.csv')")
    assert read.size == 8


def test_filters_of_a_parquet_read_decide_its_rows(book: Notebook) -> None:
    """Also by columns that aren't read."""
    book.cell("a.to_parquet('f.parquet')", **CODE)
    run = last(book, "b = pd.read_parquet('f.parquet', columns=['v'], filters=[('w', '==', 'x')])", "read_parquet")
    assert columns(run) == {("v", "v", "IDENTITY")}
    assert columns(run, rows=True) == {("<rows>", "w", "FILTER")}


def test_sheets_chunks_and_workbooks(book: Notebook) -> None:
    """Each sheet and each chunk comes from the file; a workbook open for writing is its file."""
    code = "with pd.ExcelWriter('f.xlsx') as f:\n    a.to_excel(f, sheet_name='s', index=False)"
    assert outside(last(book, code, "to_excel").outputs)[0].name == str(Path.cwd() / "f.xlsx")
    run = last(book, "sheets = pd.read_excel('f.xlsx', sheet_name=None)\nb = sheets['s'] * 1", "read_excel")
    assert columns(run) == {("k", "k", "IDENTITY"), ("v", "v", "IDENTITY"), ("w", "w", "IDENTITY")}
    book.cell("a.to_csv('f.csv', index=False)", **CODE)
    run = last(book, "for chunk in pd.read_csv('f.csv', chunksize=2):\n    b = chunk * 1", "TextFileReader.__next__")
    assert outside(run.inputs)[0].name == str(Path.cwd() / "f.csv")
    assert run.state == "COMPLETE"


@pytest.mark.parametrize(("library", "name"), [("bz2", "f.csv.bz2"), ("lzma", "f.csv.xz"), ("gzip", "f.csv.gz")])
def test_compressed_files_that_are_open_are_their_files(book: Notebook, library: str, name: str) -> None:
    """As a whole and in chunks. One that was closed is no problem of ours."""
    book.cell(f"import {library}, contextlib\na.to_csv('{name}', index=False)", **CODE)
    run = last(book, f"with {library}.open('{name}') as f:\n    b = pd.read_csv(f)", "read_csv")
    assert outside(run.inputs)[0].name == str(Path.cwd() / name)
    code = f"with {library}.open('{name}') as f:\n    for chunk in pd.read_csv(f, chunksize=2):\n        b = chunk * 1"
    assert outside(last(book, code, "TextFileReader.__next__").inputs)[0].name == str(Path.cwd() / name)
    run = last(book, "with contextlib.suppress(ValueError):\n    pd.read_csv(f)", "read_csv")
    assert run.state == "FAIL"


def test_keys_of_a_store_are_datasets_of_their_own(book: Notebook) -> None:
    """Two tables of one HDF file with the same columns aren't mixed up."""
    book.cell(
        "with pd.HDFStore('f.h5') as f:\n    f.put('x', a)\n    f['y'] = a\n    b, c = f['x'], f.get('y')", **CODE
    )
    book.session.flush()
    runs = list(book.session.graph.runs())
    written = {d.name.rpartition("/")[2]: d.no for r in runs for d in outside(r.outputs)}
    read = {d.name.rpartition("/")[2]: d.no for r in runs for d in outside(r.inputs)}
    assert written == read
    assert written.keys() == {"x", "y"}


def test_tables(book: Notebook) -> None:
    """A table written and read by a query is one dataset; plain columns keep their identity, inferred."""
    run = last(book, "con = sqlite3.connect('f.db')\na.to_sql('t', con, index=False)", "to_sql")
    (written,) = outside(run.outputs)
    assert (written.namespace, written.name) == (f"sqlite://{Path.cwd()}/f.db", "main.t")
    run = last(book, "b = pd.read_sql('SELECT * FROM t', con)", "read_sql")
    assert [d.no for d in outside(run.inputs)] == [written.no]
    run = last(book, "b = pd.read_sql_query('SELECT k AS id, v + 1 AS u FROM t WHERE w > 1', con)", "read_sql_query")
    assert columns(run) == {("id", "k", "IDENTITY"), ("u", "v", "TRANSFORMATION")}
    assert columns(run, rows=True) == {("<rows>", "w", "FILTER")}
    assert {e.confidence for e in run.column_edges() if e.target.slot >= 0} == {"inferred"}


def test_a_query_may_read_several_tables(book: Notebook) -> None:
    """Each is an input of its own, with the columns that the query tells to be its."""
    code = """
con = sqlite3.connect('f.db')
con.executescript('CREATE TABLE t (k, v, w); CREATE TABLE u (k, v, w)')
b = pd.read_sql('SELECT x.k, y.v FROM t AS x JOIN u AS y ON x.k = y.k', con)
"""
    run = last(book, code, "read_sql")
    assert {d.name: d.schema.labels for d in outside(run.inputs)} == {"main.t": ("k",), "main.u": ("v", "k")}
    assert columns(run) == {("k", "k", "IDENTITY"), ("v", "v", "IDENTITY")}


def test_a_nested_query_is_followed_through(book: Notebook) -> None:
    """A column of a common table is that of the table below it; what chose its rows chose those that come out."""
    book.cell("con = sqlite3.connect('f.db')\na.to_sql('t', con, index=False)", **CODE)
    code = "b = pd.read_sql('WITH c AS (SELECT k, v FROM t WHERE w > 1) SELECT k FROM c', con)"
    run = last(book, code, "read_sql")
    assert columns(run) == {("k", "k", "IDENTITY")}
    assert columns(run, rows=True) == {("<rows>", "w", "FILTER")}


def test_a_query_that_is_not_understood_says_so() -> None:
    """Every column it names may feed every column that comes out, and the reason tells why."""
    out = State(2, DatasetKind.FRAME, Schema(DatasetKind.FRAME, ("x",), (None,)))
    args = {"sql": "SELECT x FROM (FROM t WHERE y > 1)", "con": "duckdb:///f.db"}
    call = Call(Op(1, "pandas", "", "read_sql", ("sql", "con")), args, [out])
    QuerySource().explain(call)
    assert call.inputs[0].labels == ("x", "y")
    everything = [block for block in call.blocks if block.targets == (0,)]
    assert [(list(b.sources), "isn't understood" in b.reason) for b in everything] == [([0, 1], True)]


def test_sqlalchemy_connections_tables_and_texts(book: Notebook) -> None:
    """An engine, a connection and a text object lead to the same table."""
    pytest.importorskip("sqlalchemy")
    book.cell("import sqlalchemy\nengine = sqlalchemy.create_engine('sqlite:///f.db')", **CODE)
    (written,) = outside(last(book, "a.to_sql('t', engine, index_label='id')", "to_sql").outputs)
    assert (written.namespace, written.name) == (f"sqlite://{Path.cwd()}/f.db", "main.t")
    for read in (
        "pd.read_sql_table('t', engine)",
        "pd.read_sql('t', engine, index_col='id')",
        "pd.read_sql(sqlalchemy.text('SELECT * FROM t'), engine.connect())",
    ):
        run = last(book, f"b = {read}", read.partition("(")[0].removeprefix("pd."))
        assert [d.no for d in outside(run.inputs)] == [written.no], read


@pytest.mark.parametrize(
    "code",
    [
        "path = 'f' + '.csv'\na.to_csv(path, index=False)\nb = pd.read_csv(path)",
        "import pathlib\np = pathlib.Path('f.parquet')\na.to_parquet(p)\nb = pd.read_parquet(p)",
        "con = sqlite3.connect(':memory:')\na.to_sql('t', con, index=False)\nb = pd.read_sql('SELECT k FROM t', con)",
    ],
)
def test_what_pandas_wrote_is_read_by_one_operation(book: Notebook, code: str) -> None:
    """The file is known by what wrote it: its text isn't read for what the program may have put there."""
    book.cell(code, **CODE)
    book.session.flush()
    names = [r.job.name for r in book.session.graph.runs() if r.kind == "operation"]
    assert len(names) == 3, names
    assert not [name for name in names if name.startswith("python.")]


def test_other_tables_of_a_database_that_was_there_are_nobodys(tmp_path: Path) -> None:
    """A table is made of what the program put into its database only if that was made by the program, too."""
    with sqlite3.connect(tmp_path / "f.db") as con:
        con.execute("CREATE TABLE u AS SELECT 1 AS k")
    con.close()
    time.sleep(0.05)  # file systems stamp by a coarse clock
    with notebook() as book:
        book.cell(f"a = pd.DataFrame({{'k': [1]}})\ncon = sqlite3.connect({str(tmp_path / 'f.db')!r})", **CODE)
        run = last(book, "a.to_sql('t', con)\nb = pd.read_sql('SELECT k FROM u', con)", "read_sql")
        (table,) = outside(run.inputs)
        assert book.session.graph.producer(table.no) is None


MEMORIES = {
    "at once": "x, y = {new}, {new}\na.to_sql('t', x)\na.to_sql('t', y)",
    "one after the other": "y = {new}\na.to_sql('t', y)\ny = None\nx = {new}\na.to_sql('t', x, if_exists='append')",
}


@pytest.mark.parametrize("new", ["sqlite3.connect(':memory:')", "sqlalchemy.create_engine('sqlite://')"])
@pytest.mark.parametrize("when", MEMORIES)
def test_databases_in_memory_are_told_apart(book: Notebook, new: str, when: str) -> None:
    """Each has tables of its own: what was written through another connection is in none of them."""
    code = "sqlalchemy = __import__('pytest').importorskip('sqlalchemy')\n" if "sqlalchemy" in new else ""
    run = last(book, f"{code}{MEMORIES[when].format(new=new)}\nb = pd.read_sql('SELECT k FROM t', x)", "read_sql")
    writes = [r for r in book.session.graph.runs() if r.job.name.endswith("to_sql")][-2:]
    to_x, to_y = writes if when == "at once" else reversed(writes)
    assert [d.no for d in outside(run.inputs)] == [d.no for d in outside(to_x.outputs)]
    assert {d.name for d in outside(to_x.outputs)} != {d.name for d in outside(to_y.outputs)}
    assert outside(to_x.inputs) == []


def test_credentials_of_a_connection_never_arrive() -> None:
    """A URL given as text may hold a password: neither name nor facet does."""
    out = State(2, DatasetKind.FRAME, Schema(DatasetKind.FRAME, ("x",), (None,)))
    args = {"sql": "SELECT x FROM t", "con": "postgresql://me:s3cr3t@h/db"}
    call = Call(Op(1, "pandas", "", "read_sql", ("sql", "con")), args, [out])
    QuerySource().explain(call)
    (source,) = call.inputs
    assert (source.external.namespace, source.external.name) == ("postgres://h:5432", "db.public.t")  # type: ignore[union-attr]
    assert "s3cr3t" not in repr((call.inputs, call.external))


@pytest.mark.parametrize(
    "read",
    [
        "pd.read_csv('f.csv', usecols=['w', 'v'])",
        "pd.read_csv('f.csv', usecols=['w'], index_col='w')",
        "pd.read_csv('f.csv', chunksize=2).get_chunk()",
        "pd.read_csv('f.csv')[['v']]",
    ],
)
def test_a_part_of_a_file_that_was_written_is_that_file(book: Notebook, read: str) -> None:
    """Some columns, in another order, still come from the version that this session wrote."""
    (written,) = outside(last(book, "a.to_csv('f.csv', index=False)", "to_csv").outputs)
    book.cell(f"b = {read}", **CODE)
    book.session.flush()
    found = edges_of(book.session, book.names["b"], {"file": written.no}, through=False)
    assert found
    assert all(target.strip("<>") == source.column for target, source, _ in found)


def test_versions_of_a_file(book: Notebook) -> None:
    """Writing makes the next version, with its rows and types; appending keeps what was there."""
    (first,) = outside(last(book, "a.to_csv('f.csv', index=False)", "to_csv").outputs)
    assert first.rows == 3
    assert [f.type for f in first.fields] == ["int64", "float64", str(book.names["a"]["w"].dtype)]
    (second,) = outside(last(book, "a.head(2).to_csv('f.csv', index=False)", "to_csv").outputs)
    assert (second.of, second.rows) == (first.no, 2)
    run = last(book, "a.to_csv('f.csv', index=False, mode='a', header=False)", "to_csv")
    (third,) = outside(run.outputs)
    assert (third.of, third.rows) == (second.no, None)
    assert [d.no for d in outside(run.inputs)] == [second.no]
    assert columns(run) == {("k", "k", "IDENTITY"), ("v", "v", "IDENTITY"), ("w", "w", "IDENTITY")}
    read = last(book, "b = pd.read_csv('f.csv')", "read_csv")
    assert [d.no for d in outside(read.inputs)] == [third.no]


AFTER = {  # what a cell does to the file before anybody looks
    "removed": ("b = pd.read_csv('f.csv')\nPath('f.csv').unlink()", True),
    "written anew": ("b = pd.read_csv('f.csv')\ntime.sleep(0.05)\nPath('f.csv').write_text('k,v,w\\n')", True),
    "written before": ("Path('f.csv').write_text('k,v,w\\n')\ntime.sleep(0.05)\nb = pd.read_csv('f.csv')", False),
}


@pytest.mark.parametrize("case", AFTER)
def test_what_becomes_of_a_file_after_it_was_read_doesnt_count(book: Notebook, case: str) -> None:
    """It is looked at some time after the cell: what was read is what was written, unless that changed before."""
    code, kept = AFTER[case]
    (written,) = outside(last(book, "a.to_csv('f.csv', index=False)", "to_csv").outputs)
    book.names.update(Path=Path, time=time)
    (read,) = outside(last(book, code, "read_csv").inputs)
    assert (read.no == written.no) is kept
    assert not book.session.summary().problems


def test_another_files_columns_are_another_schema(book: Notebook) -> None:
    """What this session didn't write has one number per set of columns that was read."""
    Path("f.csv").write_text("x,y\n1,2\n")
    numbers = [
        outside(last(book, f"b = pd.read_csv('f.csv', usecols={c})", "read_csv").inputs)[0].no
        for c in (["x"], ["y"], ["x"])
    ]
    assert numbers[0] == numbers[2] != numbers[1]


def test_a_table_that_was_filled_anew_is_another_version() -> None:
    """What was read before came from what was there then. One that is only read again is the same."""
    make = "con = sqlite3.connect(':memory:')\ncon.execute('create table t (k)')"
    fill = "for row in {}.itertuples(): con.execute('insert into t values (?)', (row.k,))"
    again = "b, same = pd.read_sql('SELECT k FROM t', con), pd.read_sql('SELECT k FROM t', con)"
    with notebook() as book:
        book.cell("a, c = (pd.DataFrame({'k': [1, 2]}) for _ in '12')", **CODE)
        book.cell(f"{make}\n{fill.format('a')}\n{again}")
        book.cell(f"con.execute('delete from t')\n{fill.format('c')}\nd = pd.read_sql('SELECT k FROM t', con)")
        book.session.flush()
        tables = [outside(r.inputs)[0].no for r in book.session.graph.runs() if r.job.name == "pandas.read_sql"]
    assert tables[0] == tables[1] != tables[2]
