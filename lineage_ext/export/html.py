"""A page to open, keep and send: the panel's own bundle with the session frozen in it. No network, no kernel.

Values are inert: they stand in a JSON block in which ``<`` is escaped, and the page's policy allows the bundle's script
alone, by its hash, and no connection anywhere.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from importlib.metadata import version
from pathlib import Path

from lineage_ext.export import writing
from lineage_ext.graph import LineageGraph
from lineage_ext.model import RunKind
from lineage_ext.store import plain
from lineage_ext.widget import bundle
from lineage_ext.widget.outdated import outdated
from lineage_ext.widget.remembered import snapshot

PAGE = """<!doctype html>
<html lang="en" data-lineage-report>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="lineage_ext {version}">
<title>{title}</title>
<style>
html, body, #lineage {{ height: 100%; margin: 0 }}
{style}
</style>
</head>
<body>
<main id="lineage"></main>
<noscript>This report draws itself with JavaScript, which is switched off.</noscript>
<script type="application/json" id="lineage-session">{session}</script>
<script type="module">{script}</script>
</body>
</html>
"""
POLICY = (
    "default-src 'none'; script-src 'sha256-{hash}'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'"
)


def write(graph: LineageGraph, path: Path) -> None:
    """Write it. Raises OSError."""
    writing.write(path, [page(graph).encode()])


def page(graph: LineageGraph) -> str:
    """The page as text."""
    return document(snapshot(graph, version("lineage-ext"), *outdated(graph)).decode(), _title(graph))


def document(session: str, title: str) -> str:
    """The same of a session's snapshot, JSON text (``widget.state``)."""
    script = _in_script(bundle.script())
    return PAGE.format(
        policy=POLICY.format(hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()),
        version=version("lineage-ext"),
        title=f"Lineage of {html.escape(title)}",
        style=bundle.style().replace("</", "<\\/"),
        session=session.replace("<", "\\u003c"),
        script=script,
    )


def _title(graph: LineageGraph) -> str:
    session = next((run for run in graph.runs(0) if run.kind is RunKind.SESSION), None)
    return plain.storable(session.job.name) if session is not None else "a session"


def _in_script(text: str) -> str:
    """JavaScript that doesn't end its element: both spellings mean the same within strings and patterns.

    https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
    """
    return re.sub(r"<(?=/script|!--|script)", r"\\x3c", text, flags=re.IGNORECASE)
