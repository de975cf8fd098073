"""A session that is watched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from lineage_ext.testing import Notebook, notebook
from lineage_ext.widget.described import Describer
from lineage_ext.widget.stream import Stream
from tests.widget.front import Front


@dataclass
class Watched:
    """A notebook and the stream of its session."""

    book: Notebook
    stream: Stream

    def join(self) -> Front:
        """A front end that was just opened: it starts from the snapshot."""
        with self.stream.lock:
            front = Front(self.stream.text())
            self.stream.listen(front)
        return front


def watch(book: Notebook) -> Watched:
    """Watch an open session."""
    stream = Stream(book.session, Describer(book.session.graph.made_by))
    stream.attach()
    return Watched(book, stream)


@pytest.fixture
def book() -> Iterator[Notebook]:
    """An open session."""
    with notebook() as found:
        yield found


@pytest.fixture
def watched(book: Notebook) -> Watched:
    """An open session that is watched."""
    return watch(book)
