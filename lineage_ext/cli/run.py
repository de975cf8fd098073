"""``lineage run script.py [args]`` and ``lineage run notebook.ipynb [-p name value]``."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path

import click

from lineage_ext.errors import UsageError
from lineage_ext.hosts import startup

WITH_VALUE = frozenset({"-X", "-W", "--check-hash-based-pycs"})
KEEPS_US_OUT = frozenset("EIS")  # with these Python imports no sitecustomize from PYTHONPATH
CONTEXT = {"ignore_unknown_options": True, "allow_interspersed_args": False}


@click.command("run", context_settings=CONTEXT)
@click.argument("program", type=click.Path(path_type=Path))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(program: Path, arguments: tuple[str, ...]) -> None:
    """Run PROGRAM with tracking.

    A script gets ARGUMENTS, and behaves as with `python PROGRAM ARGUMENTS`: output, exit code, traceback, stdin,
    signals. `python -X dev -m lineage_ext run` gives Python's options on to it, but for -E, -I and -S. A notebook is
    executed in a kernel of its own; its ARGUMENTS are `-p NAME VALUE` (papermill's parameters) and `-o OUTPUT`
    (default: PROGRAM with .out.ipynb). `lineage show` tells what was recorded.
    """
    if program.suffix == ".ipynb":
        from lineage_ext.cli.notebook import execute

        sys.exit(execute(program, list(arguments)))
    sys.exit(run_script(program, arguments))


def run_script(program: Path, arguments: tuple[str, ...]) -> int:
    """Become ``python PROGRAM ARGUMENTS``. Returns (an exit code) only where a process can't be replaced."""
    if not program.exists():
        raise UsageError(f"there is no {program}")
    words = [sys.executable, *options(sys.orig_argv), str(program), *arguments]
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


def options(words: Sequence[str]) -> Iterator[str]:
    """Those of Python's own with which it was started by ``words`` (``sys.orig_argv``): the script's, too."""
    rest = iter(words[1:])
    for word in rest:
        if not word.startswith("-"):
            return
        if word in WITH_VALUE:
            yield from (word, next(rest))
        elif word.startswith(("--", "-X", "-W")):
            yield word
        else:
            letters = "".join(takewhile(lambda letter: letter != "m", word[1:]))
            kept = "".join(letter for letter in letters if letter not in KEEPS_US_OUT)
            yield from [f"-{kept}"] if kept else []
            if letters != word[1:]:  # -m: what follows is the module's
                return
