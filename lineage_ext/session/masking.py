"""What is taken out of Runs: credentials always, literals and values where the settings ask for it.

Imported by the worker when the first Run passes the gate: its patterns and parsers are no part of ``%load_ext``.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable
from dataclasses import fields
from functools import lru_cache
from typing import Any

from lineage_ext.config import LineageConfig
from lineage_ext.model import (
    CodeFacet,
    ContentFacet,
    DataflowFacet,
    Dataset,
    ErrorFacet,
    ExternalFacet,
    Facet,
    NamesFacet,
    NotebookFacet,
    ParentFacet,
    ResourceFacet,
    ResultFacet,
    Run,
    Schema,
    StreamFacet,
    TraceFacet,
)
from lineage_ext.redaction import cut
from lineage_ext.redaction.policy import RedactionPolicy
from lineage_ext.session.note import Notes
from lineage_ext.session.rewrite import MOST_KEPT, Rewrite, changed, each
from lineage_ext.session.value_labels import ValueLabels

MOST_TEXT = 2_000  # characters of an error's message
SHORT = 4  # items of a tuple that is remembered
SOURCES = ("source", "compiled")  # fields of facets that hold Python source


class Masking:
    """Applies the policy that ``config`` describes."""

    def __init__(self, config: LineageConfig) -> None:
        self._config = config
        self.wrong: list[str] = []  # what the settings say that can't be followed
        policy = self.policy = policy_of(config, self.wrong.append)
        self._version = policy.version
        self._secrets, self._literals, self._values = Secrets(policy), Literals(policy), Values(policy)
        self._labels = ValueLabels(policy.columns)
        self._sent: tuple[Run, Run] | None = None  # the last one that was asked for, and what became of it

    @property
    def keeps_literals(self) -> bool:
        """Whether literals and displayed values may be kept on this machine: not beside a classified column's."""
        return self._config.literals != "nowhere" and not self.policy.columns

    def through(self, run: Run) -> Run:
        """What the listeners may know."""
        if self.policy.columns:
            self._labels.notice(run)
        shown = self._secrets.run(run)
        if self._version != self.policy.version:  # learned from this very Run: what was seen of it before, too
            self._version = self.policy.version
            for rewrite in (self._secrets, self._literals, self._values):
                rewrite.forget()
            shown = self._secrets.run(run)
        return shown if self.keeps_literals else self._values.run(shown)

    def noted(self, notes: Notes) -> Notes:
        """What the listeners may know of operations that aren't explained yet."""
        return self._secrets.noted(notes)

    def outward(self, run: Run) -> Run:
        """What systems elsewhere get of a Run that came ``through``. Each emitter asks, one after the other."""
        if self._config.literals != "local" or not self.keeps_literals:
            return run
        if self._sent is None or self._sent[0] is not run:
            self._sent = run, self._literals.run(run)
        return self._sent[1]

    def source(self, text: str) -> str:
        """Source that no Run holds: of what is running now."""
        shown = self.policy.source(text)
        return shown if self.keeps_literals else self.policy.source_without_literals(shown)

    def text(self, text: str) -> str:
        """Any other text that leaves: notes, problems of ours."""
        text = self.policy.text(text)
        return text if self.keeps_literals else self.policy.text_without_values(text)


def policy_of(config: LineageConfig, note: Callable[[str], None]) -> RedactionPolicy:
    """The policy the settings describe. A pattern that can't be compiled is told, and everything else counts."""
    patterns = []
    for pattern in config.redact_patterns:
        try:
            RedactionPolicy(patterns=[pattern], environment={})
            patterns.append(pattern)
        except ValueError as error:
            note(f"redact_patterns: {error}")
    return RedactionPolicy(
        allow=config.redact_allow,
        deny=config.redact_deny,
        patterns=patterns,
        columns=config.redact_columns,
        mask_labels=config.redact_labels,
    )


@lru_cache(256)
def _names_of(kind: type) -> tuple[str, ...]:
    """The fields of a kind of facet: ``fields`` looks for them anew each time."""
    return tuple(f.name for f in fields(kind))


