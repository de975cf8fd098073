"""The events of the demo and of the notebooks of ``tests/notebooks``, each checked as the tests check theirs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from lineage_ext.emit.openlineage import Settings, events
from lineage_ext.emit.openlineage.settings import LEVELS
from lineage_ext.model import NotebookFacet
from lineage_ext.testing import Notebook, notebook
from tests.demo import first_notebook
from tests.emit.openlineage.told import checked
from tests.emit.openlineage.valid import Event
from tests.notebooks.book import books

Record = Callable[[Notebook, Path], object]


def notebooks() -> Iterator[tuple[str, Record]]:
    """Name and what runs the cells of each under tracking, with its files in a folder."""
    yield "01_first_lineage", demo
    for book in books():
        yield book.name, book.record


def demo(recorded: Notebook, folder: Path) -> None:
    """The demo on few rows; it writes its files, too."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        first_notebook.write(first_notebook.few(), folder)
        first_notebook.run(folder, recorded.cell)
        recorded.cell(first_notebook.writing(), OUT=folder)
    finally:
        os.chdir(before)


def told(name: str, record: Record, folder: Path) -> dict[str, list[Event]]:
    """Granularity → the events of a notebook run in ``folder``, which are valid."""
    place = NotebookFacet("jupyter", "1", f"{folder}/{name}.ipynb", str(folder))
    with notebook(name, facets=(place,)) as recorded:
        record(recorded, folder)
        recorded.session.flush()
        return {level: checked(list(events(recorded.session, Settings(granularity=level)))) for level in LEVELS}
