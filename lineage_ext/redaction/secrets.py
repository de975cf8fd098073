"""Values known to be secrets, because they were given to a secret's name once: masked wherever they occur."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from lineage_ext.redaction.pattern import pattern
from lineage_ext.redaction.text import covered

MOST = 1_000
_SHORTEST = 8
_PLAIN = pattern(r"[A-Za-z]+(?:[ _.-][A-Za-z]+)*")  # a word or name: it may mean anything


class Secrets:
    """What was learned, longest first."""

    def __init__(self) -> None:
        self._values: list[str] = []
        self.version = 0

    def learn(self, value: str) -> None:
        """Mask this value from now on, unless it could be an ordinary word: those are masked where they stand only."""
        value = value.strip()
        if not is_distinctive(value) or value in self._values or len(self._values) >= MOST:
            return
        self._values = sorted({*self._values, *_spellings(value)}, key=len, reverse=True)
        self.version += 1

    def hidden_in(self, text: str) -> str:
        """``text`` with every known value masked."""
        for value in self._values:
            if value in text:
                text = text.replace(value, covered(value))
        return text


def is_distinctive(value: str) -> bool:
    """Whether a value is so particular that it can be looked for everywhere."""
    if len(value) < _SHORTEST or len(set(value)) < 4 or value.isspace():
        return False
    mixed = any(c.islower() for c in value) and any(c.isupper() for c in value[1:])
    return not _PLAIN.fullmatch(value) or (" " not in value and (mixed or len(value) >= 24))


def _spellings(value: str) -> Iterator[str]:
    """The value as it is, in a URL, and within quotes; each line of one that has several."""
    yield value
    yield from (quote(value, safe=""), quote_plus(value), repr(value)[1:-1], value.replace('"', '\\"'))
    yield from (line for line in value.splitlines() if is_distinctive(line) and line != value)
