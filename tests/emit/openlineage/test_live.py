"""Events leave while the notebook runs, where the client is configured; whatever becomes of them, it runs on."""

from __future__ import annotations

import json
import os
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from lineage_ext.config import LineageConfig
from lineage_ext.emit.delivery.configured import wanted
from lineage_ext.hosts import wiring
from lineage_ext.model import NotebookFacet
from lineage_ext.testing import notebook
from tests.emit.delivery.backend import Backend, backend, configure, gone, wait_for
from tests.emit.openlineage import told
from tests.redaction.secrets_by_family import EXAMPLES

COPY = "pd.read_csv(here + '/sales.csv').to_csv(here + '/copy.csv', index=False)"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where sales.csv is."""
    return told.sales(tmp_path)


def test_a_write_is_told_right_after_it_happened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the session is open; valid, and the very events that an export writes."""
    with backend() as server:
        configure(monkeypatch, URL=server.url)
        with notebook("live") as book:
            book.cell("import pandas as pd", here=str(folder))
            wait_for(lambda: server.events)
            book.cell(COPY)
            wait_for(lambda: len(server.events) == 3)
            exported = told.of(book.session)
            assert "3 events to http" in str(book.session.summary())
        wait_for(lambda: len(server.events) == 4)
        live = [_without_tags(e) for e in server.events]
        assert live[:3] == exported[:3]
        assert [e["run"]["runId"] for e in live] == [e["run"]["runId"] for e in exported]
        told.checked(live)


def _without_tags(event: dict[str, Any]) -> dict[str, Any]:
    """The client says with each run which version it has, unless it is old."""
    event["run"]["facets"].pop("tags", None)
    return event


