"""Which notebook a kernel runs, and where its lineage is kept."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lineage_ext.hosts.notebook import find, project
from lineage_ext.model import RunState
from lineage_ext.store import reading
from tests.hosts.conftest import PYTHONPATH, text

WHERE = "import lineage_ext.hosts\nprint(lineage_ext.hosts.ATTACHED.host.notebook())"


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """No host says anything yet."""
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)


def test_jupyter_names_its_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """JupyterLab and Notebook; a console's session isn't a notebook."""
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/me/a b.ipynb")
    assert (find({}).path, find({}).found) == ("/home/me/a b.ipynb", "JPY_SESSION_NAME")
    monkeypatch.setenv("JPY_SESSION_NAME", "console-1-b8e2")
    assert find({}).path == ""


def test_vs_code_sets_a_variable() -> None:
    """After the start, so it is looked up each time."""
    found = find({"__vsc_ipynb_file__": "/w/n.ipynb"})
    assert (found.host, found.path) == ("vscode", "/w/n.ipynb")


@pytest.mark.kernel
@pytest.mark.parametrize("tool", ["nbclient", "nbconvert", "papermill"])
def test_batch_tools_have_it_on_their_command_line(tool: str, tmp_path: Path) -> None:
    """49: nbclient's, nbconvert's and papermill's kernels find the notebook in the parent's arguments."""
    pytest.importorskip(tool)
    import nbformat

    cells = [nbformat.v4.new_code_cell("%load_ext lineage_ext"), nbformat.v4.new_code_cell(WHERE)]
    (tmp_path / "sub").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL), tmp_path / "sub" / "in.ipynb")
    commands = {
        "nbclient": ["jupyter-execute", "sub/in.ipynb", "--inplace"],
        "nbconvert": ["jupyter-nbconvert", "--execute", "--inplace", "--to", "notebook", "sub/in.ipynb"],
        "papermill": ["papermill", "sub/in.ipynb", "sub/in.ipynb"],
    }
    program, *arguments = commands[tool]
    program = str(Path(sys.executable).parent / program)
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH}
    subprocess.run([program, *arguments], cwd=tmp_path, env=environment, check=True, capture_output=True)
    done = nbformat.read(tmp_path / "sub" / "in.ipynb", as_version=4)
    assert f"path='{tmp_path}/sub/in.ipynb', found='argv'" in text(done.cells[1])
    assert (tmp_path / "sub" / ".lineage" / ".gitignore").exists()


KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


@pytest.mark.kernel
def test_an_unknown_notebook_has_no_path(kernel: Callable[..., Any], tmp_path: Path) -> None:
    """Then the working folder stands for it."""
    notebook = kernel("%load_ext lineage_ext", WHERE)
    assert "path='', found=''" in text(notebook.cells[1])
    (stored,) = reading.sessions(tmp_path / ".lineage" / "lineage.sqlite")
    assert stored.run.state is RunState.COMPLETE  # shutting the kernel down closes the session
    assert stored.cells == 2


def test_the_project_is_the_git_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the folder of the notebook, else the working folder."""
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert project(str(below / "n.ipynb")) == below
    assert project() == tmp_path
    assert project("/nowhere/on/this/machine/n.ipynb") == tmp_path
    (tmp_path / "a" / ".git").mkdir()
    assert project(str(below / "n.ipynb")) == tmp_path / "a"
