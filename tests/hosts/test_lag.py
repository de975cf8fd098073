"""The worker may lag behind by several cells: what they did still belongs to each."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lineage_ext.hosts import wiring
from lineage_ext.model import RunKind
from tests.hosts.seen import Seen


def test_an_operation_is_told_between_the_start_and_the_end_of_its_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two cells ran before the worker looked: no operation of the second is told before the second is known."""
    monkeypatch.chdir(tmp_path)
    seen, told = Seen(), []
    with wiring.open_session("lag") as session:
        session.halt()
        session.flush()
        session.processors = (*session.processors, seen)
        cells = []
        for source in ("frame = pd.DataFrame()", "frame.head()"):
            cells.append(session.begin(source))
            pd.DataFrame({"a": [1]}).head()
            session.end(cells[-1])
        monkeypatch.setattr(seen, "on_start", lambda run: told.append(("start", run.id)))
        monkeypatch.setattr(seen, "on_end", lambda run: told.append((run.kind, run.parent_id or run.id)))
        session.flush()
    first, second = cells
    operation, cell = RunKind.OPERATION, RunKind.CELL
    assert told[:8] == [
        ("start", first.id), (operation, first.id), (operation, first.id), (cell, session.id),
        ("start", second.id), (operation, second.id), (operation, second.id), (cell, session.id),
    ]  # fmt: skip
