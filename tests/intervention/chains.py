"""Random programs: chains of everyday steps, each made to fit the frame that the steps before it leave.

To add a step: a function ``(frame, Pick) -> source text`` in STEPS, which may raise Unfit when the frame offers nothing
to it. The text works on ``d``; ``b`` is a second frame with the columns ``s`` and ``u``.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from tests.rules.given import frame

MOST_COLUMNS = 7


class Unfit(Exception):
    """The frame has no column that the step needs."""


@dataclass
class Pick:
    """Draws columns and numbers for a step: other columns each time, as long as there are others."""

    frame: pd.DataFrame
    random: np.random.Generator
    new: str
    drawn: set[str] = field(default_factory=set)

    def number(self) -> str:
        """The label of a column of numbers."""
        return self._one([c for c in self.frame if self.frame[c].dtype.kind in "iuf"])

    def text(self) -> str:
        """The label of a column of text."""
        return self._one([c for c in self.frame if pd.api.types.is_string_dtype(self.frame[c])])

    def any(self) -> str:
        """Any label."""
        return self._one(list(self.frame))

    def limit(self, column: str) -> float:
        """A number within the column's range."""
        value = float(self.frame[column].quantile(self.random.uniform(0.2, 0.6)))
        if np.isnan(value):
            raise Unfit
        return round(value, 2)

    def _one(self, labels: list[str]) -> str:
        if not labels:
            raise Unfit
        label = str(self.random.choice([c for c in labels if c not in self.drawn] or labels))
        self.drawn.add(label)
        return label


Step = Callable[[Pick], str]


def _masked(p: Pick) -> str:
    n = p.number()
    return f'd = d[d["{n}"] > {p.limit(n)}]'


def _queried(p: Pick) -> str:
    n = p.number()
    return f'd = d.query("{n} <= {p.limit(n) + 10}")'


def _chosen(p: Pick) -> str:
    n, s = p.number(), p.text()
    return f'keep = d.loc[d["{n}"] > {p.limit(n)}, "{s}"].unique()\nd = d[d["{s}"].isin(keep)]'


def _set_where(p: Pick) -> str:
    n, m = p.number(), p.number()
    return f'd.loc[d["{n}"] > {p.limit(n)}, "{m}"] = 0'


def _where(p: Pick) -> str:
    n = p.number()
    return f'd["{p.new}"] = d["{p.number()}"].where(d["{n}"] > {p.limit(n)}, d["{p.number()}"])'


def _np_where(p: Pick) -> str:
    n = p.number()
    return f'd["{p.new}"] = np.where(d["{n}"] > {p.limit(n)}, d["{p.number()}"], d["{p.number()}"])'


def _fewer(p: Pick) -> str:
    if len(p.frame.columns) < 4:
        raise Unfit
    kept = [str(c) for c in p.random.permutation(p.frame.columns)[: max(3, len(p.frame.columns) - 2)]]
    return f"d = d[{kept}]"


def _melted(p: Pick) -> str:
    kept, n, m = p.text(), p.number(), p.number()
    return f'd = d.melt(["{kept}"], list({{"{n}": 0, "{m}": 0}}), var_name="{p.new}v", value_name="{p.new}")'


def _pivoted(p: Pick) -> str:
    s, t, n = p.text(), p.text(), p.number()
    return (
        f'd = d.pivot_table(index="{s}", columns="{t}", values="{n}", aggfunc="sum").reset_index()\n'
        f'd.columns = [f"{p.new}_{{c}}" for c in d.columns]'
    )


def _looped(p: Pick) -> str:
    return f'for c in ["{p.number()}", "{p.number()}"]:\n    d[c] = d[c] - d[c].min()'


def _listed(p: Pick) -> str:
    s, n = p.text(), p.number()
    return f'd["{p.new}"] = [f"{{x}}-{{y}}" for x, y in zip(d["{s}"], d["{n}"] > {p.limit(n)})]'


def _kept_groups(p: Pick) -> str:
    n = p.number()
    return f'd = d.groupby("{p.text()}").filter(lambda g: g["{n}"].mean() > {p.limit(n)})'


def _looked_up(p: Pick) -> str:
    s = p.text()
    return f'known = dict(zip(b["s"], b["u"]))\nd["{p.new}"] = d["{s}"].map(known)'


def _function(p: Pick) -> str:
    n, m = p.number(), p.number()
    return f'def kind(r):\n    return r["{m}"] if r["{n}"] > {p.limit(n)} else -1\nd["{p.new}"] = d.apply(kind, axis=1)'


