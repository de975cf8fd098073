"""The ``lineage`` command on stored sessions and on configuration files: text, JSON, exit codes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from traitlets.config import Config, Configurable

from lineage_ext.cli.app import COMMANDS, application
from lineage_ext.hosts import settings
from tests.cli.test_run_scripts import TRACKED, run


def lineage(*words: str) -> Result:
    """The command, in this process."""
    return CliRunner().invoke(application, words, prog_name="lineage")


SCRIPT = """
import pandas as pd
d = pd.read_csv('in.csv')
kept = d[d.a > 3]
both = kept.merge(d, on='b')
both.to_csv('out.csv')
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a stored session: a file read, filtered, joined and written."""
    folder = tmp_path_factory.mktemp("project")
    pd.DataFrame({"a": range(10), "b": list("xy") * 5}).to_csv(folder / "in.csv", index=False)
    (folder / "script.py").write_text(SCRIPT)
    assert run(folder, [*TRACKED, "script.py"]).returncode == 0
    return folder


@pytest.fixture
def ipython(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment and a user of their own for IPython's configuration."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "prefix"))
    return tmp_path


def test_every_command_helps() -> None:
    """``lineage --help`` lists all; each has a text of its own."""
    listed = lineage("--help").output
    for name, summary in COMMANDS.items():
        assert f"  {name} " in listed
        assert summary.split()[0] in listed
        helped = lineage(name, "--help")
        assert helped.exit_code == 0
        assert len(helped.output.splitlines()) > 4


def test_a_misspelt_command_is_offered_the_right_one() -> None:
    """Exit code 2."""
    done = lineage("shw")
    assert (done.exit_code, "did you mean 'show'?" in done.output) == (2, True)


def test_show_tells_frames_slowest_and_funnel(project: Path) -> None:
    """The names, each frame's size, the operations by time, the rows that were lost by which text."""
    text = lineage("show", "--store", str(project), "--frame", "both").output
    for part in (
        "d",
        "10 × 2",
        "kept",
        "6 × 2",
        "out.csv",
        "slowest",
        "read_csv",
        "rows of both",
        "-4 by",
        "d[d.a > 3]",
    ):
        assert part in text


def test_show_json_is_the_same_for_programs(project: Path) -> None:
    """One JSON document."""
    value = json.loads(lineage("show", "--store", str(project), "--json").output)
    assert (value["session"]["operations"], len(value["slowest"])) == (6, 5)
    assert value["session"]["coverage"] == 1.0
    by_name = {f["name"]: f for f in value["frames"]}
    assert by_name["both"]["sources"] == ["kept", "d"]
    steps = {f["name"]: [(s["rows_in"], s["rows_out"]) for s in f["steps"]] for f in value["funnels"]}
    assert steps["kept"] == [(10, 6)]
    assert steps["both"] == [(10, 6), (6, 30)]


def test_show_list_lists_sessions_and_one_can_be_chosen(project: Path) -> None:
    """By the beginning of its id; an unknown one is an error that lists what there is."""
    (listed,) = json.loads(lineage("show", "--list", "--store", str(project), "--json").output)
    assert listed["cells"] == 1
    assert listed["id"] in lineage("show", "--list", "--store", str(project)).output
    assert lineage("show", "--store", str(project), "--session", listed["id"][:20]).exit_code == 0
    missing = lineage("show", "--store", str(project), "--session", "nothing")
    assert (missing.exit_code, listed["id"] in missing.output) == (1, True)


def test_a_project_without_a_store_says_so(tmp_path: Path) -> None:
    """Exit code 1, one line that tells where it looked, and what to do."""
    done = lineage("show", "--store", str(tmp_path / "none.sqlite"))
    assert (done.exit_code, done.output.count("\n")) == (1, 1)
    assert done.output.startswith(f"Error: there is no store at {tmp_path / 'none.sqlite'}; a notebook with %load_ext")
    assert "--store names another" in done.output
    (tmp_path / "empty.sqlite").touch()
    done = lineage("show", "--store", str(tmp_path / "empty.sqlite"))
    assert done.output == f"Error: {tmp_path / 'empty.sqlite'} is no store of lineage_ext, or an empty one\n"


def test_commands_follow_the_projects_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the store is, and what an export tells: what lineage.toml says counts for them as for a session."""
    (tmp_path / "lineage.toml").write_text("folder = '.kept'\ngranularity = 'operation'\n")
    (tmp_path / "script.py").write_text("import pandas as pd\npd.DataFrame({'a': [1]}).to_csv('out.csv')")
    assert run(tmp_path, [*TRACKED, "script.py"]).returncode == 0
    assert (tmp_path / ".kept" / "lineage.sqlite").exists()
    assert "1 cells" in lineage("show", "--store", str(tmp_path)).output
    monkeypatch.chdir(tmp_path)
    assert "1 cells" in lineage("show").output
    assert lineage("export", "openlineage", "fine.ndjson").exit_code == 0
    (tmp_path / "lineage.toml").write_text("folder = '.kept'\n")
    assert lineage("export", "openlineage", "coarse.ndjson").exit_code == 0
    assert "pandas_to_csv" not in (tmp_path / "coarse.ndjson").read_text()
    assert len((tmp_path / "fine.ndjson").read_text()) > len((tmp_path / "coarse.ndjson").read_text())


def test_doctor_tells_wrong_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of lineage.toml and of the environment, as a session's notes do."""
    (tmp_path / "lineage.toml").write_text("otle = 'on'\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LINEAGE_CONTENTS", "perhaps")
    told = [f["text"] for f in json.loads(lineage("doctor", "--json").output) if f["what"] == "settings"]
    assert told == [
        str(tmp_path / "lineage.toml"),
        "LINEAGE_CONTENTS in the environment is left out: contents can't be 'perhaps'; it is True or False",
        "lineage.toml: there is no setting 'otle'; did you mean 'otel'?",
    ]


