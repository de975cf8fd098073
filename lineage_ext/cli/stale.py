"""``lineage stale``: cells of a stored session whose inputs changed since they ran."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lineage_ext.analysis.document import stale_now
from lineage_ext.cli.output import json_option, say
from lineage_ext.cli.stored import open_session, session_options


@click.command("stale")
@session_options
@json_option
def command(store: Path | None, session_id: str | None, as_json: bool) -> None:
    """Cells of a session that would have other values if the notebook ran again now. Exit code 1 if there are any."""
    found = stale_now(open_session(store, session_id))
    say(found, as_json)
    sys.exit(bool(found))
