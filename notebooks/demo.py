"""``make demo``: run the first notebook in a real kernel, print the lineage it recorded, leave the files in a folder.

python notebooks/demo.py [FOLDER]        # FOLDER: demo-output
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

NOTEBOOK = Path(__file__).with_name("01_first_lineage.ipynb")
TOLD = ("status", "trace")  # ids of the cells whose output is printed
FORMATS = {
    "json": "lineage.json",
    "jsonl": "lineage.jsonl",
    "mermaid": "lineage.mmd",
    "dot": "lineage.dot",
    "html": "lineage.html",
    "perfetto": "lineage.trace.json",
}
NEXT = {
    "01_first_lineage.ipynb": "the notebook as it ran, with its outputs",
    "lineage.html": "the panel with this session in it: open it in a browser",
    "lineage.mmd": "the graph, for anything that draws Mermaid (a Markdown page, mermaid.live)",
    "lineage.dot": "the same for Graphviz: dot -Tsvg lineage.dot -o lineage.svg",
    "lineage.json": "the whole session as one JSON document",
    "lineage.jsonl": "a line per operation, with its datasets and column edges",
    "runtime.jsonl": "a line per cell and operation, with its cost",
    "lineage.trace.json": "the same as spans, for https://ui.perfetto.dev",
    "output": "what the notebook itself wrote",
}


def main(folder: Path) -> int:
    """Run, print, tell what to open. Returns the exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    exports = "\n".join(f"%lineage export {name} {path}" for name, path in FORMATS.items())
    notebook.cells.append(nbformat.v4.new_code_cell(exports, id="exports"))
    began = time.perf_counter()
    try:
        execute(notebook, folder)
    except CellExecutionError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        nbformat.write(notebook, folder / NOTEBOOK.name)
    for cell in notebook.cells:
        if cell.id in TOLD:
            print(f"\n>>> {cell.source}\n{text(cell)}")
    print(f"\n{NOTEBOOK.name} ran in {time.perf_counter() - began:.1f} s, kernel start included. In {folder}:")
    for name, meaning in NEXT.items():
        print(f"  {name:<24} {meaning}")
    return missing(folder)


def execute(notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Run every cell in a kernel of this Python whose working directory is ``folder``."""
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # or debugpy prints a warning about frozen modules
    quiet = ["--log-level=ERROR"]  # or ipykernel 7 warns that it talks TCP on this machine
    where = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, kernel_name="python3", timeout=600, extra_arguments=quiet, resources=where).execute()


def text(cell: nbformat.NotebookNode) -> str:
    """What a cell printed and displayed, as text."""
    parts = (o.text if o.output_type == "stream" else o.get("data", {}).get("text/plain", "") for o in cell.outputs)
    return "".join(part if part.endswith("\n") else part + "\n" for part in parts).rstrip()


def missing(folder: Path) -> int:
    """1 and a word about it when a promised file isn't there, else 0."""
    lost = [name for name in NEXT if not (folder / name).exists()]
    if lost:
        print(f"not written: {', '.join(lost)}", file=sys.stderr)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo-output")))
