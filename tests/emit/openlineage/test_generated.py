"""Whatever a notebook does, its events are valid."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emit.openlineage import generate, whole_notebooks


@pytest.mark.parametrize("seed", range(6))
def test_random_sessions_give_valid_events(seed: int, tmp_path: Path) -> None:
    """At every granularity. ``python -m tests.emit.openlineage.generate`` does a thousand."""
    found = generate.told(seed, tmp_path)
    assert [found["notebook"][0]["eventType"], len(found["notebook"])] == ["START", 2]
    assert len(found["notebook"]) <= len(found["sink"]) < len(found["cell"]) < len(found["operation"])


@pytest.mark.parametrize("name", ["01_first_lineage", "finance", "hr_pipeline"])
def test_whole_notebooks_give_valid_events(name: str, tmp_path: Path) -> None:
    """The demo and notebooks as people write them, at every granularity. ``make events`` tells all of them."""
    found = whole_notebooks.told(name, dict(whole_notebooks.notebooks())[name], tmp_path)
    assert any(event["inputs"] for event in found["sink"])
    assert len(found["notebook"]) == 2 < len(found["cell"]) < len(found["operation"])
