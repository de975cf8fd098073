"""``lineage run script.py``: to the letter what ``python script.py`` does, on 24 scripts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lineage_ext.cli.run import options
from lineage_ext.model import RunState
from lineage_ext.store import reading
from tests.emit.delivery.backend import wait_for
from tests.hosts.conftest import PYTHONPATH
from tests.hosts.test_script import killed_once_stored

PANDAS = "import pandas as pd\ndf = pd.DataFrame({'a': [1, 2], 'b': ['x', 'y']})\n"
SCRIPTS = {
    "prints": PANDAS + "print(df); print(df.a.sum())",
    "arguments": "import sys; print(sys.argv, sys.orig_argv[1:])",
    "options of its own": "import argparse\np = argparse.ArgumentParser()\np.add_argument('words', nargs='*')\n"
    "p.add_argument('--json', action='store_true')\nprint(p.parse_args())",
    "main module": "import sys\nprint(__name__, __file__, __spec__, __builtins__, sys.modules['__main__'].__file__)\n"
    "print(sorted(k for k in globals() if k != 'sys'))",
    "path and environment": "import os, sys\nprint(sys.path[0], sys.path[1:3], len(sys.path))\n"
    "print(sorted(k for k in os.environ if k not in ('_', 'OLDPWD')), os.environ.get('PYTHONPATH'))\n"
    "print('sitecustomize' in sys.modules, [p for p in sys.path_importer_cache if 'startup' in p], sys.flags)",
    "relative paths": PANDAS + "df.to_csv('out.csv'); print(open('out.csv').read()); print(pd.read_csv('out.csv'))",
    "module beside it": "import beside; print(beside.double(4), beside.__file__)",
    "modules that hide Python's": PANDAS + "import queue, sqlite3, uuid; print(queue.mine, sqlite3.mine, uuid.mine)",
    "stdin": "import sys; print(sys.stdin.read().upper(), sys.stdin.isatty())",
    "input": "print(input('name? '))\ntry:\n    input()\n    input()\nexcept EOFError as e:\n    print(repr(e))",
    "exit 0": "import sys; sys.exit()",
    "exit 1": "raise SystemExit(1)",
    "exit 3": PANDAS + "import sys; sys.exit(3)",
    "exit with text": "import sys; sys.exit('bye')",
    "exception": PANDAS + "def f(x):\n    return x / 0\ndf.a.apply(f)",
    "chained exceptions": "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('two') from e",
    "syntax error": "print('never')\nx = = 1",
    "interrupt": PANDAS + "raise KeyboardInterrupt",
    "signal": "import os, signal; os.kill(os.getpid(), signal.SIGTERM); print('never')",
    "warnings": PANDAS + "import warnings\nwarnings.warn('mine')\ndf['a'][0] = 3",
    "hard exit": PANDAS + "import os; print('x', flush=True); os._exit(5)",
    "atexit": "import atexit; atexit.register(lambda: print('last')); print('first')",
    "pickle": PANDAS + "import pickle\nclass A: pass\nprint(pickle.dumps(A()), len(pickle.dumps(df)))",
    "processes": """
import multiprocessing, pandas as pd
def work(n):
    return int(pd.DataFrame({'a': range(n)}).a.sum())
if __name__ == '__main__':
    for method in ('fork', 'spawn', 'forkserver'):
        with multiprocessing.get_context(method).Pool(2) as pool:
            print(pool.map(work, [1, 2, 3]))
""",
    "waits for its threads": PANDAS
    + """
import threading, time
for _ in range(3):
    threading.Thread(target=df.a.sum).start()
while threading.active_count() > 1:
    time.sleep(0.01)
for thread in threading.enumerate():
    if thread is not threading.main_thread():
        thread.join()
