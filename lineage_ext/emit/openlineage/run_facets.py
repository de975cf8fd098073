"""What is told of a run."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from lineage_ext.emit.openlineage.facet import Facet, facet
from lineage_ext.model import ErrorFacet, Run
from lineage_ext.version import VERSION


@dataclass(frozen=True, slots=True)
class Ancestor:
    """A run that others name as their parent or root."""

    run_id: str
    namespace: str
    name: str

    def named(self) -> dict[str, Any]:
        """As the parent facet has it."""
        return {"run": {"runId": self.run_id}, "job": {"namespace": self.namespace, "name": self.name}}


def parent(of: Ancestor, root: Ancestor) -> Facet:
    """Who started this run, and who started everything."""
    return facet("ParentRunFacet", **of.named(), root=root.named())


def processing_engine() -> Facet:
    """pandas, by its version; Python's, while nothing has imported pandas."""
    pandas = sys.modules.get("pandas")
    name, version = ("pandas", pandas.__version__) if pandas is not None else ("python", sys.version.split()[0])
    return facet("ProcessingEngineRunFacet", name=name, version=version, openlineageAdapterVersion=VERSION)


def error_message(run: Run) -> Facet | None:
    """Why a run failed."""
    error: ErrorFacet | None = run.facet(ErrorFacet)
    if error is None:
        return None
    message = f"{error.type}: {error.message}" if error.message else error.type
    return facet(
        "ErrorMessageRunFacet", message=message, programmingLanguage="Python", stackTrace=error.traceback or None
    )
