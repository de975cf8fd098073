"""What a question about lineage gives back: an Answer that prints itself in a terminal and a notebook."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

from lineage_ext.graph import tree
from lineage_ext.graph.steps import Answer, Influence, Link, Node, Source, Step


@dataclass(frozen=True, slots=True, repr=False)
class Trace(Answer):
    """An Answer with faces: ``str`` for the terminal, HTML for the notebook, ``to_dict`` for programs.

    False when there are no steps.
    """

    def __bool__(self) -> bool:
        return bool(self.steps)

    def __str__(self) -> str:
        return tree.text(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        style = "line-height:1.35;white-space:pre;overflow-x:auto"
        return f'<pre class="lineage-trace" style="{style}">{html.escape(str(self))}</pre>'

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            "direction": self.direction,
            "asked": [_node(n) for n in self.asked],
            "steps": [
                {"node": _node(s.node), **_operation(s), "inputs": [_link(k) for k in s.inputs]} for s in self.steps
            ],
            "sources": [_source(s) for s in self.sources],
            "influences": [
                {
                    "transformation": str(i.transformation),
                    "rows": i.rows,
                    **_operation(i),
                    "inputs": [_link(k) for k in i.inputs],
                    "sources": [_source(s) for s in i.sources],
                }
                for i in self.influences
            ],
            "omitted": self.omitted,
        }


def _node(node: Node) -> dict[str, Any]:
    return {
        "dataset": node.dataset,
        "slot": node.slot,
        "column": node.column,
        "of": node.of,
        "kind": node.kind,
        "external": node.external,
    }


def _operation(step: Step | Influence) -> dict[str, Any]:
    place = step.place
    return {
        "operation": step.operation,
        "run": step.run,
        "run_id": step.run_id,
        "execution_count": place.cell,
        "cell_id": place.cell_id,
        "file": place.file,
        "line": place.line,
        "source": place.text,
    }


def _link(link: Link) -> dict[str, Any]:
    return {
        "node": _node(link.node),
        "transformation": str(link.transformation) if link.transformation else None,
        "confidence": str(link.confidence),
        "reason": link.reason,
        "masking": link.masking,
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "dataset": source.dataset,
        "namespace": source.namespace,
        "name": source.name,
        "columns": list(source.columns),
    }
