"""``lineage_ext.track()`` in scripts: nothing a user can see changes, and the whole script is one run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from lineage_ext.errors import StoreError, UnknownName
from lineage_ext.model import CodeFacet, RunState
from lineage_ext.store import reading
from tests.emit.delivery.backend import wait_for
from tests.hosts.conftest import PYTHONPATH

LISTEN = """
import atexit, lineage_ext, sys
from seen import Seen
def report():
    for run in seen.ended:
        print('RUN', run.kind, run.state, run.job.name)
atexit.register(report)  # runs after what track() registers
session = lineage_ext.track()
seen = Seen()
seen.listen()
"""


def python(folder: Path, source: str, *args: str, name: str = "script.py") -> subprocess.CompletedProcess[str]:
    """Run ``source`` as a script in ``folder``."""
    (folder / name).write_text(source)
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH, "PYTHONHASHSEED": "0"}
    return subprocess.run(
        [sys.executable, name, *args],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def seen_by(folder: Path, body: str) -> list[list[str]]:
    """[kind, state, name] of the runs a script's session saw until after its end."""
    done = python(folder, LISTEN + body)
    return [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("RUN")]


PROGRAMS = {
    "ends": "print('out'); print('err', file=sys.stderr)",
    "fails": "def f(x):\n    return x / 0\npd.Series([1]).apply(f)",
    "exits": "print(sys.argv); sys.exit(7)",
    "exits with text": "sys.exit('bye')",
    "interrupted": "raise KeyboardInterrupt",
    "warns": "import warnings; warnings.warn('mine'); df.loc[0, 'a'] = 'x'",
    "hard exit": "import os; print('x', flush=True); os._exit(3)",
    "thread fails": "import threading; t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()",
    "pickles": "import pickle\nclass A: pass\nprint(len(pickle.dumps(A())), __name__, len(pickle.dumps(df)))",
    "pool": """
import multiprocessing
def work(n):
    return int(pd.DataFrame({'a': range(n)}).a.sum())
if __name__ == '__main__':
    for method in ('fork', 'spawn'):
        with multiprocessing.get_context(method).Pool(2) as pool:
            print(pool.map(work, [1, 2, 3]))
""",
    "forks": """
import os, warnings
warnings.filterwarnings('ignore', 'This process', DeprecationWarning)  # numpy's threads, since 3.12
if (pid := os.fork()) == 0:
    print(df.a.sum(), flush=True)
    sys.exit(5)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
""",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_output_and_exit_code_are_as_without(program: str, tmp_path: Path) -> None:
    """37, 50-52: stdout, stderr with its traceback, and exit code of a script don't tell that it is tracked."""
    head = "import sys\nimport pandas as pd\n{}\ndf = pd.DataFrame({{'a': [1, 2]}})\n"
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    without = python(tmp_path / "a", head.format("pass") + program, "one", "two")
    tracked = python(tmp_path / "b", head.format("import lineage_ext; lineage_ext.track()") + program, "one", "two")
    assert tracked.stdout == without.stdout
    assert tracked.stderr.replace("/b/", "/a/") == without.stderr
    assert tracked.returncode == without.returncode


def test_a_script_is_one_run_within_the_session(tmp_path: Path) -> None:
    """Operations first, then the script, then the session; ended by the end of the process."""
    runs = seen_by(tmp_path, "import pandas as pd\ndf = pd.DataFrame({'a': [1]})")
    assert runs == [
        ["operation", "COMPLETE", "pandas.DataFrame.__init__"],
        ["cell", "COMPLETE", "script.script.py"],
        ["session", "COMPLETE", "script"],
    ]


@pytest.mark.parametrize(
    ("end", "state"),
    [("1 / 0", "FAIL"), ("raise KeyboardInterrupt", "ABORT"), ("sys.exit(3)", "COMPLETE"), ("pass", "COMPLETE")],
)
def test_the_run_tells_how_the_script_ended(end: str, state: str, tmp_path: Path) -> None:
    """An uncaught exception fails it; ``sys.exit`` is an ordinary end."""
    assert [run[1] for run in seen_by(tmp_path, end) if run[0] == "cell"] == [state]


def test_a_with_block_ends_tracking(tmp_path: Path) -> None:
    """``with track() as session``: outside it nothing is recorded, and pandas is as before."""
    done = python(
        tmp_path,
        """
import lineage_ext, pandas as pd
code = pd.DataFrame.merge.__code__
with lineage_ext.track() as session:
    a = pd.DataFrame({'a': [1]})
    assert lineage_ext.track() is session, 'idempotent'
    assert pd.DataFrame.merge.__code__ is not code
assert session.closed
assert pd.DataFrame.merge.__code__ is code
b = pd.DataFrame({'a': [1]})
print(session.summary().operations)
with lineage_ext.track() as again:
    assert again is not session
try:
    lineage_ext.current()
except lineage_ext.LineageError as error:
    print(type(error).__name__)
""",
    )
    assert (done.stdout.split(), done.stderr) == (["1", "NoSession"], "")


def test_a_failing_with_block_fails_the_run(tmp_path: Path) -> None:
    """The exception passes, and is the run's."""
    (tmp_path / "script").mkdir()
    runs = seen_by(tmp_path, "try:\n    with session:\n        1 / 0\nexcept ZeroDivisionError:\n    print('passed')")
    assert [run[1] for run in runs if run[0] == "cell"] == ["FAIL"]


def test_pandas_may_be_imported_later(tmp_path: Path) -> None:
    """Tracking a script that uses no pandas doesn't import it; recording starts right after the import."""
    done = python(
        tmp_path,
        """
import sys, lineage_ext
def ours():
    return [f for f in sys.meta_path if (f if isinstance(f, type) else type(f)).__module__.startswith('lineage_ext')]
with lineage_ext.track() as session:
    import importlib.util
    assert ours()
    assert importlib.util.find_spec('pandas').name == 'pandas'  # only asked for
    assert 'pandas' not in sys.modules
    import pandas as pd
    assert not ours(), 'the import hook is gone'
    assert 'exec_module' not in vars(pd.__loader__)
    pd.DataFrame({'a': [1]})
    print(session.summary().operations)
""",
    )
    assert (done.stdout, done.stderr) == ("1\n", "")


def test_finders_of_the_users_are_asked_once(tmp_path: Path) -> None:
    """Those before ours and those behind it."""
    done = python(
        tmp_path,
        """
import sys, lineage_ext
class Told:
    def find_spec(self, name, path=None, target=None):
        if name == 'pandas':
            print('asked')
with lineage_ext.track() as session:
    sys.meta_path.insert(0, Told())
    sys.meta_path.insert(2, Told())
    import pandas as pd
    pd.DataFrame({'a': [1]})
    print(session.summary().operations)
""",
    )
    assert (done.stdout, done.stderr) == ("asked\nasked\n1\n", "")


def test_a_script_without_pandas_leaves_no_import_hook(tmp_path: Path) -> None:
    """Unloading takes the finder away."""
    done = python(
        tmp_path,
        "import sys, lineage_ext\nbefore = list(sys.meta_path)\nwith lineage_ext.track(): pass\n"
        "print(sys.meta_path == before, 'pandas' in sys.modules)",
    )
    assert (done.stdout, done.stderr) == ("True False\n", "")


def test_a_process_without_threads_forks_without_a_warning(tmp_path: Path) -> None:
    """37: our worker isn't there at the moment of the fork (Python 3.12 warns of threads), and is again afterwards."""
    body = """
import os, sys, time, warnings
import lineage_ext
session = lineage_ext.track()
warnings.simplefilter('error')
alive = lambda: len(sys._current_frames()) - 1
def both():
    while alive() < 2:  # the worker and the sampler
        time.sleep(0.01)
both()
for _ in range(3):
    pid = os.fork()
    if pid == 0:
        os._exit(alive())
    assert os.waitpid(pid, 0)[1] == 0
both()
assert alive() == 2
assert 'numpy' not in sys.modules
"""
    done = python(tmp_path, body)
    assert (done.stderr, done.returncode) == ("", 0)


@pytest.mark.parametrize("fork", ["os.fork()", "multiprocessing"])
def test_a_child_records_nothing_and_writes_nothing(fork: str, tmp_path: Path) -> None:
    """37: in a forked child pandas is as it was, no thread of ours runs, the session passes nothing on."""
    body = """
import os, sys, pandas as pd
def child():
    assert session.closed and not session.processors
    before = len(seen.ended)
    df = pd.DataFrame({'a': [1]}) * 2
    assert not hasattr(df, '_lineage')
    session.flush()
    assert len(seen.ended) == before
    assert len(sys._current_frames()) == 1
parent = pd.DataFrame({'a': [1]})
if FORK == 'os.fork()':
    pid = os.fork()
    if pid == 0:
        child()
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
else:
    import multiprocessing
    process = multiprocessing.get_context('fork').Process(target=child)
    process.start()
    process.join()
    assert process.exitcode == 0
pd.DataFrame({'b': [1]})
""".replace("FORK", repr(fork))
    runs = seen_by(tmp_path, body)
    assert [run[2] for run in runs] == [
        "pandas.DataFrame.__init__",
        "pandas.DataFrame.__init__",
        "script.script.py",
        "script",
    ]
    assert {run[1] for run in runs} == {"COMPLETE"}


def killed_once_stored(folder: Path, command: list[str], count: int = 3) -> None:
    """Start a process that goes on for long, and kill it when the store has so many of its runs."""

    def stored() -> int:
        with suppress(StoreError, UnknownName):  # it isn't there yet, or nothing in it
            return len(list(reading.runs(folder / ".lineage" / "lineage.sqlite")))
        return 0

    process = subprocess.Popen(command, cwd=folder, env={**os.environ, "PYTHONPATH": PYTHONPATH})
    try:
        wait_for(lambda: stored() >= count or process.poll() is not None)
    finally:
        process.kill()
        assert process.wait() == -signal.SIGKILL


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL")
def test_a_killed_script_leaves_its_start(tmp_path: Path) -> None:
    """35: nothing can be done at the end; what was begun and recorded before is in the store."""
    source = LISTEN + "import time, pandas as pd\ndf = pd.DataFrame({'a': [1]})\ntime.sleep(600)\n"
    (tmp_path / "script.py").write_text(source)
    killed_once_stored(tmp_path, [sys.executable, "script.py"])
    session, script, made = reading.runs(tmp_path / ".lineage" / "lineage.sqlite")
    assert (session.state, script.state) == (RunState.ABORT, RunState.ABORT)
    assert script.facet(CodeFacet).source == source
    assert (made.job.name, made.parent_id) == ("pandas.DataFrame.__init__", script.id)
