"""Which runs are told, under whom, and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lineage_ext.emit.openlineage import Settings
from lineage_ext.emit.openlineage.parents import adopted
from lineage_ext.emit.sink_ids import sink_run_id
from lineage_ext.model import ErrorFacet, NotebookFacet, ParentFacet, TraceFacet
from lineage_ext.testing import notebook
from tests.emit.openlineage import told

COPY = "pd.read_csv(here + '/sales.csv').to_csv(here + '/copy.csv', index=False)"
BOOK = "reports/sales_v2"
RUN = "01890a5d-ac96-774b-bcce-b302099a8057"
ROOT = "01890a5d-ac96-774b-bcce-b302099a8058"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where sales.csv is."""
    return told.sales(tmp_path)


@pytest.mark.parametrize(
    ("granularity", "told_jobs"),
    [
        ("notebook", [BOOK]),
        ("sink", [BOOK, f"{BOOK}.to_csv.copy_csv"]),
        ("cell", [BOOK, f"{BOOK}.cell_1", f"{BOOK}.cell_2", f"{BOOK}.to_csv.copy_csv"]),
        (
            "operation",
            [BOOK, f"{BOOK}.cell_1", f"{BOOK}.cell_2", f"{BOOK}.to_csv.copy_csv",
             f"{BOOK}.cell_2.pandas_read_csv", f"{BOOK}.cell_2.dataframe_to_csv"],
        ),
    ],
)  # fmt: skip
def test_each_granularity_adds_runs(folder: Path, granularity: str, told_jobs: list[str]) -> None:
    """From the notebook alone to every operation; their names say what they are and hold no dot too many."""
    place = NotebookFacet("jupyter", "9", str(folder / "reports" / "sales.v2.ipynb"), str(folder))
    found = told.run(folder, COPY, settings=Settings(granularity=granularity), facets=(place,))
    assert told.jobs(found) == told_jobs


def test_with_one_run_for_the_notebook_it_carries_the_datasets(folder: Path) -> None:
    """At its end: inputs, outputs and the columns' lineage."""
    found = told.run(folder, COPY, settings=Settings(granularity="notebook"))
    assert [d["name"] for d in found[-1]["inputs"] + found[-1]["outputs"]] == [
        f"{folder}/sales.csv", f"{folder}/copy.csv",
    ]  # fmt: skip
    assert set(found[-1]["outputs"][0]["facets"]["columnLineage"]["fields"]) == {"item", "count"}


def test_operations_pass_values_in_memory(folder: Path) -> None:
    """A variable's name if one held the value when its cell ended; temporary, and with its own columns' lineage."""
    cells = ["sales = pd.read_csv(here + '/sales.csv')\nsales['double'] = sales['count'] * 2"]
    found = told.run(folder, *cells, settings=Settings(granularity="operation"))
    setitem = told.last(found, "dataframe_setitem")
    [out] = setitem["outputs"]
    assert out["namespace"] == "inmemory://"
    assert out["facets"]["datasetType"]["subType"] == "TEMPORARY"
    double = out["facets"]["columnLineage"]["fields"]["double"]["inputFields"]
    assert [f["transformations"][0]["subtype"] for f in double] == ["IDENTITY"]
    assert told.last(found, "pandas_read_csv")["outputs"][0]["name"].startswith("notebooks/reports/sales_v2/")


def test_what_chose_columns_concerns_all_of_what_has_them(folder: Path) -> None:
    """As what chose its rows does: told of the dataset as a whole, for the column that was left out, too."""
    cells = ["sales = pd.read_csv(here + '/sales.csv')\nfull = sales.dropna(axis=1)"]
    found = told.run(folder, *cells, settings=Settings(granularity="operation"))
    [full] = told.last(found, "dataframe_dropna")["outputs"]
    by = {(i["field"], t["subtype"]) for i in full["facets"]["columnLineage"]["dataset"] for t in i["transformations"]}
    assert by == {("item", "CONDITIONAL"), ("count", "CONDITIONAL")}


def test_cells_tell_what_they_cost_and_why_they_failed(folder: Path) -> None:
    """The notebook ends as its last cell did: a batch run that stopped at an error has failed."""
    found = told.run(folder, COPY, "1 / 0", settings=Settings(granularity="cell"))
    ends = {e["job"]["name"].rpartition(".")[2]: e for e in found if e["eventType"] != "START"}
    assert ends["cell_3"]["eventType"] == "FAIL"
    assert "ZeroDivisionError" in ends["cell_3"]["run"]["facets"]["errorMessage"]["message"]
    assert found[-1]["eventType"] == "FAIL"
    assert "ZeroDivisionError" in found[-1]["run"]["facets"]["errorMessage"]["message"]
    assert ends["cell_2"]["run"]["facets"]["lineageExt_resources"]["wallNs"] > 0
    assert next(e for job, e in ends.items() if job.endswith("copy_csv"))["eventType"] == "COMPLETE"


def test_an_interrupt_aborts_the_run(folder: Path) -> None:
    """An interrupted cell, and the notebook if that was its last one, are ABORT and not FAIL."""
    with notebook("interrupted") as book:
        run = book.session.begin("while True: pass")
        book.session.end(run, "interrupted", error=ErrorFacet("KeyboardInterrupt", ""))
        found = told.of(book.session, Settings(granularity="cell"))
    assert [e["eventType"] for e in found] == ["START", "START", "ABORT", "ABORT"]


