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
    "adhoc/scalar_subqueries": {
        Difference("influence missing", ("n_name", "best_of_all"), ("nation.n_nationkey", "supplier.s_nationkey")): (
            "a left join with groups has each nation once, whatever the keys are: they decide only what is beside it."
        ),
    },
}
