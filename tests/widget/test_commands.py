"""What the panel asks, and what it begins with, is as things stand at that moment."""

from __future__ import annotations

import json

import pytest

from lineage_ext.widget.commands import Commands
from lineage_ext.widget.panel import StreamPanel
from tests.widget.conftest import Watched

FRAME = "import pandas as pd\na = pd.DataFrame({'x': [1, 2]})"


@pytest.fixture
def commands(watched: Watched) -> Commands:
    """Of a session whose worker doesn't pass on anything."""
    session = watched.book.session
    session.halt()
    return Commands(watched.stream, session.graph, export=pytest.fail, pause=pytest.fail, formats=[], version="1")


def test_details_are_those_of_this_moment(watched: Watched, commands: Commands) -> None:
    """Right after a cell, too, before the worker has passed on what it did: the panel asks once."""
    names = watched.book.cell(FRAME)
    number = watched.book.session.identify(names["a"])
    reply, _ = commands.answer({"k": "details", "id": 7, "dataset": number}, pytest.fail)
    assert reply is not None
    assert (reply["ok"], reply["value"]["variables"]) == (True, ["a"])


def test_a_panel_begins_with_everything(watched: Watched, commands: Commands) -> None:
    """That of a session that has had one, too."""
    watched.book.cell(FRAME)
    panel = StreamPanel(watched.stream, commands)
    records = json.loads(panel.get_state()["snapshot"])["records"]
    panel.close()
    assert [value["name"] for kind, value in records if kind == "operation"] == ["pandas.DataFrame.__init__"]
