"""``lineage disable``: undo ``enable``."""

from __future__ import annotations

import click

from lineage_ext.cli import autoload
from lineage_ext.cli.enable import where_option
from lineage_ext.cli.output import json_option, say


@click.command("disable")
@where_option
@json_option
def command(where: str, as_json: bool) -> None:
    """Take lineage_ext out of IPython's configuration again, or remove its kernel."""
    if where == "kernel":
        folder = autoload.remove_kernel()
        path, changed = str(folder or ""), folder is not None
    else:
        file, changed = autoload.remove(where)
        path = str(file)
    text = f"took it out of {path}" if changed else "there was nothing to take out"
    say({"where": where, "path": path, "changed": changed}, as_json, lambda: click.echo(text))
