"""What Runs look like behind the gate: for the listeners of this machine, and for those that send things elsewhere."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lineage_ext import guard
from lineage_ext.config import LineageConfig
from lineage_ext.hosts import wiring
from lineage_ext.model import CodeFacet, ErrorFacet, ExternalFacet, OpaqueFacet, ResultFacet, Run
from lineage_ext.session.gate import Gate
from lineage_ext.session.outward import Outward
from lineage_ext.testing.notebook import Notebook
from tests.graph.build import Notebook as Book
from tests.graph.build import frame, keep, same
from tests.hosts.seen import Seen

SECRET = "k1tt3n-s3cr3t"


@pytest.fixture(autouse=True)
def _no_problems() -> None:
    guard.forget()


def runs(**settings: Any) -> tuple[list[Run], list[Run]]:
    """What a session of every kind of text gives behind the gate, and outward."""
    inside, outside = Seen(), Seen()
    gate = Gate(LineageConfig(**settings))
    book = Book((inside, Outward(outside, gate)), name=f"reports/{SECRET}", gate=gate)
    book.begin(f"password = '{SECRET}'  # of Jane")
    book.end(
        ErrorFacet("ValueError", f"no {SECRET} for 'Jane'", f'  File "x.py", line 7\n    f("{SECRET}")\nno {SECRET}')
    )
    book.begin(f'df = pd.read_sql(f"select {SECRET}, 17", db)[df["a"] == "Jane"]')
    source = book.external(f"/data/{SECRET}.csv", frame("a", SECRET, ("b", SECRET)), index=(SECRET,))
    sql = ExternalFacet("sql", "read", SECRET, f"select '{SECRET}' where x = 17")
    source = type(source)(**{f: getattr(source, f) for f in source.__slots__} | {"facets": (sql,)})
    made = book.dataset(frame("a", SECRET))
    book.op(
        f"f_{SECRET}", [source], [made], [same([0]), keep()], 'df["a"] == "Jane"', OpaqueFacet(f"rule failed: {SECRET}")
    )
    book.end(ResultFacet("str", f"'{SECRET} of Jane'"), **{f"of_{SECRET.replace('-', '_')}": made})
    book.close()
    return inside.started + inside.ended, outside.started + outside.ended


def test_no_text_of_a_run_keeps_a_secret() -> None:
    """Source, names, labels, SQL, errors, results, reasons: the secret was learned from the first cell."""
    inside, outside = runs()
    assert SECRET in repr(inside[0]), "the session began before anything was learned"
    assert SECRET not in repr(inside[1:])
    assert SECRET not in repr(outside[1:])
    assert "Jane" in repr(inside)


def test_outward_go_no_literals() -> None:
    """The shape of the code, types and columns; no comments, values, results."""
    _, outside = runs()
    assert "Jane" not in repr(outside)
    assert "17" not in "".join(r.facet(CodeFacet).source for r in outside if r.facet(CodeFacet))
    queries = [f.sql for r in outside for d in r.inputs for f in d.facets if isinstance(f, ExternalFacet)]
    assert queries == ["select ? where x = ?"]
    assert {r.position.text for r in outside if r.position} == {'df["a"] == "***"'}
    error = next(r.facet(ErrorFacet) for r in outside if r.facet(ErrorFacet))
    assert error == ErrorFacet("ValueError", "no *** for '***'", '  File "x.py", line 7\n    f("***")\nno ***')


@pytest.mark.parametrize(
    ("literals", "inside_too", "outside_too"), [("nowhere", 0, 0), ("local", 1, 0), ("everywhere", 1, 1)]
)
def test_the_setting_says_who_gets_literals(literals: str, inside_too: bool, outside_too: bool) -> None:
    """Nobody, this machine, or everybody."""
    inside, outside = runs(literals=literals)
    assert ("Jane" in repr(inside), "Jane" in repr(outside)) == (inside_too, outside_too)


@pytest.mark.parametrize(("cell", "shown"), [("x\ntoken", "***"), ("c.api_key", "***"), ("token.upper()", "'x1'")])
def test_a_secret_that_is_displayed(cell: str, shown: str) -> None:
    """It was read from somewhere, so that nothing but the name of what is displayed tells."""
    book = Book(())
    book.begin(cell)
    book.end(ResultFacet("str", "'x1'"))
    assert book.runs[0].facet(ResultFacet).text == shown


def test_runs_without_anything_to_hide_pass_as_they_are() -> None:
    """The very objects: the gate costs no memory."""
    book = Book(())
    run = book.op("copy", [book.dataset(frame("a"))], [book.dataset(frame("a"))], [same([0])])
    assert book.gate.through(run) is run


def test_settings_can_be_changed_at_any_time() -> None:
    """The next Run is looked at with the new ones."""
    config = LineageConfig()
    book = Book((), gate=Gate(config))
    before = book.op("of_customer_17", [], [])
    config.redact_patterns = [r"customer_\d+"]
    after = book.op("of_customer_17", [], [])
    assert [book.runs[0].job.name, book.runs[1].job.name] == ["pandas.of_customer_17", "pandas.of_***"]
    assert before.job == after.job


def test_a_pattern_that_is_none_is_told() -> None:
    """The others count."""
    book = Book((), gate=Gate(LineageConfig(redact_patterns=["(", "abc"])))
    book.op("xabcx", [], [])
    assert book.runs[0].job.name == "pandas.x***x"
    assert [p.part for p in guard.problems()] == ["redact"]


def test_a_pattern_that_is_none_doesnt_stop_a_session(tmp_path: Path) -> None:
    """The session whose gate looks through the texts of problems can tell that one, too: nothing waits for itself."""
    session = wiring.open_session("book", LineageConfig(store="memory", redact_patterns=["("]), tmp_path)
    asked = threading.Thread(target=session.summary, daemon=True)
    asked.start()
    asked.join(10)
    assert not asked.is_alive()
    assert "redact_patterns: '(' is no regular expression" in str(session.summary())
    session.close()


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists with commas, classes with ``=``."""
    monkeypatch.setenv("LINEAGE_REDACT_ALLOW", "tokenizer, *_TOKEN")
    monkeypatch.setenv("LINEAGE_REDACT_COLUMNS", "ssn=pii, *mail*=contact")
    monkeypatch.setenv("LINEAGE_REDACT_PATTERNS", "A{1,2}\nB")
    config = LineageConfig()
    assert config.redact_allow == ["tokenizer", "*_TOKEN"]
    assert config.redact_columns == {"ssn": "pii", "*mail*": "contact"}
    assert config.redact_patterns == ["A{1,2}", "B"]
    monkeypatch.setenv("LINEAGE_OPENLINEAGE_ENVIRONMENT", "BRANCH, STAGE")
    monkeypatch.setenv("LINEAGE_OPENLINEAGE_TAGS", "team=sales, stage=test")
    config = LineageConfig()
    assert config.openlineage_environment == ["BRANCH", "STAGE"]
    assert config.openlineage_tags == {"team": "sales", "stage": "test"}


