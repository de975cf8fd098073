"""Modules of libraries: which uses of one a change of something in it concerns.

``pd.to_numeric(df.a)`` looks like ``orders.append(x)``, but the functions of a library's module keep nothing of what
they are given, but for a seed. What stands in a module (``os.environ``, ``pd.options``) can be changed: that concerns
whoever names it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from types import ModuleType

from lineage_ext.capture.caller import USER, classify
from lineage_ext.capture.definitions import CONVENTIONS
from lineage_ext.capture.events import Event, Kind, imported

KEEPING = frozenset({"seed"})
SEEDED = frozenset({"numpy.random", "random"})  # modules whose functions draw from one state
APART = frozenset({"default_rng", "Generator", "RandomState", "SeedSequence", "Random", "SystemRandom"})
Names = list[str]


def library(name: str, bound: list[Event]) -> str:
    """The dotted name of the library's module that a name is bound to; "" if it is anything else."""
    found = {imported(e.node, name) if e.kind is Kind.IMPORT else "" for e in bound} or {CONVENTIONS.get(name, "")}
    return dotted if len(found) == 1 and _is_library(dotted := found.pop()) else ""


def concerns(module: str, change: Event, attributes: Sequence[str]) -> bool:
    """Whether what is done to something in a module (``np.random.seed``) may be seen in its ``attributes``' value."""
    done, asked = _within(change.target), [*attributes]
    apart = False  # without attributes the whole module is handed on
    while done and f"{module}.{done[0]}" in sys.modules:
        module = f"{module}.{done.pop(0)}"
        apart = apart or (bool(asked) and asked.pop(0) != module.rpartition(".")[2])
    if len(done) == 1 and isinstance(change.node, ast.Expr | ast.Call):  # a function of the module
        return done[0] in KEEPING and not apart
    return not apart and (not done or not asked or done[0] == asked[0])


def draws(function: str) -> bool:
    """Whether a function of a library gives what its module was seeded with."""
    module, _, name = function.rpartition(".")
    return module in SEEDED and name not in KEEPING | APART


def _is_library(dotted: str) -> bool:
    module = sys.modules.get(dotted)
    if not isinstance(module, ModuleType) or dotted == "__main__":
        return False
    file = vars(module).get("__file__")
    return classify(file) != USER if isinstance(file, str) else dotted in sys.builtin_module_names


def _within(node: ast.AST | None) -> Names:
    """``["random", "seed"]`` of ``np.random.seed``."""
    names: Names = []
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        if isinstance(node, ast.Attribute):
            names.insert(0, node.attr)
        node = node.func if isinstance(node, ast.Call) else node.value
    return names
