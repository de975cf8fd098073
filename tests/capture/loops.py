"""Programs with loops over two frames ``df`` and ``other`` of nine rows; ``n`` is how often they go round."""

from __future__ import annotations

from numpy.random import Generator

COLUMNS = ("a", "b", "c", "d", "e")

PROGRAMS = {
    "cells are read": "out = pd.Series([df.at[i % 9, 'a'] * df.at[i % 9, 'b'] for i in range(n)])",
    "positions are read": """
s = df['a']
t = 0
for i in range(n):
    t += s.iloc[i % 9] + s.iat[i % 5] + df.iloc[i % 9, 1]
out = df.assign(t=t)""",
    "cells are written": """
for i in range(n):
    df.at[i % 9, 'c'] = df.at[i % 9, 'a'] * 2
out = df""",
    "written cells are read again": """
for i in range(n):
    df.at[i % 9, 'c'] = df.at[i % 9, 'd']
    df.loc[i % 9, 'd'] = df.loc[i % 9, 'a']
out = df""",
    "a chain against the order of the statements": """
for i in range(n):
    df.at[i % 9, 'e'] = df.at[i % 9, 'd']
    df.at[i % 9, 'd'] = df.at[i % 9, 'c']
    df.at[i % 9, 'c'] = df.at[i % 9, 'b']
out = df""",
    "columns by a loop variable": """
for i in range(n):
    for c in ['a', 'b']:
        other.at[i % 9, c + 'x'] = df.at[i % 9, c]
out = other""",
    "two frames by turns": """
for i in range(n):
    f = df if i % 2 else other
    g = f['a'] + 1
out = g
last = df['a'] + g""",
    "columns that pandas 2 keeps": """
for i in range(n):
    t = df['a'].sum() + other['b'].max()
out = df.assign(t=t)""",
    "a kept column that is changed late": """
for i in range(n):
    s = df['a']
    if i == n - 20:
        s.iloc[0] = other['b'].max()
    t = s.max()
out = df.assign(t=t)""",
    "kept columns by turns, of which one is written late": """
frames = [df, other]
for i in range(n):
    f, g = frames[i % 2], frames[(i + 1) % 2]
    u = f['a'].sum() - g['a'].max()
    if i == n - 30:
        df['a'] = other['b'].to_numpy()
out = other.assign(u=u)""",
    "a frame of each round, whose column is taken twice": """
for i in range(n):
    f = df + i
    u = f['a'].sum() - f['a'].max()
    if i == n - 30:
        f = other
    v = f['b'].sum() / f['b'].max()
out = other.assign(u=u, v=v)""",
    "what an array holds": """
t = 0
for i in range(n):
    if df['c'].iloc[i % 9] in other['a'].values:
        t = other['b'].max()
out = df.assign(t=t)""",
    "another frame late in the loop": """
f = df
for i in range(n):
    if i == n - 20:
        f = other
    m = f['a'].mean()
    df.at[i % 9, 'c'] = m
out = df""",
    "a rare branch": """
for i in range(n):
    v = df.at[i % 9, 'a']
    if i == n - 7:
        v = other.at[2, 'b']
    df.at[i % 9, 'c'] = v
out = df""",
    "another column late in the loop": """
for i in range(n):
    c = 'a' if i < n - 40 else 'b'
    df.at[i % 9, 'c'] = df.at[i % 9, c]
out = df""",
    "a scalar of a computed column": """
for i in range(n):
    for c in ('a', 'b'):
        m = df[c].mean()
        last = other['a'] * m
    first = other['b'] * m
out = last
more = first""",
    "values gathered in a list": """
rows = []
for i in range(n):
    rows.append(df.at[i % 9, 'a'] + other.at[i % 9, 'b'])
out = pd.DataFrame({'x': rows})""",
    "values carried over a round": """
before = 0
for i in range(n):
    df.at[i % 9, 'c'] = before
    before = other.at[i % 9, 'a']
out = df""",
    "a function called from two places": """
def f(d, i):
    return d.at[i % 9, 'a']
for i in range(n):
    df.at[i % 9, 'c'] = f(df, i)
    df.at[i % 9, 'd'] = f(other, i)
out = df""",
    "whole columns change places": """
for i in range(n + 1):
    df['a'], df['b'] = df['b'], df['a']
out = df""",
    "a column that is written whole between": """
for i in range(n):
    df['c'] = df['a'] if i % 2 else df['b']
    df.at[i % 9, 'd'] = df.at[i % 9, 'c']
out = df""",
    "a total that grows": """
total = df['a']
for i in range(n):
    total = total + other['b']
out = total""",
    "thresholds": """
parts = []
for i in range(n):
    parts.append(df[df['a'] > i % 7]['b'])
out = parts[-1] + parts[-2]
more = pd.concat(parts[-3:])""",
    "rows": """
kept = []
for i in range(n):
    kept.append(df.iloc[i % 9])
out = pd.DataFrame(kept[-3:])""",
    "iterrows": """
v = []
for _ in range(n // 9):
    for _, row in df.iterrows():
        v.append(row['a'] + row['b'])
out = pd.Series(v)""",
    "one of many alike is changed": """
parts = []
for i in range(n):
    parts.append(df[['a', 'b']])
parts[-1]['c'] = other['b']
parts[-2]['d'] = other['a']
out = parts[-1]
more = parts[-2]
last = parts[-3]
same = np.sum(parts[-4]['a']) + df['b']""",
    "one of many alike is changed in the loop": """
parts = []
for i in range(n):
    part = df[['a', 'b']]
    part['c'] = other['b']
    parts.append(part)
out = parts[-1]""",
    "rows are added": """
for i in range(n):
    df.loc[len(df)] = other.loc[i % 9]
out = df""",
    "computed positions": """
order = other['k'].argsort().to_numpy()
v = []
for i in range(n):
    v.append(df.iloc[order[i % 9], 0])
out = pd.DataFrame({'x': v})""",
    "arrays": """
t = 0
for i in range(n):
    t += df['a'].values[i % 9]
    u = df['b'].to_numpy()
out = other['a'] + u
more = other.assign(t=t)""",
    "groups": """
for i in range(n):
    m = df.groupby('k')['a'].mean()
out = m""",
    "a window of turns": """
for i in range(n):
    if i % 3 == 0:
        m = df.at[i % 9, 'a']
    elif i % 3 == 1:
        m = other.at[i % 9, 'b']
    df.at[i % 9, 'c'] = m
out = df""",
    "failures": """
v = 0
for i in range(n):
    try:
        v += df.at[i % 12, 'a']
    except KeyError:
        v += other.at[1, 'a']
out = df.assign(v=v)""",
}  # fmt: skip


