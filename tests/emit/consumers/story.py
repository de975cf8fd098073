"""The notebook that is told: two writes from different sources, one without a file, one failing cell.

``python -m tests.emit.consumers.story FOLDER``: where it is told to, the environment says.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

CELLS = (
    "import pandas as pd, sqlite3, lineage_ext",
    "orders = pd.read_csv(f'{here}/orders.csv')\nprices = pd.read_csv(f'{here}/prices.csv')",
    "sales = orders.merge(prices, on='item')\nsales['total'] = sales['count'] * sales['price']\n"
    "sales[['item', 'total']].to_csv(f'{here}/totals.csv', index=False)",
    "people = pd.read_json(f'{here}/people.json')\npeople.to_csv(f'{here}/names.csv', index=False)",
    "shop = lineage_ext.DatasetRef('bigquery', 'shop.marts.revenue')\n"
    "lineage_ext.mark_output(sales.groupby('item', as_index=False)['total'].sum(), shop)",
    "people['no such column']",
)
EDGES = {
    ("orders.csv", "totals.csv"), ("prices.csv", "totals.csv"), ("people.json", "names.csv"),
    ("orders.csv", "shop.marts.revenue"), ("prices.csv", "shop.marts.revenue"),
}  # fmt: skip
REVENUE = {("item", "orders.csv", "item"), ("total", "orders.csv", "count"), ("total", "prices.csv", "price")}
"""The columns with values of ``shop.marts.revenue``: column, file, column of the file."""


def tell(folder: Path) -> None:
    """Run it."""
    import pandas as pd

    from lineage_ext.config import LineageConfig
    from lineage_ext.hosts import wiring
    from lineage_ext.testing import Notebook

    pd.DataFrame({"item": [1, 2], "count": [3, 4]}).to_csv(folder / "orders.csv", index=False)
    pd.DataFrame({"item": [1, 2], "price": [2.5, 4.0]}).to_csv(folder / "prices.csv", index=False)
    pd.DataFrame({"name": ["Ann"], "age": [40]}).to_json(folder / "people.json")
    config = LineageConfig(store="memory", granularity="operation", openlineage_flush=300.0)
    session = wiring.open_session("consumers/story", config, folder / ".lineage")
    book = Notebook(session)
    for cell in CELLS:
        with suppress(KeyError):
            book.cell(cell, here=str(folder))
    session.close()
    print(next((line for line in str(session.summary()).splitlines() if "events" in line), "").strip())


if __name__ == "__main__":
    tell(Path(sys.argv[1]).resolve())
