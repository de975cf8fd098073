"""Is a pandas program the query it claims to be? Its result must be what DuckDB makes of the SQL on the same files."""

from __future__ import annotations

import duckdb
import pandas as pd

SHOWN = 6


def unlike(found: pd.DataFrame, sql: str, database: duckdb.DuckDBPyConnection) -> str:
    """How a result differs from that of the SQL, "" if it doesn't: names, order of columns and rows, values.

    Types don't count: decimals are compared as floats (to 1e-9 of their size), dates as text, nulls are all alike.
    """
    expected = _plain(database.sql(sql).df())
    index = [name for name in found.index.names if name is not None]
    found = _plain(found.reset_index(index) if index else found)
    try:
        pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-9)
    except AssertionError as error:
        return f"{error}\n{found.head(SHOWN)}\n{expected.head(SHOWN)}"
    return ""


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({name: _plain_values(frame[name]) for name in frame}).reset_index(drop=True)


def _plain_values(column: pd.Series) -> pd.Series:
    known = column.astype(object).where(column.notna(), None).map(lambda v: v.date() if hasattr(v, "date") else v)
    try:
        return known.astype(float)
    except (TypeError, ValueError):
        return known.astype(str)
