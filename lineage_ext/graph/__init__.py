"""The graph of a session in memory, and the questions it answers.

``LineageGraph`` is a processor: it takes Runs as they end and keeps them in ``tables`` (some 130 bytes each).
``closure`` composes influence over any number of operations; ``tracing`` makes a ``Trace`` of one question, ``tree``
prints it.

To add a question: a method on ``LineageGraph`` that turns numbers into rows and calls a function over the tables in a
file of its own; iterative, linear in what it touches, and giving back a frozen value.
"""

from lineage_ext.graph.lineage_graph import LineageGraph
from lineage_ext.graph.making import Making
from lineage_ext.graph.overview import Held, Overview
from lineage_ext.graph.slicing import Piece
from lineage_ext.graph.steps import Influence, Link, Node, Place, Source, Step
from lineage_ext.graph.trace import Trace

__all__ = [
    "Held",
    "Influence",
    "LineageGraph",
    "Link",
    "Making",
    "Node",
    "Overview",
    "Piece",
    "Place",
    "Source",
    "Step",
    "Trace",
]
