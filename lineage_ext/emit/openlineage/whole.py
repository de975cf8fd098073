"""The notebook's own run: the parent of all others. It ends as its last cell did; killed, it was aborted.

It has datasets only at its end: what was read and went into no write, or everything where writes have no runs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lineage_ext.emit.openlineage import job_facets, run_facets
from lineage_ext.emit.openlineage.context import Context
from lineage_ext.emit.openlineage.coverage import Coverage
from lineage_ext.emit.openlineage.facet import given
from lineage_ext.emit.openlineage.names import Name
from lineage_ext.emit.openlineage.run_events import Told
from lineage_ext.model import Run, RunState


@dataclass(slots=True)
class Whole:
    """What became of the notebook: gathered while it runs."""

    last: Run | None = None  # the cell that ended last
    outputs: dict[Name, dict[str, Any]] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    coverage: Coverage = field(default_factory=Coverage)


def tell(context: Context, run: Run, whole: Whole | None = None) -> Told:
    """The run of the notebook: its beginning, or with ``whole`` its end."""
    book, settings = context.book, context.settings
    about = given(
        jobType=job_facets.job_type("NOTEBOOK", book.host),
        documentation=job_facets.documentation(book.title),
        sourceCodeLocation=job_facets.source_location(book.location),
        tags=job_facets.tags(settings.tags),
        lineageExt_notebook=job_facets.notebook(book.place),
    )
    facets = given(
        parent=run_facets.parent(book.parent, book.root) if book.parent is not None else None,
        processing_engine=run_facets.processing_engine(),
        environmentVariables=run_facets.environment(settings.environment),
    )
    if whole is None:
        return Told(book.run, run.started, run_facets=facets, job_facets=about)
    last = run if whole.last is None or run.state is not RunState.COMPLETE else whole.last
    return Told(
        book.run,
        run.started,
        run.ended,
        last.state,
        inputs=context.reads.unused() if settings.tells("sink") else context.reads.all(),
        outputs=list(whole.outputs.values()),
        run_facets=facets,
        job_facets=about,
        end_facets=given(
            errorMessage=run_facets.error_message(last),
            executionParameters=run_facets.execution_parameters(whole.parameters),
            extractionError=whole.coverage.facet(),
        ),
    )