def _loop_over_rows(p: Pick) -> str:
    n = p.number()
    return f'found = []\nfor _, r in d.iterrows():\n    found.append(r["{n}"] * 2)\nd["{p.new}"] = found'


STEPS: tuple[Step, ...] = (
    _masked,
    _masked,
    _queried,
    _chosen,
    _set_where,
    _where,
    _np_where,
    _fewer,
    lambda p: f'd = d.sort_values("{p.any()}")',
    lambda p: f'd = d.sort_values(["{p.any()}", "{p.any()}"], ascending=False)',
    lambda p: f'd = d.drop_duplicates("{p.text()}")',
    lambda p: f'd = d.dropna(subset=["{p.any()}"])',
    lambda p: f"d = d.head({p.random.integers(5, 15)})",
    lambda p: f"d = d.iloc[::{p.random.integers(2, 4)}]",
    lambda p: f'd = d.nlargest(8, "{p.number()}")',
    lambda p: "d = d.reset_index(drop=True)",
    lambda p: "d = d.copy()",
    lambda p: "d = pd.concat([d, d.head(3)], ignore_index=True)",
    lambda p: f'd = d.rename(columns={{"{p.any()}": "{p.new}"}})',
    lambda p: f'd = d.drop(columns="{p.any()}")',
    lambda p: f'd["{p.new}"] = d["{p.number()}"] * d["{p.number()}"]',
    lambda p: f'd["{p.new}"] = d["{p.number()}"] - d["{p.number()}"].mean()',
    lambda p: f'top = d["{p.number()}"].max()\nd["{p.new}"] = d["{p.number()}"] / (abs(top) + 1)',
    lambda p: f'd["{p.number()}"] += 1',
    lambda p: f'd["{p.new}"] = d["{p.number()}"].cumsum()',
    lambda p: f'd["{p.new}"] = d["{p.number()}"].shift(1)',
    lambda p: f'd["{p.new}"] = d["{p.number()}"].rank()',
    lambda p: f'd["{p.new}"] = d["{p.number()}"].rolling(3, min_periods=1).mean()',
    lambda p: f'd["{p.new}"] = d["{p.number()}"].fillna(d["{p.number()}"])',
    lambda p: f'd["{p.new}"] = pd.cut(d["{p.number()}"], 3, labels=False)',
    lambda p: f'd["{p.new}"] = d["{p.text()}"].str.upper() + d["{p.text()}"].str[:1]',
    lambda p: f'd["{p.new}"] = d["{p.text()}"].str.len() + d["{p.number()}"]',
    lambda p: f'd["{p.new}"] = d.groupby("{p.text()}")["{p.number()}"].transform("sum")',
    lambda p: f'd["{p.new}"] = d.groupby("{p.text()}")["{p.number()}"].shift(1)',
    lambda p: f'd["{p.new}"] = d.groupby("{p.text()}").cumcount()',
    lambda p: f'd["{p.new}"] = d["{(s := p.text())}"].map(d.groupby("{s}")["{p.number()}"].mean())',
    lambda p: f'd["{p.new}"] = [v * 2 for v in d["{p.number()}"]]',
    lambda p: f'd["{p.new}"] = d.apply(lambda r: r["{p.number()}"] + r["{p.number()}"], axis=1)',
    lambda p: f'd = d.assign({p.new}=lambda x: x["{p.number()}"] + x["{p.number()}"])',
    lambda p: f'd = d.groupby("{p.text()}", as_index=False)[["{p.number()}"]].sum()',
    lambda p: (
        f'd = d.groupby("{p.text()}").agg(n=("{p.any()}", "count"), {p.new}=("{p.number()}", "max")).reset_index()'
    ),
    lambda p: f'd = d.join(d.groupby("{(s := p.text())}")["{p.number()}"].max().rename("{p.new}"), on="{s}")',
    lambda p: f'd = d.merge(b.rename(columns={{"s": "{p.text()}", "u": "{p.new}"}}), how="left")',
    lambda p: f'd = d.merge(d[["{(s := p.text())}"]].value_counts().rename("{p.new}").reset_index(), on="{s}")',
    lambda p: f'd = d.set_index("{p.text()}").sort_index().reset_index()',
    _melted,
    _pivoted,
    _looped,
    _listed,
    _kept_groups,
    _looked_up,
    _function,
    _loop_over_rows,
    lambda p: f'd["{p.new}"] = d.index[::-1]',
    lambda p: f'd.sort_values("{p.any()}", inplace=True)',
    lambda p: f'd.fillna({{"{p.number()}": 0}}, inplace=True)',
    lambda p: f'e = d\ne["{p.new}"] = e["{p.number()}"] * 2',
    lambda p: f'd.insert(0, "{p.new}", d.pop("{p.number()}"))',
    lambda p: f'd["{p.new}"] = d["{p.text()}"].duplicated()',
    lambda p: f'd["{p.new}"] = d["{p.text()}"] == d["{p.text()}"].mode()[0]',
    lambda p: f'd["{p.new}"] = d[["{p.number()}", "{p.number()}"]].max(axis=1)',
    lambda p: f'd["{p.new}"] = np.log1p(d["{p.number()}"].abs().to_numpy())',
    lambda p: f'd["{p.new}"] = d["{p.number()}"].expanding().max() - d["{p.number()}"].ewm(span=3).mean()',
    lambda p: f'd["{p.new}"] = d.groupby("{p.text()}")["{p.number()}"].rank(method="first")',
    lambda p: f'd["{p.new}"] = d.sort_values("{p.any()}").groupby("{p.text()}")["{p.number()}"].cumsum()',
    lambda p: f'd = d.groupby("{p.text()}").head(3)',
    lambda p: f'd = d.loc[d.groupby("{p.text()}")["{p.number()}"].idxmax().dropna()]',
    lambda p: f'd = d[~d["{p.text()}"].isin(b["s"].head(2))]',
    lambda p: f'd["{p.new}"] = d["{p.number()}"].clip(lower=d["{p.number()}"].quantile(0.2))',
    lambda p: f'd = d.reindex(d["{p.number()}"].sort_values().index)',
    lambda p: f'd["{p.new}"] = d["{p.text()}"].astype("category").cat.codes',
    lambda p: f'd["{p.new}"] = d["{p.number()}"].map(lambda v: v * 2 if v > 3 else 0)',
    lambda p: f'd = d.eval("{p.new} = {p.number()} + {p.number()}")',
    lambda p: f'n = int((d["{p.number()}"] > 3).sum()) + 3\nd = d.head(n)',
    lambda p: f'd = d.pipe(lambda x: x[x["{(n := p.number())}"] >= x["{n}"].median()])',
)


