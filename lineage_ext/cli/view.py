"""``lineage view``: a session's report in the browser."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from lineage_ext.cli.output import json_option, say
from lineage_ext.cli.stored import open_session, session_options
from lineage_ext.export import export


@click.command("view")
@session_options
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to write it (default: a temporary file).")
@click.option("--no-browser", is_flag=True, help="Only write it.")
@json_option
def command(store: Path | None, session_id: str | None, output: Path | None, no_browser: bool, as_json: bool) -> None:
    """Write the HTML report of a session and open it."""
    target = output or Path(tempfile.mkdtemp(prefix="lineage-")) / "lineage.html"
    written = export(open_session(store, session_id), "html", target)
    say({"path": str(written)}, as_json, lambda: click.echo(str(written)))
    if not no_browser:
        click.launch(written.absolute().as_uri())
