"""``lineage enable`` and ``lineage disable`` with real kernels, in an environment and with a user of their own."""

from __future__ import annotations

import os
import subprocess
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from lineage_ext.model import CodeFacet, RunKind
from lineage_ext.store import reading

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
RUN = """
import os, sys
from click.testing import CliRunner
from jupyter_client.manager import start_new_kernel
from lineage_ext.cli.app import application

def lineage(*words):
    done = CliRunner().invoke(application, words)
    assert done.exit_code == 0, done.output
    print(done.output, end="")

def kernel(folder, name, *cells):
    os.mkdir(folder)
    manager, client = start_new_kernel(kernel_name=name, startup_timeout=120, cwd=folder)
    for code in cells:
        answer = client.execute_interactive(code, timeout=120)
        assert answer["content"]["status"] == "ok", answer["content"]
    client.stop_channels()
    manager.shutdown_kernel()

where, *cells = sys.argv[1:]
lineage("enable", where)
kernel("enabled", "lineage" if where == "--kernel" else "python3", *cells)
lineage("disable", where)
kernel("disabled", "python3", "x = 1")
"""
CELLS = ("import pandas as pd", "d = pd.DataFrame({'a': [1, 2]})", "kept = d[d['a'] > 1]")

Python = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Python:
    """Run the Python of an environment that has our packages, but its own ``sys.prefix`` and home."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder / "env", symlinks=True)
    (site,) = (folder / "env").glob("lib/python*/site-packages")
    (site / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n")
    own = {name: str(folder / name) for name in ("HOME", "IPYTHONDIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
    environment = {**os.environ, **own, "PYTHONPATH": str(ROOT), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}

    def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [folder / "env" / "bin" / "python", *arguments],
            cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done

    return run


@pytest.mark.parametrize("where", ["--sys-prefix", "--user", "--kernel"])
def test_a_kernel_records_once_enabled_and_no_more_once_disabled(where: str, python: Python, tmp_path: Path) -> None:
    """No cell loads anything: its cells and their operations are there; afterwards not even a folder is made."""
    said = python("-c", RUN, where, *CELLS, cwd=tmp_path).stdout
    assert "took it out of" in said
    graph = reading.load(tmp_path / "enabled" / ".lineage" / "lineage.sqlite")
    assert [run.facet(CodeFacet).source for run in graph.cells()] == list(CELLS)
    operations = [run.job.name for run in graph.runs() if run.kind is RunKind.OPERATION]
    assert {"pandas.DataFrame.__init__", "pandas.DataFrame.__getitem__"} <= set(operations)
    assert list((tmp_path / "disabled").iterdir()) == []
