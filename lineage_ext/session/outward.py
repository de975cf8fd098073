"""A listener that tells systems elsewhere: it gets Runs without what stays on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_ext.model import Run
from lineage_ext.session.gate import Gate
from lineage_ext.session.memory_sample import Sample

if TYPE_CHECKING:
    from lineage_ext.session.processor import Processor


class Outward:
    """``listener``, behind ``gate.outward``."""

    def __init__(self, listener: Processor, gate: Gate) -> None:
        self.listener = listener
        self._gate = gate
        on_flush = getattr(listener, "on_flush", None)
        if on_flush is not None:
            self.on_flush = on_flush

    def on_start(self, run: Run) -> None:
        """A session or cell run began."""
        self.listener.on_start(self._gate.outward(run))

    def on_end(self, run: Run) -> None:
        """A run ended."""
        self.listener.on_end(self._gate.outward(run))

    def on_sample(self, sample: Sample) -> None:
        """Memory was sampled."""
        self.listener.on_sample(sample)

    def close(self) -> None:
        """The session ends."""
        self.listener.close()
