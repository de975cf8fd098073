"""Texts taken apart and put together: the str accessor."""

import pandas as pd

# %%
customer = pd.read_parquet("customer.parquet")
chosen = customer[(customer.c_mktsegment == "BUILDING") & customer.c_address.str.lower().str.startswith("a")]

# %%
result = pd.DataFrame(
    {
        "tag": chosen["c_name"].str.upper() + "/" + chosen["c_phone"].str[:2],
        "long": chosen["c_address"].str.len(),
        "number": chosen["c_name"].str.extract(r"#(\d+)", expand=False).astype(int),
        "is_final": chosen["c_comment"].str.contains("final", regex=False),
    }
).sort_values("number")
