"""Answers of the graph, against the slow and obvious implementation and on a session a reader can follow."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_ext.errors import UnknownName
from lineage_ext.graph import LineageGraph
from lineage_ext.graph.closure import Closure
from lineage_ext.graph.encoding import WALK
from lineage_ext.graph.loads import Item
from lineage_ext.graph.tables import Memory
from lineage_ext.model import ORDER, ROWS, Block, ColumnEdge, Confidence, NamesFacet, Run, RunKind, Transformation
from tests.graph.build import Notebook, flights, frame, keep, link, same
from tests.graph.naive import Naive
from tests.graph.sessions import SLOTS, sessions

T = Transformation


def graph_of(runs: list[Run]) -> LineageGraph:
    """A graph that took those runs."""
    graph = LineageGraph()
    for run in runs:
        graph.on_end(run)
    return graph


def asked(edges: list[ColumnEdge]) -> dict[tuple[tuple[int, int], Transformation, bool], Confidence]:
    """Edges in the form of the naive answer; an edge given twice is an error."""
    found = {((e.source.dataset, e.source.slot), e.transformation, e.masking): e.confidence for e in edges}
    assert len(found) == len(edges)
    return found


@given(sessions())
@settings(max_examples=100, deadline=None)
def test_composed_edges_are_those_of_following_every_edge(runs: list[Run]) -> None:
    """``edges`` finds every root slot, each transformation masked or not, the surest confidence, and nothing else."""
    graph, naive = graph_of(runs), Naive(runs)
    for dataset in graph.datasets():
        for slot in SLOTS:
            assert asked(graph.edges(dataset.no, slot)) == naive.sources(dataset.no, slot)


@pytest.mark.skipif(WALK is None, reason="the walk in C wasn't built")
@pytest.mark.parametrize("forward", [False, True], ids=["up", "down"])
@given(runs=sessions(most=16), through=st.booleans())
@settings(max_examples=100, deadline=None)
def test_the_walk_in_c_finds_what_the_one_in_python_finds(runs: list[Run], forward: bool, through: bool) -> None:
    """The same datasets in the same order, each with the same slots, ways and doubts.

    Only where something was used before it was made may they name different reasons that are equally good.
    """
    memory = graph_of(runs).memory
    loads = memory.forward_loads if forward else memory.loads
    for row in range(len(memory.datasets.no)):
        closure = Closure(memory.operations, loads, through=through)
        for slots in ((0,), (1, 2), SLOTS):
            walked = (closure._down if forward else closure._up)(row, slots)
            expected = {source: loads.items(walked[source]) for source in sorted(walked)}
            found = closure._in_c(row, slots, forward)
            assert list(found) == list(expected)
            assert _told(found, memory) == _told(expected, memory)


def _told(found: dict[int, list[Item]], memory: Memory) -> dict[int, list[tuple[object, ...]]]:
    late = bool(memory.operations.late)
    return {row: [(*i[:3], "" if late else i[3], i[4]) for i in items] for row, items in found.items()}


@pytest.mark.skipif(WALK is None, reason="the walk in C wasn't built")
def test_a_wrong_block_is_an_error_not_a_crash() -> None:
    """A block that names an input its operation hasn't, or pairs unlike numbers of slots, raises; more reasons than C
    has numbers for leave the question to Python."""
    for block in (Block(0, 7, (0,), (0,), T.IDENTITY), Block(0, 0, (0, 0), (0,), T.IDENTITY)):
        graph = LineageGraph()
        book = Notebook((graph,))
        out = book.dataset(frame("a"))
        book.op("f", [book.read("/data/x.csv", frame("a"))], [out], [block])
        with pytest.raises((IndexError, ValueError)):
            graph.edges(out.no)
    graph = LineageGraph()
    book = Notebook((graph,))
    at = book.read("/data/x.csv", frame("a"))
    for i in range(22_000):
        to = book.dataset(frame("a"))
        book.op("f", [at], [to], [link([0], [0], confidence=Confidence.INFERRED, reason=f"guess {i}")])
        at = to
    (edge,) = graph.edges(at.no)
    assert (graph.dataset(edge.source.dataset).name, edge.reason) == ("/data/x.csv", "guess 21999")


@given(sessions())
@settings(max_examples=100, deadline=None)
def test_all_columns_at_once_are_each_alone(runs: list[Run]) -> None:
    """``origins`` gives for every slot of a dataset what one question for it gives, and every root there is."""
    graph, naive = graph_of(runs), Naive(runs)
    for dataset in graph.datasets():
        edges, roots = graph.origins(dataset.no)
        for slot in (*dataset.schema.all_slots, ROWS, ORDER):
            assert asked([e for e in edges if e.target.slot == slot]) == naive.sources(dataset.no, slot)
        assert {e.source.dataset for e in edges} == set(roots)


@given(sessions())
@settings(max_examples=60, deadline=None)
def test_rows_ancestors_and_producers_are_those_of_following_every_edge(runs: list[Run]) -> None:
    """``rows`` keeps the indirect steps, ``ancestors`` is complete and in order, ``producer`` is the maker."""
    graph, naive = graph_of(runs), Naive(runs)
    for dataset in graph.datasets():
        no = dataset.no
        found = {((e.source.dataset, e.source.slot), e.target.slot, e.transformation) for e in graph.rows(no)}
        assert found == naive.rows(no)
        ancestors = graph.ancestors(no)
        assert set(ancestors) == naive.ancestors_of({no})
        assert all(ancestors.index(a) < ancestors.index(b) for b in ancestors for a in naive.ancestors_of({b}))
        maker = graph.producer(no)
        assert (maker.no if maker else None) == (naive.made[no].no if no in naive.made else None)


@given(sessions())
@settings(max_examples=60, deadline=None)
def test_downstream_finds_every_file_a_column_ends_up_in(runs: list[Run]) -> None:
    """The far ends of ``downstream`` are exactly the external datasets the column influences."""
    graph, naive = graph_of(runs), Naive(runs)
    for dataset in graph.datasets():
        trace = graph.downstream(dataset.no, 1)
        reached = naive.reached(dataset.no, [1])
        names = {graph.dataset(no).name for no in reached & naive.external}
        assert {s.name for s in trace.sources} == names


@given(sessions(most=8))
@settings(max_examples=60, deadline=None)
def test_runs_come_back_as_they_were(runs: list[Run]) -> None:
    """What the graph keeps in columns of numbers is the whole Run: nothing is lost on the way."""
    back = list(graph_of(runs).runs())
    assert [_plain(r) for r in back] == [_plain(r) for r in runs]


def _plain(run: Run) -> Run:
    blocks = [
        (b.output, b.input, list(b.targets), list(b.sources), b.transformation, b.cross) for b in run.column_map.blocks
    ]
    return run.with_(column_map=tuple(blocks))


@given(sessions())
@settings(max_examples=60, deadline=None)
def test_any_trace_can_be_told(runs: list[Run]) -> None:
    """Every trace and path of every session has a text, a page and JSON values, and names only what is there."""
    graph = graph_of(runs)
    numbers = {d.no for d in graph.datasets()}
    last = max(numbers)
    for no in numbers:
        for trace in (graph.upstream(no), graph.upstream(no, "a"), graph.downstream(no, "b"), graph.path(no, last)):
            assert str(trace)
            assert trace._repr_html_()
            told = trace.to_dict()
            assert {link["node"]["dataset"] for step in told["steps"] for link in step["inputs"]} <= numbers


def test_a_ratio_of_aggregates_comes_from_the_columns_of_the_file() -> None:
    """Over selections, arithmetic, aggregation, merge and filter the transformation composes to AGGREGATION."""
    graph = LineageGraph()
    _, data = flights(graph)
    found = {
        (graph.dataset(e.source.dataset).name, e.source.slot): e.transformation
        for e in graph.edges(data["file"].no, "share")
    }
    assert found == {("/data/flights.csv", 1): T.AGGREGATION, ("/data/flights.csv", 2): T.AGGREGATION}


def test_what_chose_the_rows_keeps_its_kind() -> None:
    """A filter before a join before a group-by stays a FILTER, the join's keys JOIN, the group key GROUP_BY."""
    graph = LineageGraph()
    _, data = flights(graph)
    found = {
        (graph.dataset(e.source.dataset).name, e.source.slot, e.transformation) for e in graph.rows(data["shares"].no)
    }
    airlines, flown = "/data/airlines.csv", "/data/flights.csv"
    assert found == {
        (flown, 1, T.FILTER), (flown, 0, T.JOIN), (airlines, 0, T.JOIN), (airlines, ROWS, T.JOIN),
        (airlines, 1, T.GROUP_BY),
    }  # fmt: skip


