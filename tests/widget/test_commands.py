"""What the panel asks is answered as things stand when it asks."""

from __future__ import annotations

import pytest

from lineage_ext.widget.commands import Commands
from tests.widget.conftest import Watched


def test_details_are_those_of_this_moment(watched: Watched) -> None:
    """Right after a cell, too, before the worker has passed on what it did: the panel asks once."""
    session = watched.book.session
    session.halt()
    names = watched.book.cell("import pandas as pd\na = pd.DataFrame({'x': [1, 2]})")
    commands = Commands(watched.stream, session.graph, export=pytest.fail, pause=pytest.fail, formats=[], version="1")
    reply, _ = commands.answer({"k": "details", "id": 7, "dataset": session.identify(names["a"])}, pytest.fail)
    assert reply is not None
    assert (reply["ok"], reply["value"]["variables"]) == (True, ["a"])
