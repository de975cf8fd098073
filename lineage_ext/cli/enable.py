"""``lineage enable``: load lineage_ext in every new kernel, or in a kernel of its own."""

from __future__ import annotations

import click

from lineage_ext.cli import autoload
from lineage_ext.cli.output import json_option, say

WHERE = {
    "sys-prefix": "This environment (default).",
    "user": "Your default IPython profile, for all environments.",
    "kernel": 'A kernel "Python 3 (lineage)" instead, to be chosen per notebook.',
}


def where_option(function: click.decorators.FC) -> click.decorators.FC:
    """``--sys-prefix``, ``--user``, ``--kernel``: passed as ``where``, the last one given counting."""

    def choose(ctx: click.Context, option: click.Parameter, given: bool) -> None:
        if given:
            ctx.params["where"] = (option.name or "").replace("_", "-")
        ctx.params.setdefault("where", "sys-prefix")

    for name, text in reversed(WHERE.items()):
        function = click.option(f"--{name}", is_flag=True, expose_value=False, callback=choose, help=text)(function)
    return function


@click.command("enable")
@where_option
@json_option
def command(where: str, as_json: bool) -> None:
    """Load lineage_ext in every new IPython and Jupyter kernel, without %load_ext."""
    if where == "kernel":
        folder = autoload.add_kernel(user=False)
        say({"where": where, "path": str(folder)}, as_json, lambda: click.echo(f"installed {folder}"))
        return
    file, changed = autoload.add(where)
    effective = autoload.effective()
    value = {"where": where, "path": str(file), "changed": changed, "effective": effective}
    say(value, as_json, lambda: click.echo(f"{'wrote' if changed else 'already in'} {file}"))
    if not effective:
        click.echo(
            "a profile of yours sets the extensions of InteractiveShellApp or IPKernelApp itself, which replaces this: "
            f"add {autoload.NAME!r} to the list there",
            err=True,
        )
