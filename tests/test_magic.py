"""``%lineage``: every command, what it says on wrong input, and what Tab offers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from IPython.core.error import UsageError

import lineage_ext
from lineage_ext.hosts.lookup import words
from lineage_ext.model import RunState
from tests.hosts.conftest import Shell, ip, shell  # noqa: F401  # fixtures

PREPARE = """
import pandas as pd
orders = pd.DataFrame({'order id': [1, 2], 'price': [2.0, 3.0], 3: [0, 0]})
frames = {'a': orders}
class Model: pass
model = Model()
model.data = [orders]
total = orders['price'] * 2
"""


@pytest.fixture
def prepared(shell: Shell) -> Shell:  # noqa: F811
    """A shell with tracked frames in several places."""
    shell.run(PREPARE)
    return shell


def lineage(shell: Shell, line: str, capsys: pytest.CaptureFixture[str]) -> str:  # noqa: F811
    """What ``%lineage line`` prints. Raises UsageError as the magic does."""
    capsys.readouterr()
    shell.ip.run_line_magic("lineage", line)
    return capsys.readouterr().out


@pytest.mark.parametrize("line", ["", "status"])
def test_status_is_the_sessions_summary(prepared: Shell, capsys: pytest.CaptureFixture[str], line: str) -> None:
    """The text is the value's own."""
    said = lineage(prepared, line, capsys)
    assert said.startswith("lineage of ipython\n  cells ")
    assert said.splitlines()[:4] == str(lineage_ext.current().summary()).splitlines()[:4]