class Secrets(Rewrite):
    """Credentials out of everything."""

    def __init__(self, policy: RedactionPolicy) -> None:
        super().__init__()
        self._policy = policy
        self._unchanged: set[tuple[Any, ...]] = set()  # short ones in facets: a cell's names are nearly those before

    def forget(self) -> None:
        """What was unchanged may be no longer."""
        super().forget()
        self._unchanged.clear()

    def text(self, text: str) -> str:
        """Without credentials."""
        return self._policy.text(text)

    def source(self, text: str) -> str:
        """Without credentials."""
        return self._policy.source(text)

    def label(self, label: Hashable) -> Hashable:
        """Without credentials, and covered where its class or its making asks for it."""
        return self._policy.label(label)

    def run(self, run: Run) -> Run:
        """A cell that ends with ``token`` has displayed it."""
        code, result = run.facet(CodeFacet), run.facet(ResultFacet)
        if code is not None and result is not None:
            shown = changed(result, text=self._policy.result(result.text, code.source))
            run = changed(run, facets=each(run.facets, lambda f: shown if f is result else f))
        return super().run(run)

    def dataset(self, dataset: Dataset) -> Dataset:
        """External names are remembered, so that strings which name them aren't taken for data."""
        if dataset.external:
            self._policy.columns.meet_file(dataset.name)
        return super().dataset(dataset)

    def schema(self, schema: Schema) -> Schema:
        """So are labels."""
        self._policy.columns.meet(schema.labels)
        return super().schema(schema)

    def facet(self, facet: Facet) -> Facet:
        """Every text of it."""
        kind: type = type(facet)
        values = ((name, getattr(facet, name)) for name in _names_of(kind))
        shown = changed(
            facet, **{name: self._value(v, name in SOURCES) for name, v in values if isinstance(v, str | tuple)}
        )
        if isinstance(shown, ErrorFacet):
            return changed(shown, message=cut(shown.message, MOST_TEXT), traceback=cut(shown.traceback, 10 * MOST_TEXT))
        return shown

    def _value(self, value: Any, code: bool = False) -> Any:
        if isinstance(value, str):
            return self.once(value, self.source) if code else self.known(value)
        return self._values(value) if isinstance(value, tuple) else value

    def _values(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        same = self._unchanged
        try:
            made = tuple([v if v in same else self._value(v) for v in values])
            if any(map(operator.is_not, values, made)):
                return made
        except TypeError:  # a list or dict in it, of a facet that isn't ours
            return each(values, self._value)
        if len(values) <= SHORT:
            if len(same) >= MOST_KEPT:
                same.clear()
            same.add(values)
        return values


class Literals(Rewrite):
    """Numbers, strings and comments out of code, quoted values out of error texts, displayed values out."""

    def __init__(self, policy: RedactionPolicy) -> None:
        super().__init__()
        self._policy = policy

    def run(self, run: Run) -> Run:
        """The rest of a Run holds none."""
        return changed(
            run,
            position=run.position and self.once(run.position, self.position),
            inputs=each(run.inputs, self.dataset),
            outputs=each(run.outputs, self.dataset),
            facets=each(run.facets, self.facet),
        )

    def dataset(self, dataset: Dataset) -> Dataset:
        """Nor does the rest of a dataset."""
        return changed(dataset, facets=each(dataset.facets, self.facet)) if dataset.facets else dataset

    def source(self, text: str) -> str:
        """Without literals."""
        return self._policy.source_without_literals(text)

    def facet(self, facet: Facet) -> Facet:
        """By its kind; of one that isn't known here every text may hold data."""
        policy = self._policy
        match facet:
            case CodeFacet():
                return changed(facet, **{n: self.once(getattr(facet, n), self.source) for n in SOURCES})
            case ErrorFacet():
                return changed(facet, message=self.message(facet.message), traceback=self.trace(facet.traceback))
            case ResultFacet():
                return changed(facet, text="")
            case ExternalFacet():
                return changed(facet, sql=policy.sql_without_literals(facet.sql))
            case ContentFacet():
                return changed(facet, digests=())
            case DataflowFacet() | NamesFacet() | NotebookFacet() | ParentFacet() | ResourceFacet():
                return facet
            case StreamFacet() | TraceFacet():
                return facet
        texts = {f.name: value for f in fields(facet) if isinstance(value := getattr(facet, f.name), str)}
        return changed(facet, **{name: policy.text_without_values(value) for name, value in texts.items()})

    def message(self, text: str) -> str:
        """An exception's text."""
        return self._policy.text_without_values(text)

    trace = message


class Values(Literals):
    """The same where no value may be kept at all: messages are words of anybody's choice."""

    def message(self, text: str) -> str:
        """Nothing of it."""
        return ""

    def trace(self, text: str) -> str:
        """Where it passed."""
        return self._policy.trace_without_values(text)
