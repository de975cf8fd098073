"""What a session keeps of a cell while it runs."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from lineage_ext.model import Run


@dataclass(slots=True)
class Open:
    """A cell that is running: its START run and the source names it is compiled under."""

    run: Run
    filename: str = ""
    previous: int | None = None
    began: int = field(default_factory=time.perf_counter_ns)
