"""The id of the run that a write is for OpenLineage: a run of its own, so that each sink has a job of its own."""

from __future__ import annotations

import hashlib

from lineage_ext.clock import uuid7
from lineage_ext.model import Dataset, Run


def sink_run_id(run: Run, out: Dataset) -> str:
    """Always the same one, however often a session is told. The operation's own id is for its own run."""
    seed = f"{run.id} {out.no}".encode()
    return uuid7(run.started, hashlib.sha1(seed, usedforsecurity=False).digest()[:10])
