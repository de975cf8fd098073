"""The command group: finds commands by name, so that each start imports only the one that runs."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from lineage_ext.errors import LineageError, suggest

COMMANDS = {
    "run": "run a script or notebook with tracking, exactly as without",
    "show": "a session in the terminal: graph, slowest operations, rows lost",
    "view": "a session's report in the browser",
    "export": "write a session's lineage to a file",
    "stale": "cells whose inputs changed since they ran",
    "init": "write lineage.toml, this project's settings",
    "enable": "load lineage_ext in every new kernel",
    "disable": "undo 'enable'",
    "doctor": "what works here and what doesn't; for bug reports",
    "completion": "print the shell's completion script",
}


class Commands(click.Group):
    """Looks a command up in its module; the errors of ``errors.py`` become one line and exit code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All, in the order a user meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        return import_module(f"lineage_ext.cli.{cmd_name}").command  # type: ignore[no-any-return]

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """As click does, with the closest name in the message."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"there is no command {args[0]!r}{suggest(args[0], list(COMMANDS), most=len(COMMANDS))}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in ``--help``, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except LineageError as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lineage-ext")
def application() -> None:
    """Column lineage of notebooks and scripts: run them, look at what was recorded, export it."""
