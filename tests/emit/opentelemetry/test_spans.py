"""What a collector gets of a notebook: the tree of its runs, with true times, and their ids."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from itertools import count

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

from lineage_ext import guard
from lineage_ext.model import CodeFacet, Run, RunKind, TraceFacet
from tests.emit.opentelemetry.conftest import Open
from tests.emit.opentelemetry.receiver import Receiver
from tests.hosts.seen import Seen

CELLS = [
    "import pandas as pd\ndf = pd.DataFrame({'a': [1, 2, 2], 'b': [3, 4, 5]})",
    "by = df.groupby('a').sum()\nby['c'] = by['b'].apply(lambda x: x + 1)\nout = by.apply(lambda row: row.fillna(0))",
    "df.sort_values('b')",
]
TREE = [
    "pandas.DataFrame.__init__",
    "pandas.DataFrame.groupby", "pandas.GroupBy.sum", "pandas.DataFrame.__getitem__", "pandas.Series.apply",
    "pandas.DataFrame.__setitem__", "pandas.DataFrame.apply", [
        "pandas.callback argument", "pandas.callback argument", "pandas.Series.fillna", "pandas.Series.fillna",
    ],
    "pandas.DataFrame.sort_values",
]  # fmt: skip


def run(open_book: Open, cells: list[str] = CELLS, **settings: object) -> dict[str, Run]:
    """The runs of a notebook by id."""
    seen = Seen()
    counts = count(1)
    with open_book(**settings) as book:
        book.session.processors = (*book.session.processors, seen)
        begin = book.session.begin
        book.session.begin = lambda *a, **k: begin(*a, execution_count=next(counts), **k)  # type: ignore[method-assign]
        for cell in cells:
            try:
                book.cell(cell)
            except (KeyError, ZeroDivisionError):
                continue
    return {r.id: r for r in seen.ended}


def hexed(run_id: str) -> str:
    """A run's id as hex digits."""
    return run_id.replace("-", "")


def test_a_trace_for_each_cell(receiver: Receiver, book: Open) -> None:
    """Operations stand below their cell, those of a callback below what called it; names, times and ids are true."""
    runs = run(book)
    spans = receiver.wait(len(runs))
    assert receiver.tree() == [
        "reports/sales", "reports/sales [1]", TREE[:1], "reports/sales [2]", TREE[1:8], "reports/sales [3]", TREE[8:],
    ]  # fmt: skip
    assert {s.attributes["lineage.run.id"] for s in spans} == runs.keys()
    for span in spans:
        of = runs[span.attributes["lineage.run.id"]]
        assert (span.start, span.end) == (of.started, of.ended)
        assert span.id == hexed(of.id)[16:]
        root = of.parent_id if of.kind is RunKind.OPERATION else of.id
        assert span.trace == hexed(root or ""), "the run id of a cell is its trace id"


def test_a_worker_that_is_quick_leaves_no_span_current(receiver: Receiver, book: Open) -> None:
    """Current no longer is the span of a cell, even if all there is to tell of it was told before its end is over."""
    with book() as notebook:
        wake = notebook.session._wake

        class Quick(threading.Event):
            def set(self) -> None:
                wake.set()
                notebook.session.flush()

        notebook.session._wake = Quick()
        notebook.cell("x = 1")
        assert not trace.get_current_span().get_span_context().is_valid
        notebook.session._wake = wake
    receiver.wait(2)
    assert not trace.get_current_span().get_span_context().is_valid


def test_session_and_cells_are_linked_both_ways(receiver: Receiver, book: Open) -> None:
    """From a cell's trace to the session's, and back; the run tells its span, too."""
    runs = run(book)
    receiver.wait(len(runs))
    cells = [r for r in runs.values() if r.kind is RunKind.CELL]
    session = receiver.span("reports/sales")
    assert session.links == [(hexed(c.id), hexed(c.id)[16:]) for c in cells]
    for cell in cells:
        span = next(s for s in receiver.spans if s.id == hexed(cell.id)[16:])
        assert span.links == [(session.trace, session.id)]
        assert cell.facet(TraceFacet) == TraceFacet(span.trace, span.id)