@pytest.mark.parametrize("name", ["orders", "frames['a']", "model.data[0]", "model.data[-1]"])
def test_trace_of_a_frame(prepared: Shell, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """Names, attributes and elements are looked up; the trace is what ``session.upstream`` gives."""
    expected = str(lineage_ext.current().upstream(prepared.ip.user_ns["orders"]))
    assert expected.strip() in lineage(prepared, f"trace {name}", capsys)


def test_trace_in_the_cell_that_runs_says_where_a_step_stands(
    shell: Shell,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Its number and line, as when it has ended."""
    count = shell.run("import pandas as pd").execution_count + 1
    capsys.readouterr()
    shell.run("df = pd.DataFrame({'a': [1, 2]})\n\n%lineage trace df a")
    assert f"  [{count}]:1  DataFrame.__init__" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("word", "column"), [("price", "price"), ("'order id'", "order id"), ('"order id"', "order id"), ("3", 3)]
)
def test_trace_of_a_column(prepared: Shell, capsys: pytest.CaptureFixture[str], word: str, column: object) -> None:
    """Columns with spaces are quoted; other labels than text are named by their text."""
    expected = str(lineage_ext.current().upstream(prepared.ip.user_ns["orders"], column))
    assert expected.strip() in lineage(prepared, f"trace orders {word}", capsys)


TABLES = """
import pandas as pd
sales = pd.DataFrame({'region': ['n', 's'], 'price': [2.0, 3.0], 'tax': [0.1, 0.2]})
sales['gross'] = sales['price'] * (1 + sales['tax'])
sales['later'] = 1
by_region = sales.groupby('region').agg({'gross': ['sum', 'mean']})
long = pd.DataFrame({'x' * 300: [1], ' ': [2]})
"""


@pytest.mark.parametrize("name", ["sales.gross", "sales['gross']"])
def test_trace_of_a_column_by_its_expression(shell: Shell, capsys: pytest.CaptureFixture[str], name: str) -> None:  # noqa: F811
    """``df.a`` and ``df["a"]`` make a new series each time; what is meant is the frame's column."""
    shell.run(TABLES)
    assert lineage(shell, f"trace {name}", capsys) == lineage(shell, "trace sales gross", capsys)


def test_trace_of_a_column_begins_where_it_was_last_changed(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    """Not at the statement that last wrote into the frame, which only let the column pass."""
    shell.run(TABLES)
    first = lineage(shell, "trace sales gross", capsys).splitlines()[1]
    assert first.startswith("gross of sales ")
    assert first.endswith("sales['gross'] = sales['price'] * (1 + sales['tax'])")
    assert "  pd.DataFrame({'region': ['n', 's']" in lineage(shell, "trace sales price", capsys).splitlines()[1]


@pytest.mark.parametrize("column", ["('gross', 'sum')", "gross.sum", "\"('gross', 'sum')\""])
def test_trace_of_a_column_of_several_levels(shell: Shell, capsys: pytest.CaptureFixture[str], column: str) -> None:  # noqa: F811
    """By its label as Python has it, or by its text."""
    shell.run(TABLES)
    assert lineage(shell, f"trace by_region {column}", capsys).startswith("gross.sum of by_region ")


def test_what_there_is_stays_readable(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    """Long names are cut in a list, those that can't be seen are quoted."""
    shell.run(TABLES)
    with pytest.raises(UsageError, match=rf"no column 'q'; available: {'x' * 40}…, ' ', index$"):
        lineage(shell, "trace long q", capsys)


def test_a_trace_cuts_what_is_hardly_a_name(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    """A label of hundreds of letters doesn't push everything else out of sight."""
    shell.run("import pandas as pd\ndf = pd.DataFrame({'x' * 400: [1]})")
    said = lineage(shell, f"trace df {'x' * 400}", capsys)
    assert f"{'x' * 59}… of df" in said
    assert max(map(len, said.splitlines())) < 200


@pytest.mark.parametrize("line", ["--help", "-h", "?"])
def test_help_is_found_by_what_people_type(prepared: Shell, capsys: pytest.CaptureFixture[str], line: str) -> None:
    """The list of commands; after a command its own line."""
    assert lineage(prepared, line, capsys) == lineage(prepared, "help", capsys)
    assert lineage(prepared, f"trace {line}", capsys).startswith("%lineage trace NAME [COLUMN]  ")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("help me", "takes no arguments"),
        ("nosuch", "resume, config, help, unload"),
        ("trcae orders", "no command of %lineage 'trcae'; did you mean 'trace'?"),
        ("orders price", "no command of %lineage 'orders'; %lineage trace orders price tells where that came from"),
        ("trace", "usage: %lineage trace NAME [COLUMN]"),
        ("trace orders a b", "usage: %lineage trace NAME [COLUMN]"),
        ("trace ordres", "no variable 'ordres'; did you mean 'orders'?"),
        ("trace orders prise", "prise"),
        ("trace pd", "isn't tracked"),
        ("trace orders.sum()", "would have to be computed"),
        ("trace frames['b']", "frames['b'] can't be looked up: KeyError: 'b'"),
        ("trace __import__('os')", "would have to be computed"),
        ("trace or(", "isn't a name"),
        ("trace orders 'price", "isn't closed"),
        ("status now", "takes no arguments"),
        ("config nosuch=1", "no setting 'nosuch'"),
        ("config nosuch", "no setting 'nosuch'"),
        ("config flush_interval=soon", "flush_interval can't be 'soon'; it is a number of at least 0.02"),
        (
            "config flush_interval=-1",
            "flush_interval can't be '-1'; it is a number of at least 0.02; it is left at 0.25",
        ),
        ("config otel=maybe", "otel can't be 'maybe'; it is auto, on or off; it is left at 'auto'"),
        ("config otel=", "otel can't be ''; it is auto, on or off"),
        ("config contents=maybe", "contents can't be 'maybe'; it is True or False"),
        ("config redact_columns=ssn", "redact_columns can't be 'ssn'; it is NAME=VALUE, NAME=VALUE"),
        ("config redact_patterns='('", "'(' is no regular expression"),
        ("config redact_hook=no.such:hook", "redact_hook 'no.such:hook' can't be imported (ModuleNotFoundError)"),
        ("export", "usage: %lineage export FORMAT [PATH]; quote a path with spaces; formats: dot, html, json"),
        ("export jsno", "did you mean 'json'?"),
        ("export json /nowhere/at/all.json", "/nowhere/at/all.json"),
    ],
)
def test_wrong_input_is_one_line(prepared: Shell, capsys: pytest.CaptureFixture[str], line: str, message: str) -> None:
    """The line says what was wrong and what there is; IPython shows no traceback, and the cell fails."""
    with pytest.raises(UsageError) as error:
        lineage(prepared, line, capsys)
    assert message in str(error.value)
    assert "\n" not in str(error.value)
    prepared.run(f"%lineage {line}")
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    assert prepared.cells()[-1].state is RunState.FAIL


@pytest.mark.parametrize("path", ["", " 'a b/out.json'"])
def test_export_writes_a_file_and_says_where(
    prepared: Shell, capsys: pytest.CaptureFixture[str], path: str, tmp_path: Path
) -> None:
    """The format's usual name in the working folder, or the path given, quoted if it has spaces."""
    (tmp_path / "a b").mkdir()
    said = lineage(prepared, f"export json{path}", capsys)
    written = tmp_path / ("a b/out.json" if path else "lineage.json")
    assert written.stat().st_size > 100
    assert written.name in said


def test_coverage_lists_what_is_opaque(prepared: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    """With count and reason; the same numbers are in ``session.summary()``."""
    said = lineage(prepared, "coverage", capsys).splitlines()
    summary = lineage_ext.current().summary()
    assert said[0].startswith(f"{summary.coverage:.1%} of {summary.operations} operations explained")
    assert len(said) == 1 + len(summary.opaque)


def test_pause_and_resume(prepared: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is recorded in between."""
    before = len(prepared.operations())
    prepared.run("%lineage pause")
    prepared.run("orders.sum()")
    assert len(prepared.operations()) == before
    prepared.run("%lineage resume")
    prepared.run("orders.sum()")
    assert len(prepared.operations()) == before + 1


def test_config_shows_and_sets(prepared: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    """Settings with their help; a change holds for this session and the next of this kernel."""
    assert "flush_interval = 0.25" in lineage(prepared, "config", capsys)
    assert lineage(prepared, "config flush_interval=0.5", capsys) == ""
    assert lineage_ext.current().config.flush_interval == 0.5
    assert "%reload_ext" in lineage(prepared, "config store=memory", capsys)
    prepared.run("%reload_ext lineage_ext")
    assert lineage_ext.current().config.flush_interval == 0.5
    assert lineage_ext.current().config.store == "memory"


@pytest.mark.parametrize("setting", ["redact_patterns='('", "redact_hook=no.such:hook", "literals=nobody"])
def test_a_wrong_setting_changes_nothing(prepared: Shell, capsys: pytest.CaptureFixture[str], setting: str) -> None:
    """What is recorded and masked stays as it was; so do the settings of the next session."""
    name = setting.partition("=")[0]
    before = getattr(lineage_ext.current().config, name)
    prepared.run(f"%lineage config {setting}")
    prepared.run("later = orders.sort_values('price')")
    assert "later" in lineage(prepared, "", capsys)
    assert getattr(lineage_ext.current().config, name) == before
    prepared.run("%reload_ext lineage_ext")
    assert getattr(lineage_ext.current().config, name) == before


def test_config_shows_one_setting(prepared: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    """Its name alone: the value and what it means."""
    assert lineage(prepared, "config literals", capsys).startswith(
        "literals = 'local'                 Who gets numbers,"
    )
    assert len(lineage(prepared, "config literals budget", capsys).splitlines()) == 2


def test_the_state_says_that_recording_is_paused(prepared: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    """And how to go on; afterwards it doesn't."""
    prepared.run("%lineage pause")
    assert "note        recording is paused; %lineage resume goes on" in lineage(prepared, "", capsys)
    prepared.run("%lineage resume")
    assert "paused" not in lineage(prepared, "", capsys)


def test_help_names_every_command(prepared: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    """One line each."""
    from lineage_ext.magic import COMMANDS

    said = lineage(prepared, "help", capsys).splitlines()
    assert [line.split()[1] for line in said] == list(COMMANDS)


def test_unload(prepared: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    """It is %unload_ext."""
    lineage(prepared, "unload", capsys)
    assert "lineage" not in prepared.ip.magics_manager.magics["line"]
    with pytest.raises(lineage_ext.LineageError):
        lineage_ext.current()


def test_the_magic_is_not_recorded(prepared: Shell) -> None:
    """Looking up and showing isn't the user's work, not even when a look-up is an operation."""
    before = len(prepared.operations())
    prepared.run("%lineage")
    prepared.run("%lineage trace orders price")
    prepared.run("%lineage trace frames['a']['price']")
    assert len(prepared.operations()) == before


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("%lineage tr", {"trace"}),
        ("%lineage trace ord", {"orders"}),
        ("%lineage trace orders ", {"price", "'order id'"}),
        ("%lineage trace nosuch ", set()),
        ("%lineage config flush", {"flush_interval="}),
        ("%lineage trace 'ord", set()),
        ("%lineage export js", {"json", "jsonl"}),
    ],
)
def test_completion(prepared: Shell, typed: str, offered: set[str]) -> None:
    """Commands, tracked variables, columns and settings; half a line never raises."""
    _, matches = prepared.ip.complete(text=typed.rpartition(" ")[2], line=typed, cursor_pos=len(typed))
    assert offered <= set(matches)
    if not offered:
        assert not any("price" in match for match in matches)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", []),
        ("  a  b ", ["a", "b"]),
        ("trace frames['a b'] \"c d\"", ["trace", "frames['a b']", '"c d"']),
        ("x[1, 2] (y z)", ["x[1, 2]", "(y z)"]),
        ("it's here'", ["it's here'"]),
    ],
)
def test_words(line: str, expected: list[str]) -> None:
    """Spaces within quotes and brackets don't part words."""
    assert words(line) == expected


def test_show_uses_html_where_there_is_some(prepared: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    """A front end gets text and HTML; the terminal prints the text."""
    from lineage_ext.magic import show

    class Both:
        def __str__(self) -> str:
            return "text"

        def _repr_html_(self) -> str:
            return "<b>html</b>"

    bundles: list[dict[str, Any]] = []
    publish = prepared.ip.display_pub.publish
    prepared.ip.display_pub.publish = lambda data, *_, **__: bundles.append(data)
    try:
        show(Both())
    finally:
        prepared.ip.display_pub.publish = publish
    assert bundles == [{"text/plain": "text", "text/html": "<b>html</b>"}]
