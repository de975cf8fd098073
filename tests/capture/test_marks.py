"""``mark_input`` and ``mark_output``: datasets that pandas neither read nor wrote, told by the user."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

import lineage_ext
from lineage_ext.capture.marks import mark_input, mark_output
from lineage_ext.errors import UsageError
from lineage_ext.model import Confidence, DatasetRef, ExternalFacet, Run, StreamFacet
from lineage_ext.testing.notebook import Notebook, notebook
from tests.hosts.seen import Seen

ROWS = [{"id": 1, "price": 2.5}, {"id": 2, "price": 3.5}]


class Book:
    """A notebook and what its session passed on."""

    def __init__(self, book: Notebook, seen: Seen) -> None:
        self.book, self.seen = book, seen
        self.session = book.session

    def cell(self, source: str, **names: Any) -> dict[str, Any]:
        """Run a cell."""
        return self.book.cell(source, pd=pd, lineage_ext=lineage_ext, **names)

    def runs(self, name: str) -> list[Run]:
        """The operations of that name."""
        self.session.flush()
        return [r for r in self.seen.ended if r.job.name == f"lineage_ext.{name}"]

    def sources(self, frame: object, column: str) -> dict[str, tuple[str, ...]]:
        """External datasets a column came from, with their columns."""
        return {s.shown: s.columns for s in self.session.upstream(frame, column).sources}


@pytest.fixture
def book() -> Iterator[Book]:
    """A recording notebook."""
    with notebook() as found:
        seen = Seen()
        found.session.processors = (*found.session.processors, seen)
        yield Book(found, seen)


KAFKA = """
df = pd.DataFrame(rows)
same = lineage_ext.mark_input(df, "kafka://broker-1:9092,broker-2:9092/orders", format="json",
                              partitions={1: (0, 7), 0: (100, 250)}, watermark=at)
total = df.groupby("id")["price"].sum()
"""


def test_a_topic_is_a_source_like_any_other(book: Book) -> None:
    """Columns come from the topic's by name; partitions, offsets and watermark are kept; the frame is the same one."""
    names = book.cell(KAFKA, rows=ROWS, at=datetime(2026, 11, 1, tzinfo=UTC))
    assert names["same"] is names["df"]
    assert book.sources(names["total"], "price") == {"kafka://broker-1:9092/orders": ("price",)}
    (run,) = book.runs("mark_input")
    topic = next(d for d in run.inputs if d.external)
    assert (topic.namespace, topic.name) == ("kafka://broker-1:9092", "orders")
    assert [f.name for f in topic.fields] == ["id", "price"]
    assert next(f for f in topic.facets if isinstance(f, ExternalFacet)).format == "json"
    (part,) = (f for f in topic.facets if isinstance(f, StreamFacet))
    assert part == StreamFacet(((0, 100, 250), (1, 0, 7)), "2026-11-01T00:00:00+00:00")
    assert run.outputs[0].of is not None, "the next version of the same frame"
    assert run.column_map.confidence is Confidence.EXACT
    assert run.position is not None
    assert run.position.text.startswith("lineage_ext.mark_input(df, ")


def test_what_was_known_before_stays_known(book: Book, tmp_path: Any) -> None:
    """A frame read from a file and marked has both."""
    path = str(tmp_path / "x.csv")
    pd.DataFrame(ROWS).to_csv(path, index=False)
    names = book.cell("df = lineage_ext.mark_input(pd.read_csv(path), 'https://api.shop/v1/orders')", path=path)
    assert book.sources(names["df"], "price") == {path: ("price",), "https://api.shop/v1/orders": ("price",)}


def test_an_answer_that_is_no_frame(book: Book) -> None:
    """Followed through the source text into the frame it becomes."""
    names = book.cell("rows = lineage_ext.mark_input(answer, 'https://api.shop/v1/orders')", answer=list(ROWS))
    names = book.cell("df = pd.DataFrame(rows)\ndf['double'] = df['price'] * 2")
    trace = book.session.upstream(names["df"], "double")
    assert [s.shown for s in trace.sources] == ["https://api.shop/v1/orders"]


