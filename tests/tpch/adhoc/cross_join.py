"""Each region beside the number of all nations: a cross merge."""

import pandas as pd

# %%
region = pd.read_csv("region.csv")
nation = pd.read_csv("nation.csv")

# %%
per = region.merge(nation, left_on="r_regionkey", right_on="n_regionkey").groupby("r_name", as_index=False).size()
every = pd.DataFrame({"total": [len(nation)]})
both = per.rename(columns={"size": "nations"}).merge(every, how="cross")
both["share"] = both["nations"] / both["total"]
result = both.drop(columns="total").sort_values("r_name")
