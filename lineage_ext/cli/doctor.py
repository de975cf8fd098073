"""``lineage doctor``: everything a bug report needs.

To add a check: a function that yields Findings, in ``CHECKS``. One that raises is a finding itself.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import takewhile
from pathlib import Path

import click

from lineage_ext import config
from lineage_ext.cli.output import console, json_option, say
from lineage_ext.cli.stored import config_of, store_path
from lineage_ext.redaction import redact

PACKAGE = Path(config.__file__).parent
OK, WARNING, FAILED = "ok", "warning", "failed"
PACKAGES = (
    "pandas", "numpy", "ipython", "ipykernel", "ipywidgets", "anywidget", "jupyterlab", "notebook", "marimo",
    "traitlets", "psutil", "openlineage-python", "opentelemetry-sdk", "sqlglot", "papermill", "nbclient",
)  # fmt: skip
SINKS = ("OPENLINEAGE_", "OTEL_", "LINEAGE_", "TRACEPARENT")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it stands, what was seen and, if it isn't well, what to do."""

    what: str
    state: str
    text: str


Found = Iterator[Finding]


@click.command("doctor")
@json_option
def command(as_json: bool) -> None:
    """Check versions, hooks, store, panel, sinks and auto-load. Exit code 1 if something doesn't work."""
    findings = examine()
    say([asdict(f) for f in findings], as_json, lambda: _print(findings))
    sys.exit(any(f.state == FAILED for f in findings))


def examine() -> list[Finding]:
    """All checks, each on its own."""
    found: list[Finding] = []
    for check in CHECKS:
        try:
            found.extend(check())
        except Exception as error:
            found.append(Finding(check.__name__.strip("_"), FAILED, f"{type(error).__name__}: {error}"))
    return found


def _versions() -> Found:
    yield Finding("lineage_ext", OK, f"{importlib.metadata.version('lineage-ext')} in {PACKAGE}")
    yield Finding("python", OK, f"{sys.version.split()[0]} ({platform.platform()}) {sys.executable}")
    for name in PACKAGES:
        try:
            yield Finding(name, OK, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, OK, "not installed")


def _hooks() -> Found:
    from lineage_ext.capture import interception
    from lineage_ext.capture.compiled import language
    from lineage_ext.capture.hooks import hooks
    from lineage_ext.capture.pandas_functions import quiet, targets

    report = interception.install([*targets(), *quiet()], hooks())
    left = interception.restore()
    how = "from the cache" if report.from_cache else "compiled"
    text = f"{report.installed} functions of pandas in {report.seconds:.2f} s, {how}; they run in {language()}"
    yield Finding("hooks", OK if report.installed else FAILED, text)
    if report.note:
        yield Finding("hooks cache", WARNING, report.note)
    for skipped in (*report.skipped, *left):
        yield Finding("hooks", WARNING, f"{skipped.key} is not recorded: {skipped.reason}")


def _store() -> Found:
    from lineage_ext.store import reading

    path = store_path(None)
    if not path.exists():
        folder = next(p for p in path.parents if p.exists())
        writable = os.access(folder, os.W_OK)
        text = f"{path} will be made" if writable else f"{folder} can't be written: set LINEAGE_FOLDER, or store=memory"
        yield Finding("store", OK if writable else FAILED, text)
        return
    sessions = reading.sessions(path)
    yield Finding("store", OK, f"{path}: {len(sessions)} sessions, {path.stat().st_size / 1e6:.1f} MB")
    log = path.parent / "problems.log"
    if log.exists():
        lines = log.read_text(errors="replace").splitlines()
        yield Finding("problems", WARNING, f"{log} has {len(lines)} lines; its end:\n" + "\n".join(lines[-8:]))


def _budget() -> Found:
    from lineage_ext.model import DegradedFacet, RunKind
    from lineage_ext.store import reading

    share = config_of().budget
    yield Finding("budget", OK, f"recording may take {share:.2%} of a cell's time" if share else "no limit")
    path = store_path(None)
    if not path.exists() or not reading.sessions(path):
        return
    _, *cells = takewhile(lambda run: run.kind is not RunKind.OPERATION, reading.runs(path))
    told = [facet for run in cells if (facet := run.facet(DegradedFacet)) is not None]
    if told:
        steps = Counter(step for facet in told for step, _ in facet.steps)
        said = ", ".join(f"{step} in {n}" for step, n in steps.items())
        yield Finding("budget", WARNING, f"{len(told)} of {len(cells)} cells of the latest session over it: {said}")


def _panel() -> Found:
    static = PACKAGE / "static"
    bundle = sorted(f.name for f in static.glob("*.js")) if static.is_dir() else []
    yield Finding(
        "panel", OK if bundle else FAILED, ", ".join(bundle) or f"no bundle in {static}; reinstall lineage-ext"
    )
    try:
        from jupyter_core.paths import jupyter_path
    except ImportError:
        return
    found = [p for folder in jupyter_path("labextensions") for p in Path(folder).glob("lineage*") if p.is_dir()]
    missing = "not installed: the panel opens below the cell instead of at the side"
    yield Finding("labextension", OK if found else WARNING, ", ".join(map(str, found)) or missing)


def _settings() -> Found:
    from lineage_ext.hosts.notebook import project
    from lineage_ext.hosts.settings import FILE, configure

    file, notes = project() / FILE, list[str]()
    configure(project(), notes.append)
    if file.exists():
        yield Finding("settings", OK, str(file))
    for note in notes:
        yield Finding("settings", WARNING, redact(note))


def _sinks() -> Found:
    for name in sorted(n for n in os.environ if n.startswith(SINKS)):
        yield Finding("environment", OK, redact(f"{name}={os.environ[name]}"))
    for name in ("openlineage.yml", ".openlineage/openlineage.yml"):
        for folder in (Path.cwd(), Path.home()):
            if (folder / name).exists():
                yield Finding("openlineage", OK, str(folder / name))


def _autoload() -> Found:
    from lineage_ext.cli import autoload

    yield Finding("auto-load", OK, "on" if autoload.effective() else "off (lineage enable turns it on)")
    kernel = autoload.kernel()
    if kernel is not None:
        yield Finding("kernel", OK, str(kernel))


CHECKS: tuple[Callable[[], Found], ...] = (_versions, _hooks, _store, _settings, _budget, _panel, _sinks, _autoload)


def _print(findings: list[Finding]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    colours = {OK: "green", WARNING: "yellow", FAILED: "red"}
    for f in findings:
        table.add_row(Text(f.state, style=colours[f.state]), f.what, Text(f.text, overflow="fold"))
    console().print(table)