def test_each_poll_is_a_version_of_its_own(book: Book) -> None:
    """Other offsets, another state of the topic; the same ones, the same."""
    poll = "lineage_ext.mark_input(pd.DataFrame(rows), 'kafka://b/t', partitions={0: (first, first + 2)})"
    for first in (0, 2, 2):
        book.cell(poll, rows=ROWS, first=first)
    versions = [next(d for d in run.inputs if d.external) for run in book.runs("mark_input")]
    assert versions[0].no != versions[1].no == versions[2].no
    assert {(v.namespace, v.name) for v in versions} == {("kafka://b:9092", "t")}


def test_what_goes_out_is_a_sink(book: Book) -> None:
    """The topic's columns have the frame's lineage; to a topic rows are added."""
    cells = (
        "df = pd.DataFrame(rows)\nsame = lineage_ext.mark_output(df.rename(columns={'price': 'p'}), 'kafka://b/out')"
    )
    names = book.cell(cells, rows=ROWS)
    (run,) = book.runs("mark_output")
    (topic,) = run.outputs
    assert (topic.external, topic.namespace, topic.name) == (True, "kafka://b:9092", "out")
    assert [f.name for f in topic.fields] == ["id", "p"]
    facet = next(f for f in topic.facets if isinstance(f, ExternalFacet))
    assert (facet.access, facet.change, facet.format) == ("write", "append", "kafka")
    assert [s.shown for s in book.session.downstream(names["df"], "price").sources] == ["kafka://b:9092/out"]


def test_columns_may_have_other_names_outside(book: Book) -> None:
    """In order."""
    names = book.cell("df = lineage_ext.mark_input(pd.DataFrame(rows), ref, columns=['orderId', 'amount'])", rows=ROWS,
                      ref=DatasetRef("feast", "orders_view", "feast"))  # fmt: skip
    assert book.sources(names["df"], "price") == {"feast/orders_view": ("amount",)}


def test_named_index_levels_are_columns_outside(book: Book) -> None:
    """As they are in files."""
    cells = "df = lineage_ext.mark_input(pd.DataFrame(rows).set_index('id'), 'kafka://b/t').reset_index()"
    names = book.cell(cells, rows=ROWS)
    (run,) = book.runs("mark_input")
    assert [f.name for f in next(d for d in run.inputs if d.external).fields] == ["id", "price"]
    assert book.sources(names["df"], "id") == {"kafka://b:9092/t": ("id",)}


def test_a_series_is_a_column(book: Book) -> None:
    """By its name."""
    names = book.cell("s = lineage_ext.mark_input(pd.Series([1.0], name='price'), 'redis://h/prices')")
    assert book.sources(names["s"], "price") == {"redis://h/prices": ("price",)}


@pytest.mark.parametrize(
    ("uri", "named"),
    [
        ("kafka://b:9093/orders", ("kafka://b:9093", "orders")),
        ("kafka://user:hunter2@b/orders", ("kafka://b:9092", "orders")),
        ("kafka://orders", ("kafka", "orders")),
        ("pulsar://p/tenant/ns/topic", ("pulsar://p:6650", "tenant/ns/topic")),
        ("https://me:x@api.shop/v1/orders?token=abc", ("https://api.shop", "/v1/orders")),
        ("s3://bucket/key", ("s3://bucket", "key")),
    ],
)
def test_names_are_openlineages(book: Book, uri: str, named: tuple[str, str]) -> None:
    """Without credentials."""
    book.cell("lineage_ext.mark_input(pd.DataFrame(rows), uri)", rows=ROWS, uri=uri)
    (run,) = book.runs("mark_input")
    topic = next(d for d in run.inputs if d.external)
    assert (topic.namespace, topic.name) == named


def test_nothing_happens_where_nothing_is_tracked() -> None:
    """A program runs the same without us: the value comes back."""
    frame = pd.DataFrame(ROWS)
    assert mark_input(frame, "kafka://b/t") is frame
    assert mark_output([1], DatasetRef("n", "x")) == [1]
    assert not hasattr(frame, "_lineage")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((3,), "DatasetRef or a URI"),
        (("",), "names no dataset"),
        (("kafka://b/t", {0: 5}), "number: .first offset"),
        (("kafka://b/t", [0, 1]), "number: .first offset"),
    ],
)
def test_wrong_arguments_are_told(arguments: tuple[Any, ...], says: str) -> None:
    """Also where nothing is tracked: it is the user's mistake."""
    with pytest.raises(UsageError, match=says):
        mark_input(1, arguments[0], partitions=arguments[1] if len(arguments) > 1 else None)
