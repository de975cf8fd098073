"""A kernel that is killed in a running cell leaves all it recorded but the last moment."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.transparency.crash import kill


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL")
def test_killed_kernels_leave_one_sound_store(tmp_path: Path) -> None:
    """Two at once in one folder. ``make crash`` kills twenty, alone, and holds the last moment to 0.5 s."""
    for killed in kill(tmp_path, range(6, 8)):
        assert killed.whole
        assert killed.stored
        assert killed.lost < 2
