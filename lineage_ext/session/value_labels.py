"""Labels that are made of values: ``pivot`` and ``get_dummies`` turn what stands in a column into names of columns.

Where columns are classified, a label nobody wrote may be such a value, and is covered. It counts as written when it
stands in the source, when it was read from outside, or when it is made of a label there was (``merge``'s suffixes). Of
``pivot`` and its like every new label is covered if a classified column went in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lineage_ext.model import CodeFacet, OpaqueFacet, Run, RunKind, label_text
from lineage_ext.redaction.columns import Columns

FROM_VALUES = frozenset("T crosstab get_dummies pivot pivot_table transpose unstack".split())
"""Operations whose labels are values even where they contain a label (``get_dummies``)."""
OF_PANDAS = frozenset(
    "index level_0 level_1 variable value count proportion unique top freq mean std min max _merge".split()
)
"""Labels that pandas gives by itself."""
MOST_SOURCES = 1_000
SHORTEST = 3  # characters of a label that others may be made of: ``a`` is in everything


class ValueLabels:
    """Finds them, and has ``columns`` cover them."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._sources: dict[str, str] = {}  # cell run → its source
        self._seen: set[int] = set()

    def notice(self, run: Run) -> None:
        """Look at the columns a Run made."""
        code: CodeFacet | None = run.facet(CodeFacet)
        if code is not None:
            if len(self._sources) >= MOST_SOURCES:
                del self._sources[next(iter(self._sources))]
            self._sources[run.id] = code.source
        if run.kind is not RunKind.OPERATION:
            return
        before = {label_text(label) for d in run.inputs for label in d.schema.labels}
        external = any(d.external for d in run.inputs)
        if external and not self._from_values(run):
            return
        kind, from_values, written = self._kind(run), self._from_values(run), self._written(run)
        for label in self._new(run, before):
            if from_values and kind:  # written or not: somebody may have typed the value
                self._columns.cover(label, kind)
            elif not written(label) and (from_values or not _made_of(label, before)):
                self._columns.cover(label, kind or "value")

    def _from_values(self, run: Run) -> bool:
        return run.job.name.rpartition(".")[2] in FROM_VALUES or run.facet(OpaqueFacet) is not None

    def _new(self, run: Run, before: set[str]) -> Iterator[str]:
        every = self._from_values(run)
        for dataset in run.outputs:
            for label in dataset.schema.labels:
                for part in label if isinstance(label, tuple) else (label,):
                    text = label_text(part)
                    if text and text not in before and text not in OF_PANDAS and (every or isinstance(part, str)):
                        yield text

    def _written(self, run: Run) -> Callable[[str], bool]:
        texts = [self._sources.get(run.parent_id or "", ""), run.position.text if run.position else ""]
        return lambda label: any(_stands_in(label, text) for text in texts)

    def _kind(self, run: Run) -> str | None:
        """The class of the column whose values they may be, if one went in."""
        labels = (label for d in run.inputs for label in (*d.schema.labels, *d.schema.index, *d.schema.keys))
        return next((kind for label in labels if (kind := self._columns.class_of(label))), None)


def _stands_in(label: str, text: str) -> bool:
    return label in text and re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text) is not None


def _made_of(label: str, labels: set[str]) -> bool:
    plain = _plain(label)
    return any(len(known) >= SHORTEST and (known in plain or plain in known) for known in map(_plain, labels))


def _plain(label: str) -> str:
    return re.sub(r"\W|_", "", label).lower()