def test_export_writes_a_stored_session(project: Path, tmp_path: Path) -> None:
    """Any format of ``%lineage export``."""
    done = lineage("export", "json", str(tmp_path / "x.json"), "--store", str(project), "--json")
    assert json.loads(done.output) == {"format": "json", "path": str(tmp_path / "x.json")}
    assert "kept" in (tmp_path / "x.json").read_text()


def test_enable_adds_to_what_is_there_and_disable_takes_only_that(ipython: Path) -> None:
    """Idempotent; the rest of the file stays; a file that held nothing else goes away."""
    file = ipython / "prefix" / "etc" / "ipython" / "ipython_config.json"
    file.parent.mkdir(parents=True)
    before = {"InteractiveShellApp": {"extensions": ["other"], "code_to_run": "1"}, "X": {"y": 2}}
    file.write_text(json.dumps(before))
    for changed in (True, False):
        value = json.loads(CliRunner().invoke(application, ["enable", "--json"]).stdout)
        assert (value["path"], value["changed"]) == (str(file), changed)
    assert json.loads(file.read_text())["InteractiveShellApp"]["extensions"] == ["other", "lineage_ext"]
    assert lineage("disable").exit_code == 0
    assert json.loads(file.read_text()) == before
    file.unlink()
    lineage("enable")
    lineage("disable")
    assert not file.exists()
    assert "nothing" in lineage("disable").output


def test_a_broken_configuration_is_left_as_it_is(ipython: Path) -> None:
    """A clear error, exit code 1, not a byte changed."""
    file = ipython / "prefix" / "etc" / "ipython" / "ipython_config.json"
    file.parent.mkdir(parents=True)
    for text in ("{not json", '{"InteractiveShellApp": {"extensions": "storemagic"}}', "[]"):
        file.write_text(text)
        done = lineage("enable")
        assert (done.exit_code, "left as it is" in done.output, file.read_text()) == (1, True, text)


def test_a_users_own_list_is_not_replaced(ipython: Path) -> None:
    """IPython would take JSON's list over the one of ipython_config.py, and warn at every start."""
    profile = ipython / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_config.py").write_text("c.InteractiveShellApp.extensions = ['storemagic']\n")
    done = lineage("enable", "--user")
    assert (done.exit_code, "add 'lineage_ext' to it there" in done.output) == (1, True)
    assert not (profile / "ipython_config.json").exists()


@pytest.mark.parametrize(
    ("file", "text", "wanted"),
    [
        ("ipython_config.py", "", True),
        ("ipython_kernel_config.py", "c.IPKernelApp.extensions = ['other']", False),
        ("ipython_kernel_config.py", "c.InteractiveShellApp.extensions = ['other']", False),
    ],
)
def test_enable_tells_whether_kernels_will_load_it(file: str, text: str, wanted: bool, ipython: Path) -> None:
    """A list of the user's for kernels replaces the one we enter it in: said, with what to do."""
    profile = ipython / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    (profile / file).write_text(text)
    done = CliRunner().invoke(application, ["enable", "--user", "--json"])
    assert json.loads(done.stdout)["effective"] is wanted
    assert ("to the list there" in done.stderr) is not wanted


def test_an_environments_list_is_not_replaced_by_a_users(ipython: Path) -> None:
    """IPython takes the profile's list instead of the environment's: what others have put there would be off."""
    file = ipython / "prefix" / "etc" / "ipython" / "ipython_config.json"
    file.parent.mkdir(parents=True)
    file.write_text('{"InteractiveShellApp": {"extensions": ["other"]}}')
    done = lineage("enable", "--user")
    assert (done.exit_code, "--sys-prefix" in done.output) == (1, True)
    assert not (ipython / "ipython" / "profile_default" / "ipython_config.json").exists()


