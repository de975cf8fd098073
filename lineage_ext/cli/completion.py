"""``lineage completion bash|zsh|fish``: the script that makes the shell complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script; e.g. `eval "$(lineage completion bash)"` in ~/.bashrc."""
    from lineage_ext.cli.app import application

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(application, {}, "lineage", "_LINEAGE_COMPLETE").source())
