"""``lineage run script.py [args]`` and ``lineage run notebook.ipynb [-p name value]``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from lineage_ext.errors import UsageError
from lineage_ext.hosts import startup

CONTEXT = {"ignore_unknown_options": True, "allow_interspersed_args": False}


@click.command("run", context_settings=CONTEXT)
@click.argument("program", type=click.Path(path_type=Path))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(program: Path, arguments: tuple[str, ...]) -> None:
    """Run PROGRAM with tracking.

    A script gets ARGUMENTS, and behaves as with `python PROGRAM ARGUMENTS`: output, exit code, traceback, stdin,
    signals. A notebook is executed in a kernel of its own; its ARGUMENTS are `-p NAME VALUE` (papermill's parameters)
    and `-o OUTPUT` (default: PROGRAM with .out.ipynb). `lineage show` tells what was recorded.
    """
    if program.suffix == ".ipynb":
        from lineage_ext.cli.notebook import execute

        sys.exit(execute(program, list(arguments)))
    sys.exit(run_script(program, arguments))


def run_script(program: Path, arguments: tuple[str, ...]) -> int:
    """Become ``python PROGRAM ARGUMENTS``. Returns (an exit code) only where a process can't be replaced."""
    if not program.exists():
        raise UsageError(f"there is no {program}")
    words = [sys.executable, str(program), *arguments]
    environment = {**os.environ, startup.SCRIPT: str(program)}
    if "PYTHONPATH" in os.environ:
        environment[startup.PATH] = os.environ["PYTHONPATH"]
    environment["PYTHONPATH"] = os.pathsep.join(
        [os.path.dirname(startup.__file__), *filter(None, [os.environ.get("PYTHONPATH")])]
    )
    if os.name == "posix":
        sys.stdout.flush()
        sys.stderr.flush()
        os.execve(sys.executable, words, environment)
    return subprocess.run(words, env=environment, check=False).returncode