@pytest.mark.parametrize(
    ("choice", "variables", "answer"),
    [
        ("auto", {}, False),
        ("auto", {"OPENLINEAGE_URL": "http://h"}, True),
        ("auto", {"OPENLINEAGE__TRANSPORT__TYPE": "http"}, True),
        ("auto", {"OPENLINEAGE_CONFIG": __file__}, True),
        ("auto", {"OPENLINEAGE_CONFIG": "/no/such/file.yml"}, False),
        ("auto", {"OPENLINEAGE_URL": "http://h", "OPENLINEAGE_DISABLED": " True "}, False),
        ("off", {"OPENLINEAGE_URL": "http://h"}, False),
        ("file", {}, True),
        ("file", {"OPENLINEAGE_DISABLED": "true"}, False),
    ],
)
def test_when_events_are_emitted(
    choice: str, variables: dict[str, str], answer: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the client's own variables or files say where to; ``OPENLINEAGE_DISABLED`` has the last word."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert wanted(choice, variables) is answer


def test_a_file_needs_no_client(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``openlineage = "file"``: the same lines, in the project's folder."""
    configure(monkeypatch)
    config = LineageConfig(store="memory", openlineage="file", granularity="cell")
    session = wiring.open_session("filed", config, folder / ".lineage")
    run = session.begin("pass")
    session.end(run)
    session.close()
    lines = (folder / ".lineage" / "openlineage.ndjson").read_text().splitlines()
    found = told.checked([json.loads(line) for line in lines])
    assert told.jobs(found) == ["filed", "filed.cell_1"]


def test_no_secret_leaves(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever way it came in: code, URLs, queries, errors, variables, a remote of git, titles, parameters."""
    secret, token = "k7Jq-Zz93-hunter2-xV", EXAMPLES["GitHub token"][0]
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@y", "-c", "commit.gpgsign=false"]
    heading = f"# Report with {token}"
    document = {"cells": [{"cell_type": "markdown", "source": [heading]}], "nbformat": 4, "nbformat_minor": 5}
    (folder / "report.ipynb").write_text(json.dumps({**document, "metadata": {}}))
    for words in (["init", "-q"], ["remote", "add", "origin", f"https://me:{secret}@github.com/a/b.git"],
                  ["add", "report.ipynb"], ["commit", "-qm", "x"]):  # fmt: skip
        subprocess.run([*git, *words], cwd=folder, check=True)
    cells = [
        f"# Parameters\npassword = {secret!r}\nyear = 2026",
        f"import pandas as pd, sqlite3\ndb = sqlite3.connect(':memory:')\ntoken = '{token}'",
        f"url = 'postgresql://me:{secret}@db/x'\nsales = pd.read_csv(here + '/sales.csv').assign(x=url)",
        f"sales.to_sql('t', db)\nt = pd.read_sql(\"SELECT *, '{secret}' AS s FROM t\", db)",
        "t.to_csv(here + '/copy.csv')",
        f"pd.read_csv('https://me:{secret}@127.0.0.1:9/x.csv?token={token}')",
        f"raise ValueError('no access with {secret} at {token}')",
    ]
    place = NotebookFacet("jupyter", "9", str(folder / "report.ipynb"), str(folder))
    with backend("dying") as server:
        configure(monkeypatch, URL=server.url)
        monkeypatch.setenv("LINEAGE_GRANULARITY", "operation")
        monkeypatch.setenv("SERVICE_PASSWORD", secret)
        spool = folder / "spool"
        config = LineageConfig(store="memory", openlineage_environment=["SERVICE_PASSWORD", "HOME"])
        session = wiring.open_session("report", config, spool, facets=(place,))
        _run(session, cells, {"here": str(folder)})
        kept = _files(spool)
        session.close()
        wait_for(lambda: gone(spool / "openlineage", 1))  # else what is left is still its own to send
        kept += _files(spool)
        server.become("well")
        again = wiring.open_session("report", config, spool)
        again.close()
        wait_for(lambda: not list((spool / "openlineage").iterdir()))
    left = kept + json.dumps(server.events).encode()
    assert b"sales.csv" in left
    assert b"sourceCodeLocation" in left
    assert b"Report with" in left
    for hidden in (secret, token):
        assert hidden.encode() not in left, left[max(left.find(hidden.encode()) - 300, 0) :][:400]


def _files(folder: Path) -> bytes:
    """What is in them; the courier takes some away meanwhile."""
    found = b""
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            found += path.read_bytes() if path.is_file() else b""
    return found


def _run(session: Any, cells: list[str], names: dict[str, Any]) -> None:
    for number, cell in enumerate(cells):
        run = session.begin(cell, filename=f"<secret {number}>")
        try:
            exec(compile(cell, f"<secret {number}>", "exec"), names)
        except Exception as error:
            from lineage_ext.hosts.failures import describe_error

            session.end(run, "error", error=describe_error(error))
        else:
            session.end(run)
    session.flush()


# -- in a kernel -----------------------------------------------------------------------------------------------------
CELLS = (
    "%load_ext lineage_ext",
    "import pandas as pd\nsales = pd.read_csv('sales.csv'); sales",
    "for n in range(3): sales.to_csv(f'copy_{n}.csv')\nprint('written')",
    "import sys; print('oops', file=sys.stderr)",
    "sales.sum()",
)


def outputs(folder: Path, cells: tuple[str, ...], **variables: str) -> list[list[dict[str, Any]]]:
    """What each cell of a notebook showed, run in a real kernel."""
    document = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c, id=f"c{i}") for i, c in enumerate(cells)])
    client = NotebookClient(document, timeout=300, resources={"metadata": {"path": str(folder)}})
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENLINEAGE")}
    client.execute(env={**environment, **variables})
    return [cell.outputs for cell in document.cells]


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.parametrize("state", ["refusing", "hanging", "unavailable", "dying", "full disk"])
def test_a_notebook_doesnt_notice_a_backend_that_fails(state: str, folder: Path) -> None:
    """Its outputs are those without us, it ends in bounded time, and the next session brings what this one couldn't."""
    plain = outputs(folder, ("pass", *CELLS[1:]))
    spool = folder / ".lineage" / "openlineage"
    if state == "full disk":
        spool.parent.mkdir()
        spool.touch()  # nothing can be written below a file, by root neither
    server = Backend("refusing" if state == "full disk" else state)
    try:
        began = time.monotonic()
        assert outputs(folder, CELLS, OPENLINEAGE_URL=server.url)[1:] == plain[1:]
        if state == "full disk":
            spool.unlink()
        lost = state == "full disk"
        if not lost:
            wait_for(lambda: gone(spool, 1))
        server.become("well")
        outputs(folder, ("%load_ext lineage_ext",), OPENLINEAGE_URL=server.url)
        wait_for(lambda: len(server.events) >= (2 if lost else 10))
        assert time.monotonic() - began < 300
        if not lost:
            assert len(told.jobs(told.checked(list(map(_without_tags, server.events))))) == 5
    finally:
        server.become("refusing")
