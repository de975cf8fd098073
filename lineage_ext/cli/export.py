"""``lineage export FORMAT [PATH]``."""

from __future__ import annotations

from pathlib import Path

import click

from lineage_ext.cli.output import json_option, say
from lineage_ext.cli.stored import config_of, open_session, session_options
from lineage_ext.export import FORMATS, export


@click.command("export", epilog="Formats: " + "; ".join(f"{n}: {f.summary}" for n, f in sorted(FORMATS.items())))
@click.argument("format", type=click.Choice(sorted(FORMATS)))
@click.argument("path", type=click.Path(path_type=Path), required=False)
@session_options
@json_option
def command(format: str, path: Path | None, store: Path | None, session_id: str | None, as_json: bool) -> None:
    """Write a stored session to PATH (default: the format's usual name here)."""
    config = config_of(store if store is not None and store.is_dir() else None)
    written = export(open_session(store, session_id), format, path, config)
    say({"format": format, "path": str(written)}, as_json, lambda: click.echo(f"wrote {written}"))