def test_init_writes_every_setting_commented_out(tmp_path: Path) -> None:
    """The file is valid TOML, changes nothing as written, and each line counts once uncommented."""
    assert lineage("init", str(tmp_path)).exit_code == 0
    file = tmp_path / "lineage.toml"
    notes: list[str] = []
    assert settings.configure(tmp_path, notes.append).trait_values() == settings.LineageConfig().trait_values()
    lines = [line[2:] for line in file.read_text().splitlines() if " = " in line and line.startswith("# ")]
    assert {line.split(" = ")[0] for line in lines} == set(settings.LineageConfig.class_trait_names(config=True))
    file.write_text("\n".join(lines))
    assert settings.configure(tmp_path, notes.append).trait_values() == settings.LineageConfig().trait_values()
    assert notes == []
    assert (lineage("init", str(tmp_path)).exit_code, file.read_text()) == (1, "\n".join(lines))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("flush_intervall = 1", "there is no setting 'flush_intervall'; did you mean 'flush_interval'?"),
        ("flush_interval = 'often'", "lineage.toml: flush_interval can't be 'often'; it is a number of at least 0.02"),
        ("otel = true", "lineage.toml: otel can't be True; it is auto, on or off"),
        ("= 3", "can't be read"),
    ],
)
def test_a_wrong_setting_is_told_and_the_rest_counts(text: str, told: str, tmp_path: Path) -> None:
    """In a note of the session; nothing is raised."""
    (tmp_path / "lineage.toml").write_text(f"sample_interval = 0.5\n{text}\n")
    notes: list[str] = []
    config: Any = settings.configure(tmp_path, notes.append)
    assert len(notes) == 1
    assert told in notes[0]
    assert config.sample_interval == (0.05 if "can't be read" in told else 0.5)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("flush_interval", "often", "flush_interval can't be 'often'; it is a number of at least 0.02"),
        ("flush_interval", "0", "flush_interval can't be '0'; it is a number of at least 0.02"),
        ("otel", "maybe", "otel can't be 'maybe'; it is auto, on or off"),
        ("contents", "perhaps", "contents can't be 'perhaps'; it is True or False"),
        ("redact_columns", "ssn", "redact_columns can't be 'ssn'; it is NAME=VALUE, NAME=VALUE"),
        ("openlineage_tags", "x", "openlineage_tags can't be 'x'; it is NAME=VALUE, NAME=VALUE"),
    ],
)
def test_a_wrong_variable_is_told_and_the_rest_counts(
    name: str, text: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``%load_ext`` doesn't fail because of the environment: a note names the variable and what it can be."""
    monkeypatch.setenv("LINEAGE_SAMPLE_INTERVAL", "0.5")
    monkeypatch.setenv(f"LINEAGE_{name.upper()}", text)
    notes: list[str] = []
    config: Any = settings.configure(tmp_path, notes.append)
    assert notes == [f"LINEAGE_{name.upper()} in the environment is left out: {told}"]
    assert config.sample_interval == 0.5
    assert getattr(config, name) == settings.LineageConfig.class_traits()[name].default()


def test_a_wrong_line_of_ipythons_configuration_is_told_and_the_rest_counts(tmp_path: Path) -> None:
    """In a note, too."""
    parent = Configurable(config=Config(LineageConfig={"otel": "maybe", "flush_interval": 1.5}))
    notes: list[str] = []
    config: Any = settings.configure(tmp_path, notes.append, parent)
    assert notes == ["IPython's configuration: otel can't be 'maybe'; it is auto, on or off"]
    assert (config.otel, config.flush_interval) == ("auto", 1.5)


@pytest.mark.parametrize("line", ["literals = 'nowere'", "literal = 'nowhere'", "Literals = 'nowhere'"])
def test_a_mistyped_setting_about_literals_keeps_them(line: str, tmp_path: Path) -> None:
    """Whoever wrote it wants less told, not as much as by default: nobody gets any, and a note says so."""
    (tmp_path / "lineage.toml").write_text(f"{line}\n")
    notes: list[str] = []
    assert settings.configure(tmp_path, notes.append).literals == "nowhere"
    assert len(notes) == 1
    assert notes[0].endswith("; until it is put right nobody gets literals")


def test_a_mistyped_variable_about_literals_keeps_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment, too."""
    monkeypatch.setenv("LINEAGE_LITERALS", "none")
    notes: list[str] = []
    assert settings.configure(tmp_path, notes.append).literals == "nowhere"


def test_the_environment_overrules_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LINEAGE_SAMPLE_INTERVAL beats lineage.toml."""
    (tmp_path / "lineage.toml").write_text("sample_interval = 0.5\nflush_interval = 1.5\n")
    monkeypatch.setenv("LINEAGE_SAMPLE_INTERVAL", "0.25")
    config: Any = settings.configure(tmp_path, pytest.fail)
    assert (config.sample_interval, config.flush_interval) == (0.25, 1.5)


def test_doctor_reports_versions_hooks_and_store(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each finding has a state; hooks are in place in every function but the ones named, and taken out again."""
    monkeypatch.chdir(project)
    code = pd.DataFrame.merge.__code__
    findings = {f["what"]: f for f in json.loads(lineage("doctor", "--json").output)}
    assert findings["pandas"]["text"] == pd.__version__
    assert int(findings["hooks"]["text"].split()[0]) > 500
    assert "1 sessions" in findings["store"]["text"]
    assert pd.DataFrame.merge.__code__ is code


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str) -> None:
    """They name our variable, by which the shell asks the command."""
    assert "_LINEAGE_COMPLETE" in lineage("completion", shell).output
