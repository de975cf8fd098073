"""A fault of ours never stops a cell of marimo's and never hangs an export; who doesn't opt in never meets us."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from lineage_ext import guard, lifespan
from lineage_ext.hosts import start
from lineage_ext.model import RunKind
from tests.hosts.marimo.notebooks import PROGRAM, cells, recorded, state, write
from tests.hosts.marimo.server import ROOT, environment, exported, marimo

pytest.importorskip("marimo")

NO_HOSTS = """
import sys
class Broken:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("lineage_ext.hosts"):
            raise ImportError("broken on purpose")
sys.meta_path.insert(0, Broken())
"""
BREAKS = {
    "breaks": """
        import lineage_ext.session
        def broken(*args, **kwargs):
            raise RuntimeError("broken on purpose")
        lineage_ext.session.Session.begin = lineage_ext.session.Session.end = broken
        lineage_ext.session.Session.flush = broken"""
}


async def kernel_starts_and_ends() -> str:
    """What a kernel does with the entry point."""
    async with lifespan.lifespan(None):
        return "cells run"


@pytest.mark.parametrize("error", [ImportError("no such part"), ZeroDivisionError(), RecursionError()])
def test_a_broken_entry_point_lets_the_kernel_start(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """47: whatever is raised behind it, the kernel's cells run, and the doctor can tell why nothing was tracked."""

    def broken() -> None:
        raise error

    monkeypatch.setenv("LINEAGE_MARIMO", "1")
    monkeypatch.setattr(start, "in_marimo", broken)
    guard.forget()
    assert asyncio.run(kernel_starts_and_ends()) == "cells run"
    assert [p.part for p in guard.problems()] == ["marimo"]
    guard.forget()


@pytest.mark.parametrize(
    ("said", "file", "wanted"),
    [("1", "", True), ("0", "marimo = true", False), (None, "marimo = true", True), (None, "", False)],
)
def test_nothing_starts_without_being_asked_for(
    said: str | None, file: str, wanted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment decides, then the project's ``lineage.toml``, also from a folder within the project."""
    asked: list[bool] = []
    monkeypatch.setattr(start, "in_marimo", lambda: asked.append(True))
    monkeypatch.delenv("LINEAGE_MARIMO", raising=False)
    if said is not None:
        monkeypatch.setenv("LINEAGE_MARIMO", said)
    (tmp_path / "lineage.toml").write_text(file)
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert asyncio.run(kernel_starts_and_ends()) == "cells run"
    assert asked == [True] * wanted


def test_a_settings_file_that_cannot_be_read_starts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does it stop the kernel."""
    monkeypatch.delenv("LINEAGE_MARIMO", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lineage.toml").write_text("marimo = = true")
    assert asyncio.run(kernel_starts_and_ends()) == "cells run"
    guard.forget()


def test_a_kernel_that_did_not_opt_in_imports_next_to_nothing() -> None:
    """Of ours the package and the entry point itself, of others nothing that marimo hasn't imported."""
    program = (
        "import asyncio, contextlib, sys; before = set(sys.modules); import lineage_ext.lifespan as l\n"
        "async def f():\n async with l.lifespan(None): pass\nasyncio.run(f())\n"
        "print(sorted(m for m in set(sys.modules) - before if not m.startswith(('asyncio', 'ssl', '_'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(LINEAGE_MARIMO="0"), capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['lineage_ext', 'lineage_ext.lifespan', 'lineage_ext.version']"


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["import", "cells"])
def test_an_export_with_a_fault_of_ours_is_whole(fault: str, tmp_path: Path) -> None:
    """47: no part of ours can be imported; or every cell's begin and end fail. The page has the last cell's table."""
    (tmp_path / "early").mkdir()
    (tmp_path / "early" / "sitecustomize.py").write_text(NO_HOSTS if fault == "import" else "")
    write(tmp_path / "book.py", PROGRAM if fault == "import" else {**BREAKS, **PROGRAM})
    done = marimo(
        "export", "html", "book.py", "-o", "book.html", folder=tmp_path,
        LINEAGE_MARIMO="1", LINEAGE_STRICT="", PYTHONPATH=f"{ROOT}:{tmp_path / 'early'}",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "lineage" not in done.stdout + done.stderr
    assert "3.46" in exported(tmp_path / "book.html")


@pytest.mark.slow
def test_a_cell_that_marimo_takes_from_its_cache_is_told(tmp_path: Path) -> None:
    """41: it didn't run, so nothing is recorded in it, but what runs after it has it before it."""
    pytest.importorskip("marimo._runtime.executor.lifecycles.cached", reason="this marimo has no cache of cells")
    (tmp_path / "pyproject.toml").write_text("[tool.marimo.runtime]\ncache_cells = true\n")
    write(tmp_path / "book.py", {"load": PROGRAM["load"], "join": PROGRAM["join"]})
    for _ in range(2):
        done = marimo("export", "html", "book.py", "-o", "book.html", folder=tmp_path, LINEAGE_MARIMO="1")
        assert done.returncode == 0, done.stderr
    graph = recorded(tmp_path)
    assert [state(run) for name in ("load", "join") for run in cells(graph, name)] == ["COMPLETE", "COMPLETE"]
    assert [run.job.name for run in graph.runs() if run.kind is RunKind.OPERATION] == []
