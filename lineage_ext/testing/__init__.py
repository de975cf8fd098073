"""The test kit: real sessions without a kernel, a clock that stands still, and an oracle that needs no expectations.

To test lineage of your own rules or hosts: ``with notebook() as book: book.cell("…")`` and ask ``book.session``; or use
the pytest fixture ``oracle`` (``from lineage_ext.testing.plugin import oracle``) and
``assert not oracle.check(program, frames).missed``.
"""

from __future__ import annotations

from lineage_ext.testing.clock import FixedClock
from lineage_ext.testing.intervention import Observation, Source, interventions, observe
from lineage_ext.testing.notebook import Notebook, Recording, notebook, record, recorded
from lineage_ext.testing.oracle import Oracle, Prediction, Report, compare, edges_of, predict

__all__ = [
    "FixedClock",
    "Notebook",
    "Observation",
    "Oracle",
    "Prediction",
    "Recording",
    "Report",
    "Source",
    "compare",
    "edges_of",
    "interventions",
    "notebook",
    "observe",
    "predict",
    "record",
    "recorded",
]
