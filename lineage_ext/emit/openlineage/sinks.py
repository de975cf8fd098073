"""A write: the job that carries datasets. Its inputs are what went into it from outside, over any number of steps."""

from __future__ import annotations

from typing import Any

from lineage_ext.emit.openlineage import job_facets, run_facets
from lineage_ext.emit.openlineage.columns import column_lineage, lineage
from lineage_ext.emit.openlineage.context import Context
from lineage_ext.emit.openlineage.datasets import as_output
from lineage_ext.emit.openlineage.facet import given
from lineage_ext.emit.openlineage.flow import Flow, flow
from lineage_ext.emit.openlineage.names import Name, name_of
from lineage_ext.emit.openlineage.run_events import Told
from lineage_ext.emit.sink_ids import sink_run_id
from lineage_ext.graph import Making
from lineage_ext.model import ROWS, Dataset, Run


def tell(context: Context, run: Run, out: Dataset) -> Told:
    """The run of a job that wrote ``out``; ``run`` is the operation that did."""
    book, cell = context.book, context.cell_of(run)
    made = context.graph.making(out.no)
    found = flow_into(context, run, out, made)
    target = name_of(out)
    source = context.source(context.graph.slice(made)) if context.settings.source else ""
    unexplained = [context.outward(r) for r in made.unexplained]
    return Told(
        book.inside(sink_run_id(run, out), book.sink(run, out)),
        run.started,
        run.ended,
        inputs=context.reads.inputs(found.inputs),
        outputs=[output(run, out, found)],
        run_facets=context.facets(
            context.ancestor(cell),
            extractionError=run_facets.extraction_error(made.total, made.opaque, unexplained, found.omitted),
            lineageExt_cell=run_facets.cell(cell),
            lineageExt_trace=run_facets.trace(cell, run),
            lineageExt_operations=run_facets.operations(made),
        ),
        job_facets=given(
            jobType=job_facets.job_type("COMMAND", book.host),
            lineage=lineage(found, target),
            sourceCode=job_facets.source_code(source),
            sourceCodeLocation=job_facets.source_location(book.location),
            sql=job_facets.sql(d for versions in found.inputs.values() for d in versions),
        ),
        end_facets=given(lineageExt_resources=run_facets.resources(run)),
    )


def output(run: Run, out: Dataset, found: Flow) -> dict[str, Any]:
    """The dataset that was written."""
    return as_output(name_of(out), out, _rows_written(run, out), columnLineage=column_lineage(found))


def flow_into(context: Context, run: Run, out: Dataset, made: Making) -> Flow:
    """What flowed into ``out`` from outside. What an appending write keeps is no input of it."""
    graph, target = context.graph, name_of(out)
    kept = {name_of(d) for d in run.inputs if d.external}
    inputs: dict[Name, list[Dataset]] = {}
    beginnings = False
    edges, roots = graph.origins(out.no)
    for no in roots:
        source = graph.dataset(no)
        name = name_of(source)
        if not source.external:
            beginnings = True
        elif not (name == target and name in kept):
            inputs.setdefault(name, []).append(context.reads.as_noted(source))
    return flow(out, inputs, edges, made=beginnings or made.from_nothing)


def _rows_written(run: Run, out: Dataset) -> int | None:
    """Rows of the frame that was written: of an append, the dataset has more."""
    end = run.outputs.index(out)
    frames = (b.input for b in run.column_map.blocks if b.output == end and ROWS in b.targets)
    return next((run.inputs[i].rows for i in frames if not run.inputs[i].external), out.rows)
