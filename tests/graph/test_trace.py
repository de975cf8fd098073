"""How a Trace reads: what a person sees of ``%lineage trace``."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import pytest

from lineage_ext.graph import LineageGraph
from lineage_ext.graph.tree import MOST_DEPTH, MOST_LINES
from lineage_ext.model import ROWS, Confidence, DatasetKind, Position, Transformation
from lineage_ext.testing import notebook
from tests.graph.build import Notebook, flights, frame, keep, link, same

T = Transformation

SHARE = """\
share of by_name (frame, 2 rows × 3) comes from
share of by_name                                   [4]:1  DataFrame.__setitem__  by_name["share"] = 100 * by_name.late / by_name.n
├─ late of by_name                 transformation  [3]:2  DataFrameGroupBy.agg   merged.groupby("name").agg(n=("distance", "count"), late=("dep_…
│  dep_delay                       aggregation     [3]:2  DataFrame.groupby      merged.groupby("name")
│  dep_delay of merged             identity        [3]:1  DataFrame.merge        late.merge(airlines, on="carrier")
│  dep_delay of late               identity        [2]:1  DataFrame.__getitem__  flights[flights.dep_delay > 15]
│  dep_delay of flights            identity        [1]:1  read_csv               pd.read_csv("/data/flights.csv")
│  dep_delay of /data/flights.csv  identity
└─ n of by_name                    transformation  [3]:2  DataFrameGroupBy.agg   merged.groupby("name").agg(n=("distance", "count"), late=("dep_…
   distance                        aggregation     [3]:2  DataFrame.groupby      merged.groupby("name")
   distance of merged              identity        [3]:1  DataFrame.merge        late.merge(airlines, on="carrier")
   distance of late                identity        [2]:1  DataFrame.__getitem__  flights[flights.dep_delay > 15]
   distance of flights             identity        [1]:1  read_csv               pd.read_csv("/data/flights.csv")
   distance of /data/flights.csv   identity
rows also depend on:
  group_by  name                                  [3]:2  merged.groupby("name").agg(n=("distance", "count"), late=("dep_…  ← /data/airlines.csv: name
  join      carrier of airlines; carrier of late  [3]:1  late.merge(airlines, on="carrier")                                ← /data/airlines.csv: carrier; /data/flights.csv: carrier
  filter    dep_delay                             [2]:1  flights[flights.dep_delay > 15]                                   ← /data/flights.csv: dep_delay
from:
  /data/flights.csv: dep_delay, distance"""  # noqa: E501

INTO = """\
dep_delay of flights (frame, 10 rows × 3) goes into
dep_delay of flights
├─ <rows> of late              filter          [2]:1  DataFrame.__getitem__  flights[flights.dep_delay > 15]
└─ dep_delay of late           identity        [2]:1  DataFrame.__getitem__  flights[flights.dep_delay > 15]
   dep_delay of merged         identity        [3]:1  DataFrame.merge        late.merge(airlines, on="carrier")
   dep_delay                   identity        [3]:2  DataFrame.groupby      merged.groupby("name")
   late of by_name             aggregation     [3]:2  DataFrameGroupBy.agg   merged.groupby("name").agg(n=("distance", "count"), late=("dep_…
   ├─ share of by_name         transformation  [4]:1  DataFrame.__setitem__  by_name["share"] = 100 * by_name.late / by_name.n
   │  share of /out/share.csv  identity        [4]:2  DataFrame.to_csv       by_name.to_csv("/out/share.csv", token="***")
   └─ late of /out/share.csv   identity        [4]:2  DataFrame.to_csv       by_name.to_csv("/out/share.csv", token="***")
written to:
  /out/share.csv: late, share"""  # noqa: E501


def test_a_column_reads_from_itself_down_to_the_files() -> None:
    """Cell, line, operation and source of each step; arithmetic folded into the assignment; files as leaves."""
    graph = LineageGraph()
    _, data = flights(graph)
    assert str(graph.upstream(data["shares"].no, "share")) == SHARE


def test_what_a_column_went_into_reads_the_other_way() -> None:
    """The rows it chose, the columns it became, the files it ended up in; credentials masked."""
    graph = LineageGraph()
    _, data = flights(graph)
    assert str(graph.downstream(data["flights"].no, "dep_delay")) == INTO


def test_a_whole_frame_reads_as_a_tree_of_operations() -> None:
    """Without a column the nodes are datasets, by the names they had."""
    graph = LineageGraph()
    _, data = flights(graph)
    text = str(graph.upstream(data["merged"].no))
    assert text.splitlines()[:7] == [
        "merged (frame, 4 rows × 4) comes from",
        'merged                 [3]:1  DataFrame.merge        late.merge(airlines, on="carrier")',
        "├─ late                [2]:1  DataFrame.__getitem__  flights[flights.dep_delay > 15]",
        '│  flights             [1]:1  read_csv               pd.read_csv("/data/flights.csv")',
        "│  /data/flights.csv",
        '└─ airlines            [1]:2  read_csv               pd.read_csv("/data/airlines.csv")',
        "   /data/airlines.csv",
    ]


def test_a_path_holds_only_what_lies_between() -> None:
    """From flights to by_name nothing of airlines is told; from by_name to flights there is nothing."""
    graph = LineageGraph()
    _, data = flights(graph)
    path = graph.path(data["flights"].no, data["by_name"].no)
    assert [line.split("  ")[0] for line in str(path).splitlines()[1:]] == [
        "by_name",
        "(grouped)",
        "merged",
        "late",
        "flights",
    ]
    assert not any("airlines.csv" in line for line in str(path).splitlines())
    assert not graph.path(data["by_name"].no, data["flights"].no)


def test_a_trace_is_bounded_and_counts_what_it_leaves_out() -> None:
    """However wide and deep the question, the text has about 60 lines and says how many more there are."""
    graph = LineageGraph()
    book = Notebook((graph,))
    wide = book.read("/data/wide.csv", frame(*(f"c{i}" for i in range(300))))
    for _ in range(100):
        before, wide = wide, book.dataset(wide.schema)
        book.op("apply", [before], [wide], [link(range(300), range(300), confidence=Confidence.OPAQUE)])
    text = str(graph.upstream(wide.no, "c7"))
    assert len(text.splitlines()) <= MOST_LINES + 10
    assert "more steps" in text
    assert "… 292 more: c8, c9" in text
    assert "transformation ?" in text


def test_what_is_used_twice_is_told_once() -> None:
    """The second mention of a column refers to the first."""
    graph = LineageGraph()
    book = Notebook((graph,))
    book.begin("x = read()\ny = x.a.abs()\nz = y.round().add(y)")
    x = book.read("/data/x.csv", frame("a"), "read()")
    y, r, z = (book.dataset(frame("a", kind=DatasetKind.SERIES)) for _ in range(3))
    book.op("Series.abs", [x], [y], [link([0], [0])], "x.a.abs()")
    book.op("Series.round", [y], [r], [link([0], [0])], "y.round()")
    book.op("Series.add", [r, y], [z], [link([0], [0]), link([0], [0], input=1)], "y.round().add(y)")
    book.end(x=x, y=y, z=z)
    lines = str(graph.upstream(z.no, "a")).splitlines()
    assert sum("x.a.abs()" in line for line in lines) == 1
    assert any("(see above)" in line and line.startswith("└─ a of y") for line in lines)


def test_rows_that_went_into_a_value_are_told_apart() -> None:
    """A mean over filtered rows: the filter influences the value, not the rows of the frame it is put into."""
    graph = LineageGraph()
    book = Notebook((graph,))
    book.begin("m = df[df.b > 0].a.mean()\ndf['c'] = m")
    df = book.read("/data/x.csv", frame("a", "b"))
    part = book.dataset(df.schema)
    book.op("DataFrame.__getitem__", [df], [part], [same((0, 1)), keep(), link([ROWS], [1], T.FILTER)], "df[df.b > 0]")
    mean = book.dataset(frame(None, index=(), kind=DatasetKind.SCALAR))
    book.op(
        "Series.mean",
        [part],
        [mean],
        [link([0], [0], T.AGGREGATION), link([ROWS], [ROWS], T.IDENTITY)],
        "df[df.b > 0].a.mean()",
    )
    out = book.dataset(frame("a", "b", "c"))
    book.op(
        "DataFrame.__setitem__", [df, mean], [out],
        [same((0, 1)), keep(), link([2], [0], T.IDENTITY, input=1), link([2], [ROWS], T.FILTER, input=1)], "df['c']",
    )  # fmt: skip
    trace = graph.upstream(out.no, "c")
    assert [(i.transformation, i.rows, i.inputs[0].node.column) for i in trace.influences] == [(T.FILTER, False, "b")]
    assert "the value also depends on which rows were used:\n  filter  b" in str(trace)
    assert "rows also depend on" not in str(trace)


def test_a_function_from_another_cell_is_shown_where_it_is_written() -> None:
    """The line is that of the cell that holds the source, the cell that ran it stands beside; a module by its name."""
    graph = LineageGraph()
    book = Notebook((graph,))
    book.begin("def clean(d):\n    return d.dropna()")
    book.end()
    book.begin("df = clean(read())")
    df, out, more = (book.dataset(frame("a")) for _ in range(3))
    in_cell = Position("<cell 1>", 2, 2, 11, 21, "d.dropna()")
    in_module = Position("/home/me/helpers.py", 40, 40, 8, 18, "d.dropna()")
    book.op("DataFrame.dropna", [df], [out], [same([0]), keep()], position=in_cell)
    book.op("DataFrame.dropna", [out], [more], [same([0]), keep()], position=in_module)
    lines = str(graph.upstream(more.no, "a")).splitlines()
    assert lines[1].split("  ", 1)[1].split() == "helpers.py:40 in [2] DataFrame.dropna d.dropna()".split()
    assert "  [1]:2 in [2]  " in lines[2]


def test_html_is_escaped_and_values_are_json() -> None:
    """Labels and source are data: they can neither break the page nor the JSON."""
    graph = LineageGraph()
    book = Notebook((graph,))
    book.begin('x = read("<script>alert(1)</script>")')
    source = book.read("/data/<b>&.csv", frame('<img src="x">'), 'read("<script>alert(1)</script>")')
    book.end(x=source)
    trace = graph.upstream(source.no, '<img src="x">')
    page = trace._repr_html_()
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    told = json.loads(json.dumps(trace.to_dict(), allow_nan=False))
    assert told["steps"][0]["source"] == 'read("<script>alert(1)</script>")'
    assert told["sources"][0]["columns"] == ['<img src="x">']


def test_nothing_recorded_is_said() -> None:
    """A frame that was there before: no tree, but a sentence."""
    graph = LineageGraph()
    book = Notebook((graph,))
    df = book.dataset(frame("a"))
    book.op("DataFrame.copy", [df], [book.dataset(df.schema)], [same([0])])
    assert "nothing was recorded before it" in str(graph.upstream(df.no))
    assert not graph.upstream(df.no)


def test_a_trace_is_a_value() -> None:
    """Frozen, and equal to the answer to the same question."""
    graph = LineageGraph()
    _, data = flights(graph)
    trace = graph.upstream(data["shares"].no, "share")
    assert trace == graph.upstream(data["shares"].no, "share")
    with pytest.raises(FrozenInstanceError):
        trace.omitted = 3  # type: ignore[misc]


def test_a_deep_trace_is_no_triangle() -> None:
    """Forks below forks go on at the left after some, under a number that their line names."""
    graph = LineageGraph()
    book = Notebook((graph,))
    series = frame("a", kind=DatasetKind.SERIES)
    x, y = (book.dataset(series) for _ in range(2))
    for _ in range(20):
        before = (x, y)
        x, y = (book.dataset(series) for _ in range(2))
        for made in (x, y):
            book.op("Series.combine", list(before), [made], [link([0], [0]), link([0], [0], input=1)])
    lines = str(graph.upstream(x.no, "a")).splitlines()
    assert max(len(line) - len(line.lstrip("│├└─ ")) for line in lines) <= 3 * (MOST_DEPTH + 1)
    (goes_on,) = [line for line in lines if "→ (1)" in line]
    assert goes_on.lstrip("│├└─ ").startswith("a → (1)")
    assert any(line.startswith("(1) a ") for line in lines)


def test_a_trace_of_a_frame_tells_each_step_once() -> None:
    """What a frame was made from both at once and by a step between stands below that step only."""
    graph = LineageGraph()
    book = Notebook((graph,))
    table = book.read("/data/x.csv", frame("a"))
    for _ in range(20):
        before, copy, table = table, book.dataset(frame("a")), book.dataset(frame("a"))
        book.op("DataFrame.copy", [before], [copy], [same([0]), keep()])
        book.op("DataFrame.combine", [copy, before], [table], [link([0], [0]), link([0], [0], input=1)])
    lines = str(graph.upstream(table.no)).splitlines()
    assert not any("(see above)" in line or line.startswith(("├", "└")) for line in lines)
    assert sum("DataFrame.combine" in line for line in lines) == 20


def test_a_series_is_its_values() -> None:
    """What made other columns of the frame it was taken from isn't told; a series without a name is called as its
    variable is."""
    graph = LineageGraph()
    book = Notebook((graph,))
    book.begin("total = ...")
    table = book.read("/data/x.csv", frame("a", "b"))
    changed = book.dataset(frame("a", "b"), of=table.no)
    book.op("DataFrame.__setitem__", [table], [changed], [same([0]), link([1], [1]), keep()])
    total = book.dataset(frame(None, kind=DatasetKind.SERIES))
    book.op("DataFrame.select", [changed], [total], [link([0], [0]), keep()])
    book.end(total=total)
    lines = str(graph.upstream(total.no)).splitlines()
    assert lines[0].startswith("total (series")
    assert not any("__setitem__" in line for line in lines)
    assert lines[-1].endswith("/data/x.csv: a")


def test_rounds_of_a_loop_that_read_alike_are_one_line() -> None:
    """Of what is left out each name is told once, and how many they were."""
    graph = LineageGraph()
    book = Notebook((graph,))
    table = book.read("/data/x.csv", frame("a", "b"))
    book.begin("for a in b: f(a)")
    rounds, others = [], []
    for i in range(40):
        for found, labels in ((rounds, "a"), (others, f"c{i // 2}")):
            found.append(book.dataset(frame(labels)))
            book.op("expression", [table], found[-1:], [link([0], [0 if labels == "a" else i % 2])], "f(a)")
    made = book.dataset(frame("a"))
    book.op("concat", [*rounds, *others], [made], [link([0], [0], input=i) for i in range(80)])
    lines = [line.rstrip() for line in str(graph.upstream(made.no, "a")).splitlines()]
    assert sum(line.startswith("├─ a ") for line in lines) == 1
    assert any("33 more: c3, c4, c5, c6" in line for line in lines)


GATHERED = """
rows = []
for i in range(20):
    part = df[df.a > i]
    rows.append(part.mean())
out = pd.DataFrame([*rows, df.b.rename('a').to_frame().max()])
many = pd.concat([df[df.b > i] for i in range(20)])
"""


def test_rounds_that_made_frames_of_their_own_read_alike_too() -> None:
    """What they have in common stands there once, as deep as it goes; so what else went in is still seen."""
    with notebook() as book:
        book.cell("import pandas as pd\ndf = pd.DataFrame({'a': range(40), 'b': range(40)})")
        book.cell(GATHERED)
        out = str(book.session.upstream(book.names["out"], "a")).splitlines()
        many = str(book.session.upstream(book.names["many"], "a")).splitlines()
    assert sum("part.mean()" in line for line in out) == 2, out  # the last one's frame has a name
    assert any("max" in line for line in out), out
    assert not any("more" in line for line in (*out, *many)), (out, many)
    assert sum("filter" in line for line in many) == 1, many


def test_a_column_of_a_file_that_has_no_name_is_called_so() -> None:
    """As the index is in what ``to_csv`` wrote."""
    graph = LineageGraph()
    table = Notebook((graph,)).read("/data/x.csv", frame("", "a"))
    lines = str(graph.upstream(table.no, 0)).splitlines()
    assert any(line.startswith("(unnamed) of /data/x.csv") for line in lines), lines
    assert lines[-1] == "  /data/x.csv: (unnamed)"
