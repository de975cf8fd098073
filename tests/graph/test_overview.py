"""The session at a glance: what ``%lineage`` lists below the numbers."""

from __future__ import annotations

from pathlib import Path

from lineage_ext.graph import LineageGraph
from lineage_ext.testing import notebook
from tests.graph.build import Notebook, flights, frame, keep, same

TOLD = """\
frames
  flights          10 × 3  ← /data/flights.csv
  airlines         10 × 2  ← /data/airlines.csv
  late              4 × 3  ← flights
  merged            4 × 4  ← late, airlines
  by_name           2 × 3  ← merged
  /out/share.csv  written  ← by_name"""


def test_every_variable_and_written_file_is_told_with_what_it_was_made_from() -> None:
    """One line each, in order of their last change, with the nearest named things above it."""
    graph = LineageGraph()
    flights(graph)
    assert str(graph.overview()) == TOLD


def test_a_variable_is_not_its_own_source() -> None:
    """``a = a[a.x > 1]`` still comes from where the first ``a`` came from."""
    graph = LineageGraph()
    book = Notebook((graph,))
    book.begin('a = pd.read_csv("/d/a.csv")\na = a.head()')
    first = book.read("/d/a.csv", frame("x"))
    second = book.dataset(frame("x"), 5)
    book.op("DataFrame.head", [first], [second], [same([0]), keep()])
    book.end(a=second)
    book.begin("a = a.tail()")
    third = book.dataset(frame("x"), 2)
    book.op("DataFrame.tail", [second], [third], [same([0]), keep()])
    book.end(a=third)
    assert [(h.name, h.sources, h.rows) for h in graph.overview().held] == [("a", ("/d/a.csv",), 2)]


def test_a_frame_of_many_files_takes_one_line(tmp_path: Path) -> None:
    """The nearest few are named and the others counted; who asks for the sources gets them all."""
    for year in range(2000, 2013):
        (tmp_path / f"{year}.csv").write_text("a\n1\n")
    with notebook("many") as book:
        book.cell("import pandas as pd")
        book.cell("every = pd.concat([pd.read_csv(f'{at}/{year}.csv') for year in range(2000, 2013)])", at=tmp_path)
        book.session.flush()
        overview = book.session.graph.overview()
    line = next(line for line in str(overview).splitlines() if line.lstrip().startswith("every"))
    assert line.endswith(" and 7 more")
    assert len(overview.held[-1].sources) == 13


def test_nothing_named_is_said_so() -> None:
    """Before the first cell ended there is nothing to list."""
    assert str(LineageGraph().overview()) == "  no frame has a name yet"


def test_labels_that_are_equal_and_of_other_types_are_others() -> None:
    """Columns 0 and 1, False and True, 0.0 and 1.0 in one session: each frame has its own."""
    with notebook("labels") as book:
        book.cell("import pandas as pd")
        for name, labels in (("a", "0, 1"), ("b", "False, True"), ("c", "0.0, 1.0")):
            book.cell(f"{name} = pd.DataFrame([[1, 2]], columns=pd.Index([{labels}], dtype=object)).head()")
        book.session.flush()
        names = {
            n: [f.name for f in book.session.graph.dataset(book.session.number(book.names[n])).schema.fields]
            for n in "abc"
        }
    assert names == {"a": ["0", "1"], "b": ["False", "True"], "c": ["0.0", "1.0"]}


def test_the_order_is_that_of_operations_not_of_numbers() -> None:
    """A file's number depends on how soon the worker came to it: two runs of one notebook are told alike."""
    graph = LineageGraph()
    book = Notebook((graph,))
    book.begin("a = pd.read_csv('/d/a.csv')\na.to_csv('/d/out.csv')\nb = a.head()")
    first, second = book.read("/d/a.csv", frame("x")), book.dataset(frame("x"), 5)
    book.write("/d/out.csv", first)
    book.op("DataFrame.head", [first], [second], [same([0]), keep()])
    book.end(a=first, b=second)
    assert [held.name for held in graph.overview().held] == ["a", "/d/out.csv", "b"]
