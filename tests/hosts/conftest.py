"""A real InteractiveShell per test, in a folder of its own, with lineage_ext loaded; and what its session saw."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient
from traitlets.config import Config

import lineage_ext
from lineage_ext import guard
from lineage_ext.model import CodeFacet, Run, RunKind
from lineage_ext.session import Session
from tests.hosts.seen import Seen

ROOT = Path(__file__).parents[2]
PYTHONPATH = f"{ROOT}{os.pathsep}{ROOT / 'tests' / 'hosts'}"  # for kernels and scripts: the package, and seen.py
LOAD = "%load_ext lineage_ext\nfrom seen import Seen\nseen = Seen()\nseen.listen()\nNone"


class Shell:
    """An InteractiveShell and the session that watches it."""

    def __init__(self, ip: Any) -> None:
        self.ip = ip
        self.seen = Seen()

    def run(self, source: str, **options: Any) -> Any:
        """Run a cell as a front end would; IPython's ExecutionResult."""
        return self.ip.run_cell(source, **{"store_history": True, **options})

    def load(self) -> Session:
        """%load_ext lineage_ext, with ``seen`` listening from then on."""
        result = self.run("%load_ext lineage_ext")
        assert result.success
        return self.listen()

    def listen(self) -> Session:
        """Have ``seen`` listen to the current session."""
        return self.seen.listen()

    def cells(self) -> list[Run]:
        """Finished cell runs so far, oldest first."""
        lineage_ext.current().flush()
        return [r for r in self.seen.ended if r.kind is RunKind.CELL]

    def operations(self) -> list[Run]:
        """Finished operations so far."""
        lineage_ext.current().flush()
        return [r for r in self.seen.ended if r.kind is RunKind.OPERATION]

    def sources(self) -> list[str]:
        """Source texts of the finished cells."""
        return [r.facet(CodeFacet).source for r in self.cells()]


@pytest.fixture
def ip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An InteractiveShell without history on disk; it is ``get_ipython()`` meanwhile."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    InteractiveShell.clear_instance()
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    found = InteractiveShell.instance(config=config)
    guard.forget()
    yield found
    found.extension_manager.unload_extension("lineage_ext")
    InteractiveShell.clear_instance()


@pytest.fixture
def bare(ip: Any) -> Shell:
    """A shell that lineage_ext isn't loaded in."""
    return Shell(ip)


@pytest.fixture
def shell(ip: Any) -> Shell:
    """A shell that lineage_ext is loaded in."""
    shell = Shell(ip)
    shell.load()
    return shell


@pytest.fixture
def kernel(tmp_path: Path) -> Callable[..., nbformat.NotebookNode]:
    """Run cells in a real kernel in ``tmp_path``; the executed notebook. Failing cells don't stop it."""

    def execute(*sources: str) -> nbformat.NotebookNode:
        cells = [nbformat.v4.new_code_cell(source, id=f"c{i}") for i, source in enumerate(sources)]
        notebook = nbformat.v4.new_notebook(cells=cells)
        where = {"metadata": {"path": str(tmp_path)}}
        client = NotebookClient(notebook, kernel_name="python3", timeout=120, allow_errors=True, resources=where)
        client.execute(env={**os.environ, "PYTHONPATH": PYTHONPATH})
        return notebook

    return execute


@pytest.fixture
def tracked_kernel(kernel: Callable[..., nbformat.NotebookNode]) -> Callable[..., list[dict[str, Any]]]:
    """Run cells in a real kernel with lineage_ext loaded; what its session saw, a dict for each run."""

    def execute(*sources: str) -> list[dict[str, Any]]:
        notebook = kernel(LOAD, *sources, "seen.report()")
        found: list[dict[str, Any]] = json.loads(text(notebook.cells[-1]))
        return found

    return execute


def text(cell: Any) -> str:
    """Everything a cell of an executed notebook printed or showed as text."""
    parts = []
    for output in cell.outputs:
        parts.append(output.get("text") or output.get("data", {}).get("text/plain", "") or "")
        parts += output.get("traceback", ())
    return "".join(parts)
