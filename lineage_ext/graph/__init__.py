"""The graph of a session in memory, and the questions it answers.

``LineageGraph`` is a processor: it takes Runs as they end and keeps them in ``tables`` (some 130 bytes each).
``closure`` composes influence over any number of operations, in C where ``_walk.c`` was built
(``encoding``: column maps in numbers); ``tracing`` makes a
``Trace`` of one question, ``tree`` prints it.

To add a question: a method on ``LineageGraph`` that turns numbers into rows and calls a function over the tables in a
file of its own; iterative, linear in what it touches, and giving back a frozen value.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lineage_ext.graph.lineage_graph import LineageGraph

if TYPE_CHECKING:
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

_HOMES = {
    "making": ("Making",),
    "overview": ("Held", "Overview"),
    "slicing": ("Piece",),
    "steps": ("Influence", "Link", "Node", "Place", "Source", "Step"),
    "trace": ("Trace",),
}


def __getattr__(name: str) -> Any:
    """What answers are made of, imported when it is asked for."""
    home = next((home for home, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
