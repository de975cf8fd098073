"""Making frames and series."""

from __future__ import annotations

from lineage_ext.rules.algebra import Word
from lineage_ext.rules.make import Make

TABLE: dict[str, Word] = {
    "frame.__init__": Make(),
    "frame.from_dict": Make(),
    "frame.from_records": Make(),
    "frame.from_arrow": Make(),
    "pd.from_dataframe": Make("df"),
    "pd.json_normalize": Make(),
}