def random_loop(random: Generator) -> str:
    """A loop of two to six random statements, some of them in branches and inner loops."""
    body = [line for _ in range(random.integers(2, 7)) for line in _statement(random, depth=0)]
    start = "v = w = m = 0\ns = df['a']\nkept = []\nfor i in range(n):"
    end = "out = df\nmore = other['a'] * v + w\nlast = s + m\ngathered = pd.DataFrame({'x': kept}) if kept else None"
    return "\n".join([start, *(f"    {line}" for line in body), end])


def _statement(random: Generator, depth: int) -> list[str]:
    frame, (column, another) = _frame(random), random.choice(COLUMNS, 2)
    name, value = random.choice(["v", "w"]), random.choice(["v", "w", "m", "v * w", "m + v"])
    row = random.choice(["i % 9", "(i * 5) % 9", "i % 4"])
    plain = [
        f"{name} = {frame}.at[{row}, {column!r}]",
        f"{name} = {frame}.loc[{row}, {column!r}] + {value}",
        f"{name} = s.iloc[{row}]",
        f"{frame}.at[{row}, {column!r}] = {value}",
        f"{frame}.loc[{row}, {column!r}] = {_frame(random)}.at[{row}, {another!r}]",
        f"{frame}.at[{row}, {column!r}] += {value}",
        f"{frame}[{column!r}] = {frame}[{another!r}]",
        f"s = {frame}[{column!r}]",
        f"s = {frame}[{column!r}] + {_frame(random)}[{another!r}]",
        f"m = {frame}[{column!r}].mean()",
        f"m = s.max() + {value}",
        f"kept.append({value})",
    ]
    chosen = str(random.choice(plain))
    kind = random.integers(0, 8) if depth < 2 else 7
    if kind == 0:
        test = random.choice(["i % 2", "i % 3 == 1", "i == n - 9", "i > n - 30", "i == 70", "i < 50"])
        return [f"if {test}:", *(f"    {line}" for line in _statement(random, depth + 1))]
    if kind == 1:
        return [f"for c in {list(map(str, random.choice(COLUMNS, 2)))}:", f"    {name} = {frame}.at[{row}, c]",
                *(f"    {line}" for line in _statement(random, depth + 1))]  # fmt: skip
    return [chosen]


def _frame(random: Generator) -> str:
    return str(random.choice(["df", "other"]))