print("all")
""",
    "subprocess": "import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', "
    '\'import os, sys; print("lineage_ext" in sys.modules, os.environ.get("PYTHONPATH"))\'], '
    "capture_output=True, text=True).stdout)",
}


def run(folder: Path, words: list[str], **more: str) -> subprocess.CompletedProcess[str]:
    """A process in ``folder`` with input, its output captured."""
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH, "PYTHONHASHSEED": "0", **more}
    return subprocess.run(
        words,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        input="some\ninput",
        timeout=300,
        check=False,
    )


TRACKED = [sys.executable, "-m", "lineage_ext", "run"]


@pytest.mark.parametrize("source", SCRIPTS.values(), ids=SCRIPTS)
def test_a_script_runs_as_without(source: str, tmp_path: Path) -> None:
    """52: stdout, stderr with its traceback, exit code and files are the same; arguments that look like ours too."""
    done = []
    for name, words in (("a", [sys.executable]), ("b", TRACKED)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "script.py").write_text(source)
        (folder / "beside.py").write_text("def double(x):\n    return 2 * x\n")
        if "mine, " in source:
            (folder / "sqlite3").mkdir()
            for hides in ("queue.py", "sqlite3/__init__.py", "uuid.py"):
                (folder / hides).write_text("mine = __file__\n")
        one = run(folder, [*words, "script.py", "--json", "-x" if "argv" in source else "y"])
        files = sorted(p.name for p in folder.iterdir() if p.name not in (".lineage", "__pycache__"))
        text = [s.replace(f"{folder}", "FOLDER") for s in (one.stdout, one.stderr)]
        done.append((*text, one.returncode, files))
    assert done[1] == done[0]


@pytest.mark.parametrize(
    "words", [["-X", "dev", "-W", "error::FutureWarning"], ["-Wdefault", "-Oum"], ["-bB", "-Ximporttime"]]
)
def test_pythons_options_are_the_scripts(words: list[str], tmp_path: Path) -> None:
    """Flags, warning filters and what they show, such as files that weren't closed."""
    code = "import sys\nprint(sys.flags, sys.warnoptions, sorted(sys._xoptions), __debug__)\nopen(__file__)\n"
    (tmp_path / "script.py").write_text(code)
    started = words if words[-1].endswith("m") else [*words, "-m"]
    plain = run(tmp_path, [sys.executable, *words[:-1], words[-1].rstrip("m"), "script.py"])
    tracked = run(tmp_path, [sys.executable, *started, "lineage_ext", "run", "script.py"])
    assert (tracked.stdout, tracked.returncode) == (plain.stdout, plain.returncode)
    warned = [[line for line in p.stderr.splitlines() if "Warning" in line] for p in (plain, tracked)]
    assert warned[1] == warned[0]


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("python lineage run -X dev", ""), ("python -X dev -Wx lineage run", "-X dev -Wx"),
        ("python -I -E -S -m lineage_ext run -u", ""), ("python -uIm lineage_ext", "-u"),
        ("python --check-hash-based-pycs never -m x", "--check-hash-based-pycs never"),
    ],
)  # fmt: skip
def test_pythons_options_end_where_ours_begin(words: str, kept: str) -> None:
    """Those that would keep us out aren't given on."""
    assert list(options(words.split())) == kept.split()


def test_what_the_script_did_is_in_the_store(tmp_path: Path) -> None:
    """The run has the script's name, its operations their lines, its variables their frames."""
    (tmp_path / "script.py").write_text(PANDAS + "doubled = df.a * 2\n")
    assert run(tmp_path, [*TRACKED, "script.py"]).stdout == ""
    path = tmp_path / ".lineage" / "lineage.sqlite"
    session, script, made, *_ = reading.runs(path)
    assert (session.job.name, script.job.name) == ("script", "script.script.py")
    assert made.position is not None
    assert made.position.line == 2
    assert sorted(reading.load(path).variables()) == ["df", "doubled"]


def test_a_script_of_another_folder_keeps_its_own_path(tmp_path: Path) -> None:
    """``sys.path[0]`` is the script's folder, not ours and not the working directory."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "script.py").write_text("import sys; print(sys.path[0])")
    assert run(tmp_path, [*TRACKED, "sub/script.py"]).stdout.strip() == str(tmp_path / "sub")


def test_a_sitecustomize_of_the_users_is_imported(tmp_path: Path) -> None:
    """Ours stands before it only for a moment."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "sitecustomize.py").write_text("print('mine', __file__)")
    (tmp_path / "script.py").write_text("import sys; print(sys.modules['sitecustomize'].__file__)")
    path = os.pathsep.join(["own", PYTHONPATH])
    plain = run(tmp_path, [sys.executable, "script.py"], PYTHONPATH=path)
    tracked = run(tmp_path, [*TRACKED, "script.py"], PYTHONPATH=path)
    assert plain.stdout.startswith("mine")
    assert tracked.stdout.endswith(plain.stdout)  # the command itself is a Python that imports it, too


