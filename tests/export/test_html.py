"""``%lineage export html``: one file with everything in it, in which no value can do anything."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from lineage_ext.export import export
from lineage_ext.store.reading import load
from lineage_ext.store.sqlite import SqliteStore
from lineage_ext.testing import notebook
from tests.graph.build import Notebook, frame

HOSTILE = (
    "</script><script>document.title='owned'</script>", "<!--<script>", "]]>", "<img src=x onerror=alert(1)>", "&lt;",
    "\u2028", "\x00", "**bold**", "`x`", "🦆" * 200, "{style}", "%s", "",
)  # fmt: skip


class Page(HTMLParser):
    """The elements of a page and the text of its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.found.append((tag, dict(attrs)))
        self._inside = tag
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        self._inside = ""

    def handle_data(self, data: str) -> None:
        """Text within an element."""
        if self._inside == "script":
            self.scripts[-1] += data


def written(tmp_path: Path, source: str, **names: Any) -> tuple[Page, str]:
    """The report of a session of one cell."""
    with notebook(name=HOSTILE[0]) as book:
        book.cell(source, **names)
        text = export(book.session, "html", tmp_path).read_text("utf-8")
    return Page(text), text


@pytest.mark.parametrize("text", HOSTILE)
def test_no_value_becomes_syntax(tmp_path: Path, text: str) -> None:
    """Whatever a label says, the page has its two scripts and no element more; the label is in the data, visible."""
    page, _ = written(tmp_path, "import pandas as pd\na = pd.DataFrame({text: [1]})\nb = a.copy()", text=text)
    assert [tag for tag, _ in page.found] == [
        "html", "head", "meta", "meta", "meta", "meta", "title", "style",
        "body", "main", "noscript", "script", "script",
    ]  # fmt: skip
    session = json.loads(page.scripts[0])
    labels = [value["labels"] for kind, value in session["records"] if kind == "schema"]
    assert [text if text.strip() else repr(text) if text else "(no name)"] in labels


def test_the_policy_allows_the_bundle_and_nothing_else(tmp_path: Path) -> None:
    """No connection, no other script: the hash is that of the script that is there."""
    page, text = written(tmp_path, "1")
    policy = next(a["content"] for tag, a in page.found if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    digest = base64.b64encode(hashlib.sha256(page.scripts[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy
    assert "default-src 'none'" in policy
    assert not [a for _, a in page.found if {"src", "href"} & set(a)]
    assert not re.search(r"@import|url\((?!['\"]?data:)", text.split("</style>")[0])


def test_it_holds_the_whole_session_and_no_credential(tmp_path: Path) -> None:
    """Cells, operations, datasets, status: what the panel shows live is in the file."""
    source = "import pandas as pd\npassword = 'hunter2'\na = pd.DataFrame({'x': [1]})\nb = a.copy()"
    page, text = written(tmp_path, source)
    kinds = {kind for kind, _ in json.loads(page.scripts[0])["records"]}
    assert kinds >= {"session", "cell", "operation", "dataset", "schema", "map", "status"}
    assert "hunter2" not in text


def test_ten_thousand_columns_make_no_big_page(tmp_path: Path) -> None:
    """A wide frame adds some 20 kB."""
    source = "import numpy as np, pandas as pd\na = pd.DataFrame(np.ones((2, 10_000))).add_prefix('a column called ')"
    page, _ = written(tmp_path, source)
    assert len(page.scripts[0]) < 60_000


def test_a_killed_cell_ends_with_what_it_did_last(tmp_path: Path) -> None:
    """It isn't shown as running: the timeline goes as far as is known."""
    store = SqliteStore(tmp_path / "lineage.sqlite", pytest.fail)
    book = Notebook((store,))
    book.begin("df = df.copy()\nwhile True: pass")
    operation = book.op("copy", [], [book.dataset(frame("a"))], [])
    store.flush()
    page = Page(export(load(tmp_path / "lineage.sqlite"), "html", tmp_path).read_text("utf-8"))
    store.close()
    records = json.loads(page.scripts[0])["records"]
    (cell,) = [value for kind, value in records if kind == "cell"]
    assert (cell["state"], cell["operations"]) == ("ABORT", 1)
    assert cell["ended"] == operation.ended / 1e6