def test_what_runs_in_a_cell_names_it(folder: Path) -> None:
    """Parent: the cell if cells have runs, else the notebook. Root: the notebook. The trace's ids are the cell's."""
    found = told.run(folder, COPY, settings=Settings(granularity="cell"))
    cell, write = told.last(found, "cell_2")["run"], told.last(found, "copy_csv")["run"]
    assert write["facets"]["parent"]["run"]["runId"] == cell["runId"]
    assert write["facets"]["parent"]["root"]["job"]["name"] == BOOK
    assert write["facets"]["lineageExt_trace"]["traceId"] == cell["runId"].replace("-", "")
    coarse = told.run(folder, COPY)
    assert told.last(coarse, "copy_csv")["run"]["facets"]["parent"]["job"]["name"] == BOOK


CONTEXT = {
    "parent": {
        "run": {"runId": RUN},
        "job": {"namespace": "af", "name": "d.t"},
        "root": {"run": {"runId": ROOT}, "job": {"namespace": "af", "name": "d"}},
    }
}
TASK, DAG = (RUN, "af", "d.t"), (ROOT, "af", "d")


@pytest.mark.parametrize(
    ("environment", "parent", "root"),
    [
        ({"CONTEXT": json.dumps(CONTEXT)}, TASK, DAG),
        ({"PARENT_ID": f"af/d.t/{RUN}"}, TASK, TASK),
        ({"PARENT_ID": f"http://af/d.t/{RUN}", "ROOT_PARENT_ID": f"af/d/{ROOT}"}, (RUN, "http://af", "d.t"), DAG),
        ({"PARENT_RUN_ID": RUN, "PARENT_JOB_NAMESPACE": "af", "PARENT_JOB_NAME": "d.t"}, TASK, TASK),
        ({"CONTEXT": "{}", "PARENT_ID": f"af/d.t/{RUN}"}, TASK, TASK),
    ],
)
def test_an_orchestrator_is_the_parent(
    environment: dict[str, str], parent: tuple[str, str, str], root: tuple[str, str, str]
) -> None:
    """In each of the ways the environment may name it; one that can't be read leaves the next."""
    assert adopted({f"OPENLINEAGE_{k}": v for k, v in environment.items()}) == ParentFacet(*parent, *root)


@pytest.mark.parametrize("text", ["", "af/d.t/no-uuid", RUN, f"/d.t/{RUN}"])
def test_what_names_no_run_is_left_out(text: str) -> None:
    """A mistake in the environment costs the parent, not the lineage."""
    assert adopted({"OPENLINEAGE_PARENT_ID": text}) is None


def test_the_adopted_parent_is_the_root_of_all(folder: Path) -> None:
    """The notebook's run names it as its parent, every run in it as the root."""
    found = told.run(folder, COPY, facets=(ParentFacet(RUN, "af", "d.t", ROOT, "af", "d"),))
    assert found[0]["run"]["facets"]["parent"]["run"]["runId"] == RUN
    assert {e["run"]["facets"]["parent"]["root"]["run"]["runId"] for e in found} == {ROOT}


def test_exporting_twice_tells_the_same_runs(folder: Path) -> None:
    """Run ids don't depend on when, or how often, a session is told: a catalog takes the second for the first."""
    with notebook("twice") as book:
        book.cell("import pandas as pd", here=str(folder))
        book.cell(COPY)
        once, again = told.of(book.session), told.of(book.session)
    assert [e["run"]["runId"] for e in once] == [e["run"]["runId"] for e in again]


def test_a_topic_is_told_with_its_offsets(folder: Path) -> None:
    """Each part that was read, the latest watermark; the schema of our facet holds."""
    poll = (
        "import lineage_ext\n"
        "df = pd.concat([lineage_ext.mark_input(pd.DataFrame({'a': [1]}), 'kafka://b/orders', "
        "partitions={0: (n, n + 1)}, watermark=f'2026-01-0{n}') for n in (1, 2)])\n"
        "df.to_csv(f'{here}/out.csv')"
    )
    write = told.last(told.run(folder, poll), "out_csv")
    (topic,) = write["inputs"]
    assert (topic["namespace"], topic["name"]) == ("kafka://b:9092", "orders")
    assert topic["facets"]["datasetType"]["datasetType"] == "TOPIC"
    stream = topic["facets"]["lineageExt_stream"]
    assert stream["offsets"] == [{"partition": 0, "start": 1, "end": 2}, {"partition": 0, "start": 2, "end": 3}]
    assert stream["watermark"] == "2026-01-02"


def test_a_span_is_named_where_there_is_one(folder: Path) -> None:
    """A cell that was part of another trace says so; what ran in it has spans of its own there."""
    trace = "0af7651916cd43dd8448eb211c80319c"
    with notebook("traced") as book:
        book.session.around = (Traced(trace),)
        book.cell("import pandas as pd\npd.DataFrame({'a': [1]}).to_csv(f'{here}/x.csv')", here=str(folder))
        found = told.of(book.session, Settings(granularity="cell"))
    cell, write = told.last(found, "cell_1")["run"], told.last(found, "x_csv")["run"]
    ids = [run["facets"]["lineageExt_trace"] for run in (cell, write)]
    assert [i["traceId"] for i in ids] == [trace, trace]
    operation = next(r for r in book.session.graph.runs() if r.job.name.endswith("to_csv"))
    assert [i["spanId"] for i in ids] == ["b7ad6b7169203331", operation.id.replace("-", "")[16:]]
    assert write["runId"] == sink_run_id(operation, operation.outputs[0]), "which the span names in turn"


class Traced:
    """Stands in for OpenTelemetry around cells."""

    def __init__(self, trace: str) -> None:
        self.trace = trace

    def enter(self, run_id: str, parent_id: str, started: int) -> TraceFacet:
        """The ids of a span."""
        return TraceFacet(self.trace, "b7ad6b7169203331")

    def leave(self, run_id: str) -> None:
        """Nothing to end."""
