"""The last Runs of a session, as they were passed on: for tests, and to look at what goes by."""

from __future__ import annotations

from collections import deque

from lineage_ext.model import Run
from lineage_ext.session import Sample


class MemoryStore:
    """Processor that keeps the last ``most`` started and ended Runs and samples."""

    def __init__(self, most: int = 1_000) -> None:
        self.started: deque[Run] = deque(maxlen=most)
        self.ended: deque[Run] = deque(maxlen=most)
        self.samples: deque[Sample] = deque(maxlen=most)
        self.closed = False

    def on_start(self, run: Run) -> None:
        """Keep it."""
        self.started.append(run)

    def on_end(self, run: Run) -> None:
        """Keep it."""
        self.ended.append(run)

    def on_sample(self, sample: Sample) -> None:
        """Keep it."""
        self.samples.append(sample)

    def close(self) -> None:
        """The session ended."""
        self.closed = True