@dataclass(frozen=True)
class Chain:
    """A random program: its steps' texts, in order, over the frames of a ``world``."""

    world: int
    steps: tuple[str, ...] = field(repr=False)

    @property
    def text(self) -> str:
        """The body of the program."""
        return "\n".join((*self.steps, "return d"))

    def program(self) -> Callable[..., Any]:
        """The function of ``d`` and ``b``, its source known to linecache."""
        body = "".join(f"    {line}\n" for line in self.text.splitlines())
        source, file = f"def chain(d, b):\n{body}", f"<chain {self.world} {hash(self.steps)}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        names: dict[str, Any] = {"pd": pd, "np": np}
        exec(compile(source, file, "exec"), names)
        return names["chain"]  # type: ignore[no-any-return]


def inputs(world: int) -> dict[str, pd.DataFrame]:
    """The two frames of a chain: other values in each world."""
    columns = {"s": "str", "t": "str?", "k": "int", "v": "float", "q": "float?"}
    return {
        "d": frame(f"d{world}", columns, 24 + world % 9),
        "b": frame(f"b{world}", {"s": "str", "u": "float"}, 4).drop_duplicates("s"),
    }


def chain(world: int, drawn: Iterable[tuple[int, int]]) -> Chain:
    """A chain of the steps drawn, each a number in STEPS and a seed for its columns and numbers.

    Left out are steps that don't fit, and those that would leave less than three rows.
    """
    steps: list[str] = []
    for i, (number, seed) in enumerate(drawn):
        d = Chain(world, tuple(steps)).program()(**inputs(world))
        try:
            step = STEPS[number](Pick(d, np.random.default_rng(seed), f"x{i}"))
            after = Chain(world, (*steps, step)).program()(**inputs(world))
        except (Unfit, ValueError, TypeError, KeyError):  # another step will fit
            continue
        if len(after) >= 3 and 1 < len(after.columns) <= MOST_COLUMNS and after.columns.is_unique:
            steps.append(step)
    return Chain(world, tuple(steps))