def test_ways_with_different_transformations_are_all_told() -> None:
    """A column that is its source both as it is and transformed has two edges; of like ones the surest is kept."""
    graph = LineageGraph()
    book = Notebook((graph,))
    source = book.read("/data/x.csv", frame("a", "b"))
    guessed = link([0], [0], T.TRANSFORMATION, confidence=Confidence.OPAQUE, reason="no rule")
    out = book.dataset(frame("z"))
    book.op(
        "DataFrame.where",
        [source],
        [out],
        [link([0], [0], T.IDENTITY), guessed, link([0], [0]), link([0], [1], T.CONDITIONAL)],
    )
    found = [(e.source.slot, e.transformation, e.confidence) for e in graph.edges(out.no, "z")]
    assert found == [
        (0, T.IDENTITY, Confidence.EXACT), (0, T.TRANSFORMATION, Confidence.EXACT),
        (1, T.CONDITIONAL, Confidence.EXACT),
    ]  # fmt: skip


def test_the_weakest_step_tells_its_reason() -> None:
    """A path is as sure as its weakest step, and says why that one isn't sure."""
    graph = LineageGraph()
    book = Notebook((graph,))
    source = book.read("/data/x.csv", frame("a"))
    middle, out = book.dataset(frame("a")), book.dataset(frame("a"))
    book.op(
        "f", [source], [middle], [link([0], [0], confidence=Confidence.INFERRED, reason="argument 'n' was computed")]
    )
    book.op("DataFrame.copy", [middle], [out], [same([0]), keep()])
    (edge,) = graph.edges(out.no)
    assert (edge.confidence, edge.reason) == (Confidence.INFERRED, "argument 'n' was computed")


