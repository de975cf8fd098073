"""The one policy that stands before every sink."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Hashable, Iterable, Mapping

from lineage_ext.redaction import literals, python
from lineage_ext.redaction.columns import Columns
from lineage_ext.redaction.names import Names
from lineage_ext.redaction.secrets import Secrets
from lineage_ext.redaction.source import shows_secret, without_secrets
from lineage_ext.redaction.text import covered, mask, spans

MOST_CLEAN = 8
FOLDERS = frozenset({"PWD", "OLDPWD"})
"""Variables of every shell that are named like passwords: with one learnt, no path would be told."""


class RedactionPolicy:
    """What is masked: credentials always, literals and values where asked to, values of classified columns.

    ``allow`` and ``deny`` are glob patterns of names whose values are never, or always, masked. ``patterns`` are
    regular expressions of more things to mask. ``columns`` maps glob patterns of column labels to a class of yours
    (``pii``), ``mask_labels`` hides these labels, too. Values that were given to a secret's name once, in code or in
    ``environment``, are masked wherever they occur.

    Its methods don't raise. Making one raises ValueError for a pattern that isn't a regular expression.
    """

    def __init__(
        self,
        *,
        allow: Iterable[str] = (),
        deny: Iterable[str] = (),
        patterns: Iterable[str] = (),
        columns: Mapping[str, str] | None = None,
        mask_labels: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._names = Names(tuple(allow), tuple(deny))
        self._patterns = tuple(_compiled(p) for p in patterns)
        self.columns = Columns(columns or {}, mask_labels)
        self.secrets = Secrets()
        self._found_clean: tuple[int, deque[str]] = (0, deque(maxlen=MOST_CLEAN))
        found = os.environ if environment is None else environment
        for name in list(found):  # not items(): numpy < 2.4 sets and deletes a variable while another thread imports it
            if name not in FOLDERS and self._names.secret(name):
                self.secrets.learn(found.get(name, ""))

    @property
    def version(self) -> int:
        """Grows when a text that was unchanged by this policy may be no longer."""
        return self.secrets.version + self.columns.version

    # -- credentials -------------------------------------------------------------------------------------------------
    def text(self, text: str) -> str:
        """Any text without credentials."""
        return self._wherever(self._masked(text))

    def source(self, text: str) -> str:
        """Python source without credentials. Lines stay where they are."""
        clean = self._clean()
        if any(text in source for source in clean):  # an expression of a cell that was shown as it is
            return text
        shown = self._source(text)
        if shown == text:
            clean.append(text)
        return shown

    def _source(self, text: str) -> str:
        parsed = python.parse(text) if self._names.may_occur(text) or "://" in text else None
        if parsed is None:
            return self.text(text)
        shown = without_secrets(parsed, self._names, self._masked, self._learn)
        for pattern in self._patterns:
            shown = pattern.sub(_covered, shown)
        return self._wherever(shown)

    def _clean(self) -> deque[str]:
        """The sources last shown as they are, by what is known of secrets now."""
        version, clean = self._found_clean
        if version != self.version:
            clean = deque(maxlen=MOST_CLEAN)
            self._found_clean = self.version, clean
        return clean

    def result(self, text: str, source: str) -> str:
        """What a cell with that source displayed."""
        parsed = python.parse(source) if self._names.may_occur(source) else None
        if parsed is not None and shows_secret(parsed, self._names):
            return covered(text)
        return self.text(text)

    def label(self, label: Hashable) -> Hashable:
        """A column's label: without credentials, and covered if its class asks for that."""
        if isinstance(label, tuple):
            return tuple(map(self.label, label))
        shown = self.columns.covered(label)
        return self.text(shown) if isinstance(shown, str) else shown

    def _masked(self, text: str) -> str:
        text = mask(text, spans(text, self._names))
        for pattern in self._patterns:
            text = pattern.sub(_covered, text)
        return text

    def _wherever(self, text: str) -> str:
        return self.columns.hidden_in(self.secrets.hidden_in(text))

    def _learn(self, secret: str) -> None:
        if not self.columns.is_label(secret):
            self.secrets.learn(secret)

    # -- literals and values -----------------------------------------------------------------------------------------
    def source_without_literals(self, text: str) -> str:
        """Python source, already without credentials, without its numbers, strings and comments.

        What only names something stays: labels and files that were met (``columns.meet``, ``columns.meet_file``).
        """
        parsed = python.parse(text)
        if parsed is None:
            return literals.without_values(text, self.columns.names_something)
        return literals.without_literals(parsed, self.columns.names_something)

    def text_without_values(self, text: str) -> str:
        """An error text or traceback without what is quoted in it, and without numbers."""
        return literals.without_values(text, self.columns.names_something)

    def trace_without_values(self, text: str) -> str:
        """Of a traceback only where it passed."""
        return literals.places(text)

    def sql_without_literals(self, text: str) -> str:
        """A query with ``?`` for its strings and numbers, as OpenTelemetry asks for ``db.query.text``."""
        return literals.without_sql_literals(text)


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from None


def _covered(found: re.Match[str]) -> str:
    return covered(found[0])
