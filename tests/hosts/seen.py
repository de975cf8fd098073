"""What a session passed on, kept in memory; usable in kernels, where ``report`` prints it for the test to read."""

from __future__ import annotations

import json

import lineage_ext
from lineage_ext.model import CodeFacet, NamesFacet, Run, RunKind
from lineage_ext.session import Sample, Session


class Seen:
    """A processor that keeps what it is given."""

    def __init__(self) -> None:
        self.started: list[Run] = []
        self.ended: list[Run] = []
        self.samples: list[Sample] = []

    def on_start(self, run: Run) -> None:
        """Keep a START run."""
        self.started.append(run)

    def on_end(self, run: Run) -> None:
        """Keep a finished run."""
        self.ended.append(run)

    def on_sample(self, sample: Sample) -> None:
        """Keep a sample."""
        self.samples.append(sample)

    def close(self) -> None:
        """Nothing to write."""

    def listen(self) -> Session:
        """Listen to the current session from now on."""
        session = lineage_ext.current()
        session.flush()
        session.processors = (*session.processors, self)
        return session

    def report(self) -> None:
        """Print the finished runs as JSON: kind, state, parent's source, and so on."""
        lineage_ext.current().flush()
        print(json.dumps([_plain(run, self.started) for run in self.ended]))


def _plain(run: Run, started: list[Run]) -> dict[str, object]:
    parent = next((s for s in started if s.id == run.parent_id), None)
    code = run.facet(CodeFacet)
    names = run.facet(NamesFacet)
    return {
        "kind": code.kind if code else run.kind,
        "name": run.job.name.removeprefix("pandas."),
        "state": run.state,
        "source": code.source if code else run.position.text if run.position else "",
        "cell_id": code.cell_id if code else "",
        "parent": parent.facet(CodeFacet).source if parent and parent.kind is RunKind.CELL else "",
        "parent_kind": parent.facet(CodeFacet).kind if parent and parent.kind is RunKind.CELL else "",
        "names": [name for name, _ in names.names] if names else [],
    }
