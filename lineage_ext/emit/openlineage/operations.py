"""An operation as a run of its own, from values in memory (or outside) to others. For who asks for it."""

from __future__ import annotations

from typing import Any

from lineage_ext.emit.openlineage import datasets, job_facets, run_facets
from lineage_ext.emit.openlineage.columns import column_lineage
from lineage_ext.emit.openlineage.context import Context
from lineage_ext.emit.openlineage.coverage import Coverage
from lineage_ext.emit.openlineage.facet import Facet, given
from lineage_ext.emit.openlineage.flow import flow
from lineage_ext.emit.openlineage.names import Name, name_of
from lineage_ext.emit.openlineage.run_events import Told
from lineage_ext.model import Dataset, Run


def tell(context: Context, run: Run) -> Told:
    """The run of an operation."""
    book, cell = context.book, context.cell_of(run)
    inputs = _by_name(context, run.inputs)
    coverage = Coverage()
    coverage.add(run)
    return Told(
        book.inside(run.id, book.operation(run, cell)),
        run.started,
        run.ended,
        run.state,
        inputs=[_told_input(context, name, versions) for name, versions in inputs.items()],
        outputs=_outputs(context, run, inputs),
        run_facets=context.facets(
            context.ancestor(cell),
            extractionError=coverage.facet(),
            lineageExt_cell=run_facets.cell(cell),
            lineageExt_trace=run_facets.trace(cell, run),
        ),
        job_facets=given(
            jobType=job_facets.job_type("OPERATION", book.host),
            sourceCode=job_facets.source_code(_source(context, run)),
        ),
        end_facets=given(
            errorMessage=run_facets.error_message(run),
            lineageExt_resources=run_facets.resources(run),
        ),
    )


def _name(context: Context, dataset: Dataset) -> Name:
    if dataset.external:
        return name_of(dataset)
    return context.book.memory(dataset, context.graph.names(dataset.no))


def _by_name(context: Context, found: tuple[Dataset, ...]) -> dict[Name, list[Dataset]]:
    named: dict[Name, list[Dataset]] = {}
    for dataset in found:
        named.setdefault(_name(context, dataset), []).append(dataset)
    return named


def _told_input(context: Context, name: Name, versions: list[Dataset]) -> dict[str, Any]:
    if versions[0].external:
        return context.reads.told(name, versions)
    return {**datasets.in_memory(name, versions[-1], context.graph.names(versions[-1].no)), "inputFacets": {}}


def _outputs(context: Context, run: Run, inputs: dict[Name, list[Dataset]]) -> list[dict[str, Any]]:
    edges = list(run.column_edges()) if _size(run) < MOST_EDGES else []
    told: dict[Name, dict[str, Any]] = {}
    for out in run.outputs:
        name = _name(context, out)
        into = [e for e in edges if e.target.dataset == out.no]
        told[name] = _told_output(context, name, out, column_lineage(flow(out, inputs, into)))
    return list(told.values())


MOST_EDGES = 100_000


def _size(run: Run) -> int:
    blocks = run.column_map.blocks
    return sum(len(b.targets) * (len(b.sources) if b.cross else 1) for b in blocks)


def _told_output(context: Context, name: Name, out: Dataset, lineage: Facet | None) -> dict[str, Any]:
    if out.external:
        return datasets.as_output(name, out, out.rows, columnLineage=lineage)
    told = datasets.in_memory(name, out, context.graph.names(out.no), columnLineage=lineage)
    return {**told, "outputFacets": {}}


def _source(context: Context, run: Run) -> str:
    shown = context.outward(run)
    return shown.position.text if shown.position is not None and context.settings.source else ""
