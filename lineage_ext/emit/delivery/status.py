"""What the courier tells of itself: a small file, replaced whole, so that a reader never sees half of it."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path


@dataclass(slots=True)
class Status:
    """``sent`` and ``refused`` count events of this session, ``replayed`` those of earlier ones. ``to`` names where
    they go. ``problem`` is why sending fails now, "" if it doesn't; ``retry_at`` when it is tried again (s since the
    epoch). ``ended``: the courier is gone.
    """

    pid: int = 0
    to: str = ""
    sent: int = 0
    refused: int = 0
    replayed: int = 0
    problem: str = ""
    refusal: str = ""
    retry_at: float = 0.0
    ended: bool = False


def file_of(folder: Path, name: str) -> Path:
    """Where the courier of a session tells it."""
    return folder / f"{name}.status"


def write(status: Status, path: Path) -> None:
    """Replace the file. A disk that is full costs news, nothing else."""
    partial = path.with_suffix(".part")
    with suppress(OSError):
        partial.write_text(json.dumps(asdict(status)))
        partial.replace(path)


def read(path: Path) -> Status | None:
    """The latest news, None if there are none yet."""
    try:
        told = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    known = {f.name for f in fields(Status)}
    return Status(**{k: v for k, v in told.items() if k in known}) if isinstance(told, dict) else None
