"""What is measured of the runs of a session, by OpenTelemetry's instruments. Recorded on the session's worker thread.

To measure more: an instrument in ``Instruments`` and the line that records it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from opentelemetry.metrics import CallbackOptions, Observation

from lineage_ext.model import Confidence, Dataset, ErrorFacet, OpaqueFacet, ResourceFacet, Run, RunKind
from lineage_ext.session import Sample
from lineage_ext.version import VERSION

SECONDS = (1e-5, 1e-4, 1e-3, 5e-3, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 60.0, 300.0, 1800.0)
BYTES = tuple(float(1 << n) for n in range(24, 40, 2))  # 16 MiB … 256 GiB


class Instruments:
    """The instruments of one meter provider. ``rss`` tells the memory of the process when it is asked for."""

    def __init__(self, provider: Any, rss: Callable[[], int | None]) -> None:
        meter = provider.get_meter("lineage_ext", VERSION)

        def memory(_: CallbackOptions) -> Iterable[Observation]:
            size = rss()
            return () if size is None else (Observation(size),)

        self.cell_duration = histogram(meter, "lineage.cell.duration", "s", "Wall time of cells.", SECONDS)
        self.cell_memory = histogram(meter, "lineage.cell.memory.peak", "By", "Highest memory during a cell.", BYTES)
        self.duration = histogram(meter, "lineage.operation.duration", "s", "Wall time of operations.", SECONDS)
        self.operations = meter.create_counter("lineage.operations", "{operation}", "Recorded operations.")
        self.opaque = meter.create_counter("lineage.operations.opaque", "{operation}", "Operations nothing explains.")
        self.rows = meter.create_counter("lineage.rows", "{row}", "Rows read from and written to external datasets.")
        self.overhead = meter.create_counter("lineage.overhead", "s", "Time this extension took itself.")
        meter.create_observable_gauge("lineage.memory.usage", [memory], "By", "Memory of the process.")


def histogram(meter: Any, name: str, unit: str, description: str, bounds: Sequence[float]) -> Any:
    """A histogram with buckets of ours; the API takes advice since 1.30."""
    try:
        return meter.create_histogram(name, unit, description, explicit_bucket_boundaries_advisory=bounds)
    except TypeError:
        return meter.create_histogram(name, unit, description)


class Metrics:
    """The processor that records. ``worker_ns`` tells the CPU time of the session's worker thread so far.

    ``settled`` is called whenever everything there is has been recorded.
    """

    def __init__(self, worker_ns: Callable[[], int], settled: Callable[[], None]) -> None:
        self._worker_ns = worker_ns
        self._settled = settled
        self._told_ns = 0
        self._rss: int | None = None
        self._instruments: dict[int, Instruments] = {}

    def use(self, provider: Any) -> None:
        """Measure there, too. Does nothing the second time."""
        if id(provider) not in self._instruments:
            self._instruments[id(provider)] = Instruments(provider, lambda: self._rss)

    # -- the processor -----------------------------------------------------------------------------------------------
    def on_start(self, run: Run) -> None:
        """Runs are measured when they have ended."""

    def on_end(self, run: Run) -> None:
        """A run ended."""
        record = {RunKind.OPERATION: self._operation, RunKind.CELL: self._cell}.get(run.kind)
        if record is not None:
            for instruments in list(self._instruments.values()):
                record(run, instruments)

    def on_sample(self, sample: Sample) -> None:
        """The memory of the process."""
        self._rss = sample.rss

    def on_flush(self) -> None:
        """Everything so far has been recorded."""
        worker = self._worker_ns()
        spent, self._told_ns = max(worker - self._told_ns, 0) / 1e9, worker
        for instruments in list(self._instruments.values()):
            instruments.overhead.add(spent, {"lineage.thread": "worker"})
        self._settled()

    def close(self) -> None:
        """The providers are shut down by who made them."""

    def _cell(self, run: Run, to: Instruments) -> None:
        state = {"lineage.run.state": str(run.state)}
        to.cell_duration.record(_seconds(run), state)
        cost: ResourceFacet | None = run.facet(ResourceFacet)
        if cost is not None:
            self._rss = cost.rss_end
            to.cell_memory.record(cost.rss_peak)
            to.overhead.add(cost.own_ns / 1e9, {"lineage.thread": "cell"})

    def _operation(self, run: Run, to: Instruments) -> None:
        name = {"lineage.operation.name": run.job.name}
        error: ErrorFacet | None = run.facet(ErrorFacet)
        to.duration.record(_seconds(run), {**name, "error.type": error.type} if error is not None else name)
        opaque = run.facet(OpaqueFacet) is not None
        confidence = Confidence.OPAQUE if opaque else run.column_map.confidence
        to.operations.add(run.count, {"lineage.confidence": str(confidence)})
        if confidence is Confidence.OPAQUE:
            to.opaque.add(run.count, name)
        for direction, datasets, others in (("read", run.inputs, run.outputs), ("write", run.outputs, run.inputs)):
            if any(d.external for d in datasets):
                to.rows.add(_rows(datasets, others), {"lineage.direction": direction})


def _rows(external: Iterable[Dataset], others: Iterable[Dataset]) -> int:
    """Rows of the external datasets; where that isn't known, of what was made of them, or written."""
    known = [d.rows for d in external if d.external and d.rows is not None]
    return sum(known) if known else max((d.rows for d in others if d.rows is not None), default=0)


def _seconds(run: Run) -> float:
    return max((run.ended or run.started) - run.started, 0) / 1e9
