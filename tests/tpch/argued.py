"""Every difference between recorded lineage and reference that remains, with its reason."""

from __future__ import annotations

from tests.tpch.comparison import Difference

ARGUED: dict[str, dict[Difference, str]] = {
    "adhoc/pivot_and_melt": {
        Difference("influence surplus", ("n_name", "c_mktsegment"), ("customer.c_acctbal",)): (
            "dropna removes the combinations that don't exist by looking at the balances. The program depends on them; "
            "the SQL needs no such step."
        ),
    },
}