# -- the user's hook -------------------------------------------------------------------------------------------------
@pytest.fixture
def book(tmp_path: Path) -> Iterator[tuple[Notebook, Seen]]:
    """A recording session and its listener."""
    session = wiring.open_session("book", LineageConfig(store="memory"), tmp_path)
    seen = Seen()
    session.processors = (*session.processors, seen)
    yield Notebook(session), seen
    session.close()


def operations(book: Notebook, seen: Seen) -> list[str]:
    """Titles of the cells' operations that were passed on."""
    book.session.flush()
    return [r.job.name.rpartition(".")[2] for r in seen.ended if r.parent_id != book.session.id]


def test_the_hook_changes_and_drops_records(book: tuple[Notebook, Seen]) -> None:
    """It sees each Run with its secrets masked already; what it drops, nobody gets, and %lineage counts it."""
    notebook, _ = book
    asked = []

    def redact(run: Run) -> Run | None:
        asked.append(run)
        if run.job.name.endswith("sort_values"):
            return None
        return run.with_(job=type(run.job)("n", run.job.name.replace("rename", "renamed")))

    notebook.session.redact = redact
    notebook.cell(
        f"df = pd.DataFrame({{'a': [2, 1]}}).rename(columns={{'a': 'b'}}).sort_values('b'); token = '{SECRET}'", pd=pd
    )
    assert "sort_values" not in operations(*book)
    assert "renamed" in operations(*book)
    assert SECRET not in repr(asked)
    assert "1 records dropped by session.redact" in str(notebook.session.summary())