def test_a_file_written_and_read_again_is_where_edges_end_but_a_trace_goes_on() -> None:
    """OpenLineage wants edges from file to file; a reader wants to see where the values once came from."""
    graph = LineageGraph()
    book = Notebook((graph,))
    source = book.read("/data/x.csv", frame("a"))
    file = book.write("/tmp/y.csv", source)
    again, out = book.dataset(frame("a")), book.dataset(frame("a"))
    book.op("read_csv", [file], [again], [same([0]), keep()])
    book.op("DataFrame.copy", [again], [out], [same([0]), keep()])
    assert [graph.dataset(e.source.dataset).name for e in graph.edges(out.no, "a")] == ["/tmp/y.csv"]
    assert [s.name for s in graph.upstream(out.no, "a").sources] == ["/data/x.csv"]


def test_columns_are_asked_for_by_label_text_level_or_slot() -> None:
    """A label wins over its text, a text over a level's name, any of them over a slot number."""
    graph = LineageGraph()
    book = Notebook((graph,))
    source = book.dataset(frame("a", 7, ("x", 1), None, index=("day",)))
    out = book.dataset(source.schema)
    book.op("DataFrame.copy", [source], [out], [same((0, 1, 2, 3, -1)), keep()])
    slots = {
        name: {e.source.slot for e in graph.edges(out.no, name)} for name in ("a", 7, ("x", 1), "x.1", "day", 0, -1)
    }
    assert slots == {"a": {0}, 7: {1}, ("x", 1): {2}, "x.1": {2}, "day": {-1}, 0: {0}, -1: {-1}}


