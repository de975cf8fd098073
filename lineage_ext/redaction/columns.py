"""Columns by class: labels that match a pattern of the user's are ``pii``, ``salary``, whatever he calls it."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from fnmatch import fnmatchcase
from hashlib import blake2b

MOST = 50_000
_SHORTEST = 3  # characters of a label that is looked for in texts


class Columns:
    """Which labels are of which class, which labels have been met, and what covers those that are hidden.

    A label is covered when its class is hidden (``mask``), or when it was made of the values of a classified column
    (``pivot``, ``get_dummies``): ``cover`` says so.
    """

    def __init__(self, classes: Mapping[str, str], mask: bool) -> None:
        self._patterns = tuple((pattern.lower(), kind) for pattern, kind in classes.items())
        self._mask = mask
        self._classes: dict[str, str | None] = {}
        self._met: set[str] = set()
        self._files: set[str] = set()
        self._covers: dict[str, str] = {}
        self.version = 0

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def class_of(self, label: Hashable) -> str | None:
        """The class of a column; of a label with levels, that of the first level that has one."""
        if not self._patterns:
            return None
        if isinstance(label, tuple):
            return next((c for part in label if (c := self.class_of(part))), None)
        text = str(label) if isinstance(label, str | int) else ""
        if text not in self._classes:
            low = text.lower()
            if len(self._classes) >= MOST:
                self._classes.clear()
            self._classes[text] = next((kind for pattern, kind in self._patterns if fnmatchcase(low, pattern)), None)
        return self._classes[text]

    # -- what was met ------------------------------------------------------------------------------------------------
    def meet(self, labels: Iterable[Hashable]) -> None:
        """Labels: a string of the same text names a column."""
        for label in labels:
            if isinstance(label, tuple):
                self.meet(label)
            elif isinstance(label, str) and label not in self._covers and len(self._met) < MOST:
                self._met.add(label)
                if self._mask and (kind := self.class_of(label)):
                    self.cover(label, kind)

    def meet_file(self, name: str) -> None:
        """A file or table has this name."""
        if len(self._files) < MOST:
            self._files.add(name)

    def is_label(self, text: str) -> bool:
        """Whether a column of this name was met."""
        return text in self._met

    def names_something(self, text: str) -> bool:
        """Whether a string names a column or file that was met: no data."""
        if text in self._met or text in self._covers.values():
            return True
        tail = text.removeprefix("./")
        return len(tail) > 3 and any(file.endswith(tail) for file in self._files)

    # -- what is hidden ----------------------------------------------------------------------------------------------
    def cover(self, label: str, kind: str) -> None:
        """Hide this label from now on. The cover is the same in every session, and tells two labels apart."""
        if label not in self._covers and label and len(self._covers) < MOST:
            mark = blake2b(f"{kind}\0{label}".encode(errors="replace"), digest_size=4).hexdigest()
            self._covers[label] = f"{kind}_{mark}"
            self._met.discard(label)
            self.version += 1

    def covered(self, label: Hashable) -> Hashable:
        """What is shown of a label that isn't a tuple."""
        if not self._patterns:
            return label
        if self._mask and isinstance(label, str) and label not in self._covers and (kind := self.class_of(label)):
            self.cover(label, kind)
        return self._covers.get(str(label), label) if self._covers else label

    def hidden_in(self, text: str) -> str:
        """``text`` with hidden labels covered, where they stand as words."""
        for label, cover in self._covers.items():
            if len(label) >= _SHORTEST and label in text:
                text = re.sub(rf"(?<!\w){re.escape(label)}(?!\w)", cover, text)
        return text
