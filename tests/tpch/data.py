"""The eight TPC-H tables as files, and DuckDB over the same files.

The files come from `tpchgen-cli <https://pypi.org/project/tpchgen-cli/>`_, which writes what the official ``dbgen``
writes. SQL reads the file of the format that the pandas program reads, so both see the same types.
"""

from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path

import duckdb

TABLES = ("region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem")
FORMATS = ("csv", "parquet")
Schema = dict[str, dict[str, str]]
"""Table → column → type, as sqlglot wants it."""


def generate(folder: Path, scale: float = 0.01) -> Path:
    """Write every table in every format into ``folder``; 0.01 is 60 175 lines of orders, 0.6 s."""
    program = Path(sysconfig.get_path("scripts")) / "tpchgen-cli"
    for kind in FORMATS:
        subprocess.run([program, kind, "-q", "-s", str(scale), "-o", folder], check=True)
    return folder


def connect(folder: Path, kind: str) -> duckdb.DuckDBPyConnection:
    """A database whose tables are the files of that kind."""
    database = duckdb.connect()
    for table in TABLES:
        database.execute(f"create view {table} as from '{folder / table}.{kind}'")
    return database


def schema(database: duckdb.DuckDBPyConnection) -> Schema:
    """The columns of all tables, in order."""
    return {
        table: {name: str(kind) for name, kind, *_ in database.execute(f"describe {table}").fetchall()}
        for table in TABLES
    }
