"""The table's rows, as lines between processes and as text."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

HEAD = f"{'':<100}{'cell thread':>13}{'process':>10}{'promised':>12}"


@dataclass(frozen=True)
class Row:
    """``process`` is the same with the worker's part; ``bound`` what ``thread`` may be at most."""

    what: str
    thread: float
    process: float | None = None
    bound: float | None = None
    unit: str = "×"

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        return self.bound is None or self.thread <= self.bound

    def to_json(self) -> str:
        """A line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Row:
        """The row of such a line."""
        return cls(**json.loads(line))

    def __str__(self) -> str:
        beside = "" if self.process is None else self._number(self.process)
        bound = "" if self.bound is None else f"≤ {self.bound:g} {self.unit}"
        verdict = "" if self.holds else "   missed"
        return f"{self.what:<100}{self._number(self.thread):>13}{beside:>10}{bound:>12}{verdict}"

    def markdown(self) -> str:
        """A line of a table in Markdown."""
        beside = "" if self.process is None else self._number(self.process)
        bound = "" if self.bound is None else f"≤ {self.bound:g} {self.unit}"
        return f"| {self.what} | {self._number(self.thread)} | {beside} | {bound} |"

    def _number(self, value: float) -> str:
        return (
            f"{value:.3f}"
            if self.unit == "×"
            else f"{value:.2f} {self.unit}"
            if value < 100
            else f"{value:.0f} {self.unit}"
        )
