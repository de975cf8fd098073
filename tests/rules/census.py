"""All that pandas exports, by introspection, and what lineage_ext has for it: a rule, or a reason why it needs none.

``python -m tests.rules.census`` (``make docs``) writes ``docs/pandas-coverage.md``.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

import pandas as pd

from lineage_ext.capture import pandas_functions
from lineage_ext.capture.filling import parameters
from lineage_ext.rules.algebra import Nothing, Unknown, Word
from lineage_ext.rules.masking import Masks
from lineage_ext.rules.op import Op
from lineage_ext.rules.pandas import SCOPE_OF
from lineage_ext.rules.pandas import words as tables
from lineage_ext.rules.pandas.declared import class_reason, reason_of

MODULES = (
    "pandas", "pandas.api.executors", "pandas.api.extensions", "pandas.api.indexers", "pandas.api.interchange",
    "pandas.api.types", "pandas.api.typing", "pandas.arrays", "pandas.errors",
    "pandas.io.json", "pandas.plotting", "pandas.testing", "pandas.tseries.frequencies", "pandas.tseries.offsets",
    "pandas.util",
)  # fmt: skip
INTERCHANGE = ("pandas.api.interchange", "DataFrame")  # a protocol of the same name
ACCESSORS = {  # classes that no module exports, by how they are reached
    "Series.str": "pandas.core.strings.accessor.StringMethods",
    "Series.dt": "pandas.core.indexes.accessors.DatetimeProperties",
    "Series.dt of timedeltas": "pandas.core.indexes.accessors.TimedeltaProperties",
    "Series.dt of periods": "pandas.core.indexes.accessors.PeriodProperties",
    "Series.cat": "pandas.core.arrays.categorical.CategoricalAccessor",
    "Series.list": "pandas.core.arrays.arrow.accessors.ListAccessor",
    "Series.struct": "pandas.core.arrays.arrow.accessors.StructAccessor",
    "Series.sparse": "pandas.core.arrays.sparse.accessor.SparseAccessor",
    "DataFrame.sparse": "pandas.core.arrays.sparse.accessor.SparseFrameAccessor",
    "DataFrame.loc": "pandas.core.indexing._LocIndexer",
    "DataFrame.iloc": "pandas.core.indexing._iLocIndexer",
    "DataFrame.at": "pandas.core.indexing._AtIndexer",
    "DataFrame.iat": "pandas.core.indexing._iAtIndexer",
    "read_csv(chunksize=…)": "pandas.io.parsers.readers.TextFileReader",
}

PAGE = Path(__file__).parents[2] / "docs" / "pandas-coverage.md"
HEAD = """# What is known of each function of pandas {version}

Written by `make docs` from what pandas exports and from the tables in `lineage_ext/rules/pandas`; a test holds it
current. {ruled:,} functions, methods and properties have a rule, {declared:,} are declared to need none, for the reason
that is given. A rule is named by its word (`lineage_ext/rules`), which says what flows.
"""


@dataclass(frozen=True)
class Member:
    """Something pandas exports: ``owner`` is the class it is reached by, "" for a function of a module."""

    owner: str
    name: str
    rule: str = ""  # the word that explains it
    reason: str = ""  # why it has none

    @property
    def key(self) -> str:
        """``DataFrame.merge`` or ``concat``."""
        return f"{self.owner}.{self.name}" if self.owner else self.name


def members() -> list[Member]:
    """Functions of the public modules; methods and properties of the public classes and accessors, each once."""
    found: dict[str, Member] = {}
    for owner, name, value in _exported():
        for member in _of_class(owner or name, value) if inspect.isclass(value) else _of_module(name, value):
            found.setdefault(member.key, member)
    return sorted(found.values(), key=lambda m: (m.owner.lower(), m.name))


def _exported() -> Iterator[tuple[str, str, Any]]:
    for module_name in MODULES:
        try:
            module = importlib.import_module(module_name)
        except ImportError:  # not in this version
            continue
        for name in getattr(module, "__all__", None) or dir(module):
            if not name.startswith("_") and (module_name, name) != INTERCHANGE:
                yield "", name, getattr(module, name)
    for title, path in ACCESSORS.items():
        module_name, _, name = path.rpartition(".")
        cls = getattr(importlib.import_module(module_name), name, None)
        if cls is not None:
            yield title, "", cls


def _of_module(name: str, value: Any) -> Iterator[Member]:
    if callable(value) and not isinstance(value, type(pd)):
        rule = _RULES.get(value, "") if isinstance(value, FunctionType) else ""
        yield Member("", name, rule, "" if rule else reason_of("", "pd", name))


def _of_class(title: str, cls: type) -> Iterator[Member]:
    whole = class_reason(cls.__name__) or ("an exception" if issubclass(cls, BaseException) else "")
    if whole or cls.__name__ not in SCOPE_OF:
        yield Member(title, "", reason=whole)
        return
    for name in dir(cls):
        owner = next((c for c in cls.__mro__ if name in c.__dict__), object)
        member = owner.__dict__.get(name)
        public = not name.startswith("_") or (name.startswith("__") and callable(getattr(cls, name, None)))
        if not public or owner.__module__ in {"builtins", "typing"}:
            continue
        rule = _RULES.get(_inside(member, owner), "")
        scope = SCOPE_OF.get(owner.__name__, SCOPE_OF[cls.__name__])
        reason = "" if rule else reason_of(owner.__name__, scope, name, is_property=not callable(member))
        yield Member(title, name, rule, reason)


def _inside(member: Any, owner: type) -> Any:
    function = pandas_functions.function_of(member)
    return None if function is None else pandas_functions.unwrapped(function, owner)


def _rules() -> dict[FunctionType, str]:
    """Intercepted function → the word that explains it."""
    found = {}
    for i, target in enumerate(pandas_functions.targets()):
        word = tables.lookup(Op(i, "pandas", target.owner, target.name, parameters(target.function.__code__)))
        if word is not None:
            found[target.function] = _title(word)
    return found


def _title(word: Word) -> str:
    inner = word.word if isinstance(word, Masks) else word
    why = f": {inner.reason}" if isinstance(inner, Nothing | Unknown) else ", masking" if inner is not word else ""
    return f"{type(inner).__name__}{why}"


_RULES = _rules()


def page() -> str:
    """The table for the documentation, as Markdown."""
    found = members()
    ruled = sum(bool(m.rule) for m in found)
    lines = [HEAD.format(version=pd.__version__, ruled=ruled, declared=len(found) - ruled)]
    for owner in dict.fromkeys(m.owner for m in found if m.name):
        own = [m for m in found if m.owner == owner and m.name]
        lines += [f"## {owner or 'pandas'}\n", *_table("rule", own, [m.rule for m in own])]
        lines += _table("no rule, because", own, [m.reason for m in own])
    whole = [m for m in found if not m.name]
    lines += ["## Classes that hold no columns\n", *_table("why", whole, [m.reason for m in whole])]
    return "\n".join(lines)


def _table(title: str, rows: list[Member], labels: list[str]) -> list[str]:
    names: dict[str, list[str]] = {}
    for member, label in zip(rows, labels, strict=True):
        if label:
            names.setdefault(label, []).append(member.name or member.owner)
    body = [f"| {label} | {' '.join(f'`{n}`' for n in own)} |" for label, own in sorted(names.items())]
    return [f"| {title} | |", "|---|---|", *body, ""] if body else []


if __name__ == "__main__":
    PAGE.write_text(page())