def test_unknown_names_say_what_there_is() -> None:
    """A typo in a column or variable name offers the right one; an unknown number says how many there are."""
    graph = LineageGraph()
    _, data = flights(graph)
    with pytest.raises(UnknownName, match="did you mean 'dep_delay'"):
        graph.upstream(data["flights"].no, "dep_dealy")
    with pytest.raises(UnknownName, match="no column '99'"):
        graph.edges(data["flights"].no, 99)
    with pytest.raises(UnknownName, match="did you mean 'flights'"):
        graph.find("flight")
    with pytest.raises(UnknownName, match="no dataset '99999'"):
        graph.upstream(99999)
    with pytest.raises(UnknownName, match="3 operations|operations"):
        graph.run(99999)
    with pytest.raises(UnknownName):
        graph.dataset(-3)


def test_variables_follow_the_cells() -> None:
    """``find`` gives the version a variable held last, ``names`` all variables a version was held by."""
    graph = LineageGraph()
    book, data = flights(graph)
    assert graph.find("by_name") == data["shares"].no
    assert graph.names(data["by_name"].no) == ("by_name",)
    book.begin("x = by_name")
    book.end(NamesFacet((("x", data["shares"].no),)))
    assert graph.names(data["shares"].no) == ("by_name", "x")
    assert set(graph.variables()) == {"flights", "airlines", "late", "merged", "by_name", "x"}


def test_runs_of_all_kinds_are_found_by_number() -> None:
    """Session, cells and operations share one row of numbers; a cell that hasn't ended is there as it began."""
    graph = LineageGraph()
    book, _ = flights(graph)
    cell = book.begin("1 / 0")
    assert graph.run(cell.no).state == "START"
    assert graph.run(0).kind is RunKind.SESSION
    assert {graph.run(r.no).id for r in book.runs} == {r.id for r in book.runs}


def test_what_is_only_handed_on_isnt_made() -> None:
    """An operation that returns its own argument, or something older than its argument, didn't make it: no cycle."""
    graph = LineageGraph()
    book = Notebook((graph,))
    base = book.dataset(frame("a"))
    made = book.dataset(frame("a"))
    book.op("DataFrame.groupby", [base], [made], [same([0]), keep()])
    book.op("GroupBy.obj", [made], [base], [same([0]), keep()])
    book.op("DataFrame.pipe", [made], [made], [same([0]), keep()])
    assert graph.producer(base.no) is None
    assert graph.ancestors(made.no) == [base.no]
    assert [e.source.dataset for e in graph.edges(made.no, "a")] == [base.no]


def test_a_chain_of_20_000_operations_is_no_recursion() -> None:
    """Depth costs no stack: every question is answered at the end of a very long chain."""
    graph = LineageGraph()
    book = Notebook((graph,))
    first = last = book.read("/data/x.csv", frame("a"))
    blocks = [same([0]), keep()]
    for _ in range(20_000):
        previous, last = last, book.dataset(first.schema)
        book.op("DataFrame.copy", [previous], [last], blocks)
    assert [e.source.slot for e in graph.edges(last.no, "a")] == [0]
    assert graph.rows(last.no) == []
    assert "more steps" in str(graph.upstream(last.no, "a"))
    assert "more steps" in str(graph.downstream(first.no))
    assert graph.path(first.no, last.no).steps
    assert len(graph.ancestors(last.no)) == 20_001
    assert {e.target.slot for e in graph.rows(last.no)} <= {ROWS, ORDER}
