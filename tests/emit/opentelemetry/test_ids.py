"""Run ids as trace and span ids."""

from __future__ import annotations

import os
import time

import pytest
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased

from lineage_ext.clock import uuid7
from lineage_ext.emit.opentelemetry.ids import Ratio, RunIds, span_id_of, trace_id_of


def test_a_runs_ids_are_its_hex_digits() -> None:
    """Whoever knows the run knows trace and span."""
    run = "018bcfe5-6800-7123-89ab-0123456789ab"
    assert f"{trace_id_of(run):032x}" == "018bcfe56800712389ab0123456789ab"
    assert f"{span_id_of(run):016x}" == "89ab0123456789ab"


def test_other_spans_have_usual_ids() -> None:
    """Only the next span of the thread has the run's."""
    run, ids = uuid7(time.time_ns(), os.urandom(10)), RunIds(RandomIdGenerator())
    ids.use(run)
    assert (ids.generate_trace_id(), ids.generate_span_id()) == (trace_id_of(run), span_id_of(run))
    assert ids.generate_span_id() != span_id_of(run)
    ids.done()
    assert ids.generate_trace_id() != trace_id_of(run)


@pytest.mark.parametrize("rate", [0.1, 0.4, 0.9])
def test_a_ratio_is_that_of_runs(rate: float) -> None:
    """The SDK's sampler looks at bits that a UUID fixes: it takes none below a half, and all from three quarters."""
    ours, theirs = Ratio(rate), TraceIdRatioBased(rate)
    ids = [trace_id_of(uuid7(time.time_ns(), os.urandom(10))) for _ in range(3_000)]

    def taken(sampler: TraceIdRatioBased) -> float:
        return sum(sampler.should_sample(None, i, "x").decision.is_sampled() for i in ids) / len(ids)

    assert taken(ours) == pytest.approx(rate, abs=0.05)
    assert taken(theirs) == (0 if rate < 0.5 else 1)
