"""``lineage init``: a file for the project's settings."""

from __future__ import annotations

from pathlib import Path

import click

from lineage_ext.cli.output import json_option, say
from lineage_ext.config import LineageConfig
from lineage_ext.errors import UsageError
from lineage_ext.hosts.notebook import project
from lineage_ext.hosts.settings import FILE


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@json_option
def command(folder: Path | None, as_json: bool) -> None:
    """Write lineage.toml with every setting and its default, commented out, into FOLDER (default: the project)."""
    file = (folder or project()) / FILE
    if file.exists():
        raise UsageError(f"{file} is there already; it was left as it is")
    file.write_text(_text())
    say({"path": str(file)}, as_json, lambda: click.echo(f"wrote {file}"))


def _text() -> str:
    lines = [
        "# Settings of lineage_ext for this project. IPython's configuration is overruled by this file,",
        "# this file by LINEAGE_<NAME> in the environment, both by %lineage config.",
    ]
    for name, trait in sorted(LineageConfig.class_traits(config=True).items()):
        default = _toml(trait.default())
        lines += ["", f"# {trait.help}", f"# {name} = {default}"]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(str(k))} = {_toml(v)}" for k, v in value.items()) + "}"
    return str(value) if value is not None else '""'
