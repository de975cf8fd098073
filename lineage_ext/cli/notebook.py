"""Running a notebook as a batch job: papermill if it is installed (parameters, progress), else nbclient."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from lineage_ext.errors import LineageError, UsageError

EXTENSION = ["--ext=lineage_ext"]  # loaded beside the user's own list, which --IPKernelApp.extensions would replace


@click.command("lineage run NOTEBOOK")
@click.option("-p", "--parameter", "parameters", nargs=2, multiple=True, metavar="NAME VALUE", help="A parameter.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where the executed notebook goes.")
@click.option("-k", "--kernel", help="The kernel's name (default: the notebook's own).")
def _options(**_: Any) -> None:
    """The arguments after a notebook's name."""


def execute(notebook: Path, arguments: list[str]) -> int:
    """Execute ``notebook`` with tracking; the exit code: 0, or 1 when a cell failed. Raises UsageError."""
    if not notebook.exists():
        raise UsageError(f"there is no {notebook}")
    options = _options.make_context("lineage run NOTEBOOK", arguments).params
    output = options["output"] or notebook.with_suffix(".out.ipynb")
    parameters = {name: _value(text) for name, text in options["parameters"]}
    with _named(notebook):
        try:
            import papermill
        except ImportError:
            failed = _with_nbclient(notebook, output, parameters, options["kernel"])
        else:
            failed = _with_papermill(papermill, notebook, output, parameters, options["kernel"])
    click.echo(f"wrote {output}" + (f"; failed: {failed}" if failed else ""), err=True)
    return 1 if failed else 0


@contextmanager
def _named(notebook: Path) -> Iterator[None]:
    """Tell the kernel which notebook it runs, in the words Jupyter uses."""
    before = os.environ.get("JPY_SESSION_NAME")
    os.environ["JPY_SESSION_NAME"] = str(notebook.absolute())
    try:
        yield
    finally:
        os.environ.pop("JPY_SESSION_NAME")
        if before is not None:
            os.environ["JPY_SESSION_NAME"] = before


def _value(text: str) -> Any:
    """A parameter as papermill reads it: YAML, so that 3 is a number and true a boolean."""
    import yaml  # openlineage-python needs it, so it is there

    return yaml.safe_load(text)


def _with_papermill(
    papermill: Any, notebook: Path, output: Path, parameters: dict[str, Any], kernel: str | None
) -> str:
    try:
        papermill.execute_notebook(
            str(notebook), str(output), parameters=parameters, kernel_name=kernel, extra_arguments=EXTENSION,
            progress_bar=False, cwd=str(notebook.absolute().parent),
        )  # fmt: skip
    except papermill.PapermillExecutionError as error:
        return f"{error.ename}: {error.evalue}"
    return ""


def _with_nbclient(notebook: Path, output: Path, parameters: dict[str, Any], kernel: str | None) -> str:
    try:
        import nbformat
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError
    except ImportError as error:
        raise LineageError("running notebooks needs papermill or nbclient: pip install papermill") from error
    if parameters:
        raise UsageError("parameters need papermill: pip install papermill")
    document = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    folder = {"metadata": {"path": str(notebook.absolute().parent)}}
    name = kernel or document.metadata.get("kernelspec", {}).get("name", "python3")
    client = NotebookClient(document, kernel_name=name, resources=folder, extra_arguments=EXTENSION, timeout=None)
    try:
        client.execute()
    except CellExecutionError as error:
        return f"{error.ename}: {error.evalue}"
    finally:
        nbformat.write(document, output)  # type: ignore[no-untyped-call]
    return ""