@pytest.mark.parametrize("broken", [lambda run: 1 / 0, lambda run: "text", lambda run: {}[run.job.name]])
def test_a_hook_that_fails_leaks_nothing(book: tuple[Notebook, Seen], broken: Any) -> None:
    """The record is dropped, and the failure told without its text."""
    notebook, _ = book
    notebook.session.flush()
    notebook.session.redact = broken
    notebook.cell("df = pd.DataFrame({'a': [2, 1]}).sort_values('a')", pd=pd)
    assert operations(*book) == []
    assert guard.problems()
    assert "sort_values" not in repr(guard.problems())


def test_the_hook_may_be_named_in_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a function or by its name; one that can't be found lets nothing pass."""
    book = Book((), gate=Gate(LineageConfig(redact_hook=lambda run: run.with_(no=7))))
    assert book.session.no == 0
    book.op("x", [], [])
    assert book.runs[0].no == 7
    monkeypatch.setenv("LINEAGE_REDACT_HOOK", "copy:copy")
    assert Gate(LineageConfig()).hook is copy.copy
    monkeypatch.setenv("LINEAGE_REDACT_HOOK", "no.such:hook")
    gate = Gate(LineageConfig())
    assert gate.through(book.runs[0]) is None
    assert [p.message for p in guard.problems()] == [
        "redact_hook 'no.such:hook' can't be imported (ModuleNotFoundError); nothing is kept"
    ]


def test_the_hook_may_use_pandas(book: tuple[Notebook, Seen]) -> None:
    """What it does isn't the user's work."""
    notebook, _ = book
    notebook.session.redact = lambda run: run if len(pd.DataFrame({"x": [1]}).merge(pd.DataFrame({"x": [1]}))) else None
    notebook.cell("df = pd.DataFrame({'a': [2, 1]}).sort_values('a')", pd=pd)
    assert operations(*book).count("merge") == 0


# -- classes of columns ----------------------------------------------------------------------------------------------
PEOPLE = {"ssn": ["123-45-6789", "987-65-4321"], "city": ["Bern", "Rom"], "x": [1, 2]}
USES = [
    "r = df[df['ssn'] == '123-45-6789']",
    "r = df.pivot_table(index='city', columns='ssn', values='x')",
    "r = pd.get_dummies(df, columns=['ssn'])",
    "r = df.set_index('ssn')[['x']].T",
    "r = pd.DataFrame({k: g['x'].tolist() for k, g in df.groupby('ssn')})",
    "r = df.groupby(['city', 'ssn']).x.sum().unstack()",
    "r = pd.crosstab(df['city'], df['ssn']); r2 = r['123-45-6789'] + 1",
    "r = df.assign(y=1); raise KeyError('no 123-45-6789')",
    "r = df.rename(columns={'x': 'y'}); s = '123-45-6789'  # 987-65-4321",
]


@pytest.mark.parametrize("use", USES)
def test_values_of_classified_columns_stay_inside(use: str, tmp_path: Path) -> None:
    """Neither literals nor errors nor labels made of values tell them; labels that were written stay."""
    config = LineageConfig(redact_columns={"SSN": "pii"}, runtime_log=True, lineage_log=True)
    session = wiring.open_session("people", config, tmp_path)
    book = Notebook(session)
    pd.DataFrame(PEOPLE).to_csv(tmp_path.parent / "people.csv", index=False)
    try:
        book.cell("df = pd.read_csv(path)", pd=pd, path=str(tmp_path.parent / "people.csv"))
        with pytest.raises(KeyError) if "raise" in use else nullcontext():
            book.cell(use)
        told = str(session.upstream(book.names["r"])) + str(session.overview())
    finally:
        session.close()
    written = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    for value in PEOPLE["ssn"]:
        assert str(value) not in told
        assert str(value).encode() not in written
    assert b"ssn" in written
    assert b"city" in written
