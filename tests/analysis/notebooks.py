"""Notebooks for the test of staleness: each cell with the texts an author may change it to.

The first text is the one the notebook begins with. Files: ``sales.csv``, ``shops.csv``, and what the cells write.
"""

from __future__ import annotations

Cells = list[list[str]]

REPORT: Cells = [
    ["import pandas as pd\nimport numpy as np", "import pandas as pd, numpy as np  # in one line"],
    ["sales = pd.read_csv('sales.csv')", "sales = pd.read_csv('sales.csv').iloc[1:]"],
    ["shops = pd.read_csv('shops.csv')"],
    ["least = 3", "least = 5", "least = 3  # as agreed"],
    ["rate = 1.1; unused = 1", "rate = 1.1; unused = 2", "rate = 1.3; unused = 1"],
    ["big = sales[sales.amount > least]", "big = sales[sales.amount >= least + 2]"],
    ["big = big.assign(euros=big.amount * rate)", "big = big.assign(euros=big.amount + rate)"],
    ["joined = big.merge(shops, on='shop')", "joined = big.merge(shops, on='shop').head(2)"],
    ["joined.head()", "joined.describe()"],
    ["by_city = joined.groupby('city').euros.sum()", "by_city = joined.groupby('city').euros.mean()"],
    ["top = float(by_city.max())\nprint(top)"],
    ["size = len(shops)"],
    ["n_sales = len(sales)"],
]

IN_PLACE: Cells = [
    ["import pandas as pd"],
    ["df = pd.read_csv('sales.csv')", "df = pd.read_csv('sales.csv').head(6)"],
    ["df['double'] = df.amount * 2", "df['double'] = df.amount * 2.5"],
    ["other = df", "other = df.copy()"],
    ["df.loc[df.amount > 4, 'amount'] = 4", "df.loc[df.amount > 2, 'amount'] = 2"],
    ["mean = df.double.mean() + df.amount.mean()"],
    ["df.drop(columns='shop', inplace=True)", "df.insert(0, 'n', 1)"],
    ["rest = df.to_dict('list')"],
    ["log = []\nlog.append(mean)", "log = [0]\nlog.append(mean)"],
    ["log.append(rest)", "log.extend([mean, 2])"],
    ["last = log[-1]"],
    ["other_sum = other.amount.sum()"],
]

FUNCTIONS: Cells = [
    ["import pandas as pd\nfrom functools import reduce"],
    ["factor = 2", "factor = 3"],
    [
        "def scaled(frame, by='amount'):\n    return frame[by] * factor",
        "def scaled(frame, by='amount'):\n    return factor",
    ],
    ["def helper(x):\n    return scaled(x).sum()", "def helper(x):\n    return scaled(x).max()"],
    [
        "class Model:\n    def __init__(self, f):\n        self.f = f\n\n"
        "    def score(self):\n        return helper(self.f)"
    ],
    ["sales = pd.read_csv('sales.csv')"],
    ["model = Model(sales)"],
    ["score = model.score()"],
    ["parts = {c: g for c, g in sales.groupby('shop')}", "parts = {c: g.head(1) for c, g in sales.groupby('shop')}"],
    ["sizes = {k: len(v) for k, v in parts.items()}"],
    ["longest = max(sizes.values())"],
    ["f = lambda r: r.amount + factor", "f = lambda r: r.amount - factor"],
    ["applied = sales.apply(f, axis=1)"],
    ["constant = factor ** 2"],
    ["@staticmethod\ndef plain():\n    return 1"],
]

FILES: Cells = [
    ["import pandas as pd, json"],
    ["sales = pd.read_csv('sales.csv')", "sales = pd.read_csv('sales.csv', nrows=4)"],
    [
        "clean = sales.dropna()\nclean.to_csv('clean.csv', index=False)",
        "clean = sales.head(3)\nclean.to_csv('clean.csv')",
    ],
    ["shops = pd.read_csv('shops.csv')\nn = len(shops)"],
    ["back = pd.read_csv('clean.csv')"],
    ["def load(name):\n    return pd.read_csv(name)"],
    ["again = load('sales.csv')"],
    ["summary = back.amount.sum()", "summary = back.amount.max()"],
    ["both = len(again) + n"],
    ["pd.DataFrame({'s': [summary]}).to_parquet('summary.parquet')"],
    ["final = pd.read_parquet('summary.parquet').s[0]"],
]

RANDOM: Cells = [
    ["import numpy as np, pandas as pd, random"],
    ["np.random.seed(1); random.seed(2)", "np.random.seed(7); random.seed(2)"],
    ["noise = np.random.normal(size=4)", "noise = np.random.normal(size=5)"],
    ["more = np.random.normal(size=3)"],
    ["pick = random.randint(0, 10**6)"],
    ["rng = np.random.default_rng(3)", "rng = np.random.default_rng(4)"],
    ["a = rng.normal(size=2)"],
    ["b = rng.normal(size=2)", "b = rng.uniform(size=2)"],
    ["frame = pd.DataFrame({'a': a, 'b': b})"],
    ["it = iter([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])"],
    ["first = next(it)"],
    ["second = next(it)"],
    ["m = frame.a.mean() + noise.mean()"],
    ["free = sum(x for x in (1, 2))"],
]

FLOW: Cells = [
    ["import pandas as pd"],
    ["limits = [2, 4]", "limits = [1, 4]", "limits = [2, 4]  # both"],
    ["sales = pd.read_csv('sales.csv')"],
    ["found = []\nfor limit in limits:\n    found.append(sales[sales.amount > limit].amount.sum())"],
    ["if sum(found) > 10:\n    kind = f'{sum(found)} is much'\nelse:\n    kind = str(found)", "kind = str(sum(found))"],
    ["with open('note.txt', 'w') as out:\n    out.write(kind)"],
    ["try:\n    ratio = found[0] / found[1]\nexcept ZeroDivisionError:\n    ratio = 0"],
    [
        "%%time\npivot = sales.pivot_table(index='shop', values='amount')",
        "%%time\npivot = sales.groupby('shop')[['amount']].sum()",
    ],
    ["(top := pivot.amount.max())"],
    ["*rest, x = sorted(found)"],
    ["del rest"],
    ["y = x + top if kind else 0"],
    ["z = 1\nz += y", "z = 2\nz += y"],
    ["title = 'sales'"],
]

NOTEBOOKS = {
    "report": REPORT,
    "in_place": IN_PLACE,
    "functions": FUNCTIONS,
    "files": FILES,
    "random": RANDOM,
    "flow": FLOW,
}
