"""Whatever a notebook does, its events are valid."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emit.openlineage import generate


@pytest.mark.parametrize("seed", range(6))
def test_random_sessions_give_valid_events(seed: int, tmp_path: Path) -> None:
    """At every granularity. ``python -m tests.emit.openlineage.generate`` does a thousand."""
    found = generate.told(seed, tmp_path / "project")
    assert [found["notebook"][0]["eventType"], len(found["notebook"])] == ["START", 2]
    assert len(found["notebook"]) <= len(found["sink"]) < len(found["cell"]) < len(found["operation"])
