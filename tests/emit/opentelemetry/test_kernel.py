"""A cell's span in a real shell: current while the cell runs, in async cells and background tasks, too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from opentelemetry import trace

from lineage_ext.config import LineageConfig
from lineage_ext.hosts import start
from lineage_ext.model import RunKind
from tests.emit.opentelemetry.receiver import Receiver
from tests.hosts.conftest import Shell
from tests.hosts.conftest import ip as ip  # noqa: PLC0414  # a fixture

CURRENT = "from opentelemetry import trace\ndef now(): return trace.get_current_span().get_span_context().span_id"
CELLS = {
    "plain": "found = now()",
    "await": "import asyncio\nawait asyncio.sleep(0)\nfound = now()",
    "to_thread": "import asyncio\nfound = await asyncio.to_thread(now)",
    "task": "import asyncio\nasync def work(): return now()\nfound = await asyncio.create_task(work())",
    "fails": "found = now()\n1 / 0",
    "fails after await": "import asyncio\nawait asyncio.sleep(0)\nfound = now()\n1 / 0",
    "capture": "%%capture\nfound = now()",
}


@pytest.mark.parametrize("kind", CELLS)
def test_the_cells_span_is_current(
    ip: Any, receiver: Receiver, tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """In it and nowhere else; nothing is logged about contexts."""
    shell = Shell(ip)
    session = start.in_ipython(ip, LineageConfig(folder=str(tmp_path), store="memory"))
    shell.seen.listen()
    try:
        shell.run(CURRENT)
        shell.run(CELLS[kind])
        found = ip.user_ns["found"]
        assert not trace.get_current_span().get_span_context().is_valid
        shell.run("after = now()")
        cells = {r.id.replace("-", "")[16:]: r for r in shell.cells()}
    finally:
        session.close()
    cell = cells[f"{found:016x}"]
    assert cell.kind is RunKind.CELL
    assert f"{ip.user_ns['after']:016x}" in cells
    assert ip.user_ns["after"] != found
    assert [r for r in caplog.records if "context" in r.getMessage()] == []
    if kind == "capture":  # runs its body as a cell within
        span = next(s for s in receiver.wait(4) if s.id == f"{found:016x}")
        assert span.parent in cells
        assert span.trace.endswith(span.parent)
