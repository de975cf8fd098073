"""A cell: no datasets, but its time, cost, source and failure."""

from __future__ import annotations

from lineage_ext.emit.openlineage import job_facets, run_facets
from lineage_ext.emit.openlineage.context import Context
from lineage_ext.emit.openlineage.coverage import Coverage
from lineage_ext.emit.openlineage.facet import given
from lineage_ext.emit.openlineage.run_events import Told
from lineage_ext.model import CodeFacet, Run


def tell(context: Context, run: Run, coverage: Coverage | None = None) -> Told:
    """The run of a cell; ``coverage`` of its operations once it has ended."""
    book = context.book
    code: CodeFacet | None = run.facet(CodeFacet)
    source = code.source if code is not None and context.settings.source else ""
    return Told(
        book.inside(run.id, book.cell(run)),
        run.started,
        run.ended,
        run.state,
        run_facets=context.facets(
            context.ancestor(context.cell_of(run)),
            lineageExt_cell=run_facets.cell(run),
            lineageExt_trace=run_facets.trace(run),
        ),
        job_facets=given(
            jobType=job_facets.job_type("CELL", book.host),
            sourceCode=job_facets.source_code(source),
            sourceCodeLocation=job_facets.source_location(book.location),
        ),
        end_facets=given(
            errorMessage=run_facets.error_message(run),
            extractionError=coverage.facet() if coverage is not None else None,
            lineageExt_resources=run_facets.resources(run),
        ),
    )