def test_one_trace_for_a_session(receiver: Receiver, book: Open) -> None:
    """On request cells are parts of the session's trace."""
    runs = run(book, otel_trace="session")
    spans = receiver.wait(len(runs))
    (top,) = (r for r in runs.values() if r.kind is RunKind.SESSION)
    assert {s.trace for s in spans} == {hexed(top.id)}
    assert receiver.tree() == [
        "reports/sales", ["reports/sales [1]", TREE[:1], "reports/sales [2]", TREE[1:8], "reports/sales [3]", TREE[8:]],
    ]  # fmt: skip


def test_what_started_us_is_the_parent(receiver: Receiver, book: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """TRACEPARENT, which papermill and Airflow hand on: everything is in that trace, below that span."""
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    monkeypatch.setenv("TRACEPARENT", f"00-{trace}-{parent}-01")
    monkeypatch.setenv("TRACESTATE", "vendor=1")
    runs = run(book)
    spans = receiver.wait(len(runs))
    assert {s.trace for s in spans} == {trace}
    assert receiver.span("reports/sales").parent == parent
    assert receiver.tree()[1][0] == "reports/sales [1]"
    cell = next(r for r in runs.values() if r.kind is RunKind.CELL)
    assert cell.facet(TraceFacet) == TraceFacet(trace, hexed(cell.id)[16:])


def test_a_malformed_parent_is_none(receiver: Receiver, book: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """As W3C has it: the trace begins with us."""
    monkeypatch.setenv("TRACEPARENT", "nonsense")
    receiver.wait(len(run(book)))
    assert receiver.span("reports/sales").parent == ""


FLAGS = "03" if hasattr(RandomIdGenerator, "is_trace_id_random") else "01"  # sampled; random is said by newer SDKs
CHILD = "import os; print(os.environ.get('TRACEPARENT'), os.environ.get('TRACESTATE'))"


def test_subprocesses_are_told_on_request(receiver: Receiver, book: Open) -> None:
    """TRACEPARENT names the cell's span while it runs, and only then."""
    cell = f"import subprocess, sys\ntold = subprocess.check_output([sys.executable, '-c', {CHILD!r}], text=True)"
    for environment in (True, False):
        with book(otel_environment=environment) as notebook:
            told = notebook.cell(cell)["told"].split()
            assert "TRACEPARENT" not in os.environ
        receiver.wait(2)
        span = receiver.span("reports/sales cell")
        assert told == ([f"00-{span.trace}-{span.id}-{FLAGS}", "None"] if environment else ["None", "None"])
        receiver.spans.clear()


def test_what_a_cell_says(receiver: Receiver, book: Open) -> None:
    """Stable conventions where there are any; no literals of the user's."""
    runs = run(book, ["x = 17  # of Jane\n1 / 0"])
    receiver.wait(len(runs))
    span = receiver.span("reports/sales [1]")
    (cell,) = (r for r in runs.values() if r.kind is RunKind.CELL)
    kernel = next(r.id for r in runs.values() if r.kind is RunKind.SESSION)
    assert span.attributes == {
        "lineage.run.id": cell.id, "lineage.run.kind": "cell", "lineage.run.state": "FAIL", "lineage.kernel.id": kernel,
        "openlineage.run.id": cell.id, "openlineage.job.namespace": "notebooks", "openlineage.job.name": cell.job.name,
        "lineage.cell.kind": "cell", "lineage.cell.execution_count": 1, "lineage.cell.operations": 0,
        "lineage.cell.source": 'x = "***"  #\n1 / 0', "error.type": "ZeroDivisionError",
    }  # fmt: skip
    assert span.status == 2
    assert span.events == [
        ("exception", {"exception.type": "ZeroDivisionError", "exception.message": "division by zero"})
    ]
    assert cell.facet(CodeFacet).source.startswith("x = 17  # of Jane")


def test_what_an_operation_says(receiver: Receiver, book: Open, tmp_path: object) -> None:
    """Function, place, rows, columns, files, how sure its lineage is."""
    path = f"{tmp_path}/x.csv"
    runs = run(
        book,
        [
            "import pandas as pd",
            f"pd.DataFrame({{'a': [1, 2]}}).to_csv({path!r}, index=False)",
            f"pd.read_csv({path!r})['b']",
        ],
    )
    receiver.wait(len(runs))
    span = receiver.span("pandas.read_csv")
    told = dict(span.attributes)
    kernel = next(r.id for r in runs.values() if r.kind is RunKind.SESSION)
    assert told.pop("code.file.path").startswith("<cell ")
    assert told.pop("lineage.run.id") == told.pop("openlineage.run.id")
    assert told == {
        "lineage.run.kind": "operation", "lineage.run.state": "COMPLETE", "lineage.kernel.id": kernel,
        "code.function.name": "pandas.read_csv", "code.line.number": 1, "code.column.number": 0,
        "lineage.operation.source": f"pd.read_csv({path!r})",
        "lineage.confidence": "exact", "lineage.rows.in": 2, "lineage.rows.out": 2, "lineage.columns.out": 1,
        "lineage.inputs": [f"file/{path.lstrip('/')}"],
    }  # fmt: skip
    failed = receiver.span("pandas.DataFrame.__getitem__")
    assert failed.status == 2
    assert failed.attributes["error.type"] == "KeyError"
    assert failed.events[0][1]["exception.message"] == "'***'"


def test_who_tells(receiver: Receiver, book: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The notebook is the service, unless the environment names another."""
    receiver.wait(len(run(book)))
    resource = receiver.spans[0].resource
    assert resource["service.name"] == "reports/sales"
    assert resource["process.pid"] == os.getpid()
    receiver.spans.clear()
    monkeypatch.setenv("OTEL_SERVICE_NAME", "nightly")
    receiver.wait(len(run(book)))
    assert receiver.spans[0].resource["service.name"] == "nightly"


def test_spans_of_what_was_dropped_are_not_sent(receiver: Receiver, book: Open) -> None:
    """``session.redact`` has the last word here, too; nothing of a secret is in any byte."""
    secret = "k1tt3n-s3cr3t"
    with book() as notebook:
        notebook.session.redact = lambda run: None if "sort_values" in run.job.name else run
        notebook.cell(f"import pandas as pd\ntoken = {secret!r}\ndf = pd.DataFrame({{'a': [1]}}).sort_values('a')")
        notebook.cell("df = df.rename(columns={'a': token})")
    receiver.wait(5)
    time.sleep(0.1)
    assert sorted(s.name for s in receiver.spans) == [
        "pandas.DataFrame.__init__", "pandas.DataFrame.rename", "reports/sales",
        "reports/sales cell", "reports/sales cell",
    ]  # fmt: skip
    assert not [body for body in receiver.bodies if secret.encode() in body]


@pytest.mark.parametrize("name", ["OTEL_SDK_DISABLED", "LINEAGE_OTEL"])
def test_off_is_off(receiver: Receiver, book: Open, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Even where an endpoint is named."""
    monkeypatch.setenv(name, "true" if name.startswith("OTEL") else "off")
    with book() as notebook:
        assert notebook.session.around == ()
        notebook.cell(CELLS[0])
    assert receiver.bodies == []


def test_an_exporter_that_is_missing_is_told_once(
    receiver: Receiver, book: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The notebook runs, %lineage says what to install."""
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "carrier_pigeon")
    with book() as notebook:
        notebook.cell(CELLS[0])
        said = str(notebook.session.summary())
    assert "there is no exporter 'carrier_pigeon' of traces" in said
    assert "lineage-ext[otel]" in said
    guard.forget()


LOADS = """
import sys
import lineage_ext
session = lineage_ext.track()
import pandas as pd
pd.DataFrame({"a": [1]}).sort_values("a")
session.flush()
print([m for m in sys.modules if m.startswith(("opentelemetry", "prometheus"))], len(session.processors))
"""


def test_nobody_listening_costs_nothing() -> None:
    """Neither the API nor the SDK is imported, and no processor is called."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("OTEL_", "TRACE"))}
    said = [
        subprocess.check_output([sys.executable, "-c", LOADS], text=True, env={**environment, "LINEAGE_OTEL": otel})
        for otel in ("auto", "off")
    ]
    assert said[0] == said[1]
    assert said[0].startswith("[] ")