@pytest.mark.skipif(os.name != "posix", reason="signals of other processes")
def test_ctrl_c_ends_it_as_without(tmp_path: Path) -> None:
    """The process is the script's own: a signal to it reaches the script, whose handler may say what it likes."""
    (tmp_path / "script.py").write_text(
        "import time\ntry:\n    print('ready', flush=True); time.sleep(60)\n"
        "except KeyboardInterrupt:\n    print('caught')\n    raise\n"
    )
    ended, variables = [], {**os.environ, "PYTHONPATH": PYTHONPATH, "PYTHONNODEBUGRANGES": "1"}  # whichever call it was
    for words in ([sys.executable, "script.py"], [*TRACKED, "script.py"]):
        process = subprocess.Popen(words, cwd=tmp_path, env=variables, stdout=-1, stderr=-1, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        ended.append((*process.communicate(timeout=60), process.returncode))
    assert ended[1] == ended[0]
    assert ended[0][0] == "caught\n"


def test_a_failure_of_ours_leaves_the_script_alone(tmp_path: Path) -> None:
    """A store that can't be made is a note, not the script's trouble."""
    (tmp_path / ".lineage").write_text("a file, not a folder")
    (tmp_path / "script.py").write_text(PANDAS + "print(df.a.sum())")
    done = run(tmp_path, [*TRACKED, "script.py"], LINEAGE_STRICT="")
    assert (done.stdout, done.stderr, done.returncode) == ("3\n", "", 0)


def test_a_missing_script_is_said(tmp_path: Path) -> None:
    """One line, exit code 1, no traceback."""
    done = run(tmp_path, [*TRACKED, "nothing.py"])
    assert (done.stderr, done.returncode) == ("Error: there is no nothing.py\n", 1)


def test_a_killed_script_is_read_as_aborted(tmp_path: Path) -> None:
    """35: what was recorded before the signal is there."""
    (tmp_path / "script.py").write_text(PANDAS + "import time\ntime.sleep(600)")
    killed_once_stored(tmp_path, [*TRACKED, "script.py"])
    session, script, made = reading.runs(tmp_path / ".lineage" / "lineage.sqlite")
    assert (session.state, script.state, made.state) == (RunState.ABORT, RunState.ABORT, RunState.COMPLETE)
    show = [*TRACKED[:-1], "show", "--store", str(tmp_path)]
    shown = subprocess.run(show, capture_output=True, text=True, check=True).stdout
    assert "  killed\n" in shown
    assert "1 cells, 1 unfinished · 1 operations" in shown
    assert "killed" in subprocess.run([*show, "--list"], capture_output=True, text=True, check=True).stdout


def test_a_running_script_is_told_from_a_killed_one(tmp_path: Path) -> None:
    """Two in one folder, one of them killed: the list says which still runs, until that is killed, too."""
    (tmp_path / "script.py").write_text(PANDAS + "import time\ntime.sleep(600)")
    killed_once_stored(tmp_path, [*TRACKED, "script.py"])
    show = [*TRACKED[:-1], "show", "--store", str(tmp_path)]

    def states() -> list[str]:
        listed = subprocess.run([*show, "--list", "--json"], capture_output=True, text=True, check=True).stdout
        return [session["state"] for session in json.loads(listed)]

    process = subprocess.Popen([*TRACKED, "script.py"], cwd=tmp_path)
    try:
        wait_for(lambda: len(states()) == 2)
        assert states() == ["RUNNING", "ABORT"]
        shown = subprocess.run(show, capture_output=True, text=True, check=True).stdout
        assert "  running\n" in shown
        assert "1 cells, 1 running" in shown
    finally:
        process.kill()
        process.wait()
    assert states() == ["ABORT", "ABORT"]
