"""Cells that look for a trace of us, each way a program has of looking. What they print must be the same without us.

Run as a program it runs all of them in one IPython shell, tracked or not, and prints what came out as JSON:

python -m tests.transparency.probes tracked
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.transparency.probes_classes import CLASSES
from tests.transparency.probes_objects import OBJECTS

IN_HOOKS = ("__eq__", "get_iterator")
"""Functions a tracer sees once more than without us: a loop over groups ends on its own line, which counts as another
visit to it."""

PREPARE = """
import copy, gc, inspect, pickle, sys, threading, traceback, warnings, weakref, io, os
import numpy as np, pandas as pd
df = pd.DataFrame({'k': [1, 1, 2], 'v': [1.0, 2.0, 3.0], 's': ['a', 'b', 'c']})
def where(error):
    for frame, line in traceback.walk_tb(error.__traceback__):
        positions = list(frame.f_code.co_positions())[frame.f_lasti // 2]
        print(frame.f_code.co_name, line, frame.f_lineno, positions)
    print(type(error), error, error.args)
"""

CELLS: dict[str, str | tuple[str, ...]] = {
    "exceptions": """
for fail in (lambda: df['q'], lambda: df.merge(df, on='q'), lambda: df.loc[9], lambda: df.v.astype('q'),
             lambda: df.apply(lambda row: 1 / 0, axis=1), lambda: df.groupby('k').agg({'q': 'sum'})):
    try: fail()
    except Exception as error: where(error)
""",
    "an exception that ends the cell": "df.sort_values('q')",
    "an exception in a callback": "df.groupby('k').v.apply(lambda part: part.nope)",
    "an exception group": "raise ExceptionGroup('both', [KeyError('a'), ValueError('b')])",
    "traceback with locals": """
try: df.drop(columns='q')
except KeyError as error:
    for frame in traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), capture_locals=True):
        print(frame.name, sorted(frame.locals))
""",
    "warnings": """
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('always')
    pd.to_datetime(['13/01/2020'], dayfirst=False)
    pd.DataFrame({'a': [1]}).a.fillna(method='ffill') if pd.__version__ < '3' else df['v'][0]
for w in caught: print(w.category, os.path.basename(w.filename), w.lineno, w.message)
""",
    "a warning shown": "warnings.simplefilter('always'); pd.to_datetime(['13/01/2020', '01/13/2020'], errors='coerce')",
    "chained assignment": "df['v'][0] = 5\ndf['v'].fillna(0, inplace=True)\ndf[df.v > 1]['k'] = 3",
    "callbacks": """
seen = []
df.apply(lambda row: seen.append(row.name), axis=1)
df.groupby('k').v.transform(lambda part: seen.append(len(part)) or part)
df.v.map(lambda v: seen.append(v)); df.pipe(lambda d: seen.append('pipe')); df.assign(z=lambda d: seen.append('z'))
seen
""",
    "generators": """
groups = iter(df.groupby('k')); print(type(groups), next(groups)[0], inspect.getgeneratorstate(groups)); groups.close()
rows = df.iterrows(); print(type(rows), next(rows)[0], rows.gi_frame is not None); del rows
print([t for t in df.itertuples(index=False)], list(df.items())[0][0])
""",
    "signatures, docs, names": """
for f in (pd.DataFrame.merge, pd.DataFrame.__getitem__, pd.concat, pd.read_csv, pd.Series.map, df.groupby('k').agg):
    print(f.__name__, f.__qualname__, f.__module__, inspect.signature(f), len(f.__doc__ or ''))
    print(f.__defaults__, f.__kwdefaults__, sorted(f.__annotations__)[:3], f.__code__.co_name, sorted(vars(f)))
    print(f.__code__.co_filename.split('site-packages')[-1], f.__code__.co_firstlineno, f.__code__.co_argcount)
""",
    "help": "help(pd.DataFrame.join)",
    "identity": """
from pandas import DataFrame, merge
print(DataFrame.merge is pd.DataFrame.merge, merge is pd.merge, df.T.T is df, df.v is df.v, df.pipe(lambda d: d) is df)
print(pd.DataFrame.__mro__, type(df), isinstance(df, pd.DataFrame), type(pd.DataFrame.merge), pd.DataFrame.sum == pd.DataFrame.sum)
""",
    "pickle": """
import cloudpickle
for made in (df, df.v, df.groupby('k'), df.index, pd.DataFrame.merge, df.sum):
    data = pickle.dumps(made), cloudpickle.dumps(made)
    print(type(pickle.loads(data[0])), [len(d) for d in data], [b'lineage' in d for d in data])
print(len(cloudpickle.dumps(lambda: df.merge(df, on='k'))), pickle.dumps(df[['k']]) == pickle.dumps(df[['k']]))
""",
    "pickled arrays": """
arrays = pd.DataFrame({'n': pd.array([1, None, 3], dtype='Int64'), 'b': pd.array([True, None, False], dtype='boolean'),
    'i': pd.interval_range(0, 3), 'p': pd.period_range('2020', periods=3, freq='D'), 'c': pd.Categorical(list('aba'))})
wide = pd.concat([arrays['n'].rename(str(i)) for i in range(30)], axis=1)
for made in (arrays.head(2), arrays.groupby([0, 1, 0]).get_group(0), wide.head(2), arrays['n'] + 1, arrays['i'].head(2)):
    print(len(pickle.dumps(made)))
kept = arrays.assign(z=arrays['n'])
""",
    "pickled arrays of another cell": """
import time
time.sleep(0.5)  # whoever looks at what the cell before left has done so
print(len(pickle.dumps(kept)))
""",
    "copies": """
for made in (copy.copy(df), copy.deepcopy(df), df.copy(), df.copy(deep=False)):
    print(made.equals(df), made is df, made.attrs, type(made))
""",
    "reference counts": """
_ = gc.collect()  # what earlier cells left may have references, too
x = df[['k', 'v']]; y = x.v
print([sys.getrefcount(o) for o in (df, x, y, x._mgr, df.merge(df, on='k'), x.index)])
r = weakref.ref(x); del x; print(r() is None); print(len(gc.get_referrers(y)))
g = df.groupby('k'); w = df.v.rolling(2); print(*(sorted(type(o).__name__ for o in gc.get_referrers(k)) for k in (g.obj, w.obj)))
""",
    "source": """
for f in (pd.DataFrame.merge, pd.concat, pd.Series.map): print(len(inspect.getsource(f)), inspect.getsourcelines(f)[1], inspect.getfile(f)[-20:])
""",
    "exec, eval, compile": """
space = {'df': df}
exec(compile('z = df.v * 2\\nw = df.eval("v + k")', 'made.py', 'exec'), space)
print(sorted(n for n in space if n != '__builtins__'), eval('df.v.sum() + z.sum()', space), eval(compile('df.k', 'f', 'eval')).tolist())
def inside(limit): return df.query('v > @limit').shape, pd.eval('df.v + df.k').tolist()
print(inside(1))
""",
    "locals and frames": """
def f(df, n):
    made = df[df.v > n]
    return sorted(locals()), sys._getframe().f_code.co_varnames, len(inspect.stack(0)) - len(inspect.stack(0)), sys._getframe(0).f_lineno
print(f(df, 1), sorted(n for n in globals() if not n.startswith('_')))
class C: made = df.v; names = sorted(locals())
C.names
""",
    "super and subclasses": """
class Sub(pd.DataFrame):
    _metadata = ['unit']
    @property
    def _constructor(self): return Sub
    def merge(self, *a, **k): return super().merge(*a, **k)
    def __getitem__(self, key): return super().__getitem__(key)
s = Sub(df); s.unit = 'm'
print(type(s.merge(s, on='k')), type(s[s.v > 1]), s[['v']].unit, s._metadata, type(s.groupby('k').sum()), Sub.__mro__[1])
""",
    "subclasses that watch their attributes": """
asked = []
class Watching(type):
    def __getattribute__(cls, name): asked.append(name); return super().__getattribute__(name)
class Frame(pd.DataFrame, metaclass=Watching):
    _constructor = property(lambda self: Frame)
    _constructor_sliced = property(lambda self: Row)
    def __getattribute__(self, name): asked.append(name); return super().__getattribute__(name)
class Row(pd.Series, metaclass=Watching):
    _constructor = property(lambda self: Row)
    def __getattribute__(self, name): asked.append(name); return super().__getattribute__(name)
for _ in range(60):
    t = Frame({'a': [1.0, 2.0], 'b': [3, 4]})
    t[['a']].merge(t, on='a').groupby('a').sum().mean().rename('c')
    t.a.map(lambda v: v).to_frame().join(t.b + 1).iloc[0, 1]
    t.sort_values('b', ignore_index=True).head(1).apply(lambda row: row.b, axis=1)
print({name: asked.count(name) for name in sorted(set(asked))})
""",
    "arrays that watch their attributes": """
from pandas.api.extensions import ExtensionArray, ExtensionDtype, take
asked = []
class Kind(ExtensionDtype):
    type, na_value = float, np.nan
    name = property(lambda self: asked.append('name') or 'mine')
    __str__ = lambda self: asked.append('str') or 'mine'
    construct_array_type = classmethod(lambda cls: Mine)
class Mine(ExtensionArray):
    def __init__(self, values): self.values = np.asarray(values, dtype=float)
    dtype = property(lambda self: asked.append('dtype') or Kind())
    nbytes = property(lambda self: asked.append('nbytes') or self.values.nbytes)
    _from_sequence = classmethod(lambda cls, values, *, dtype=None, copy=False: cls(list(values)))
    _concat_same_type = classmethod(lambda cls, all: cls(np.concatenate([one.values for one in all])))
    def __getitem__(self, at): found = self.values[at]; return Mine(found) if isinstance(found, np.ndarray) else found
    def __len__(self): asked.append('len'); return len(self.values)
    def __eq__(self, other): asked.append('eq'); return self.values == getattr(other, 'values', other)
    def isna(self): asked.append('isna'); return np.isnan(self.values)
    def copy(self): asked.append('copy'); return Mine(self.values.copy())
    def take(self, at, *, allow_fill=False, fill_value=None):
        return Mine(take(self.values, at, allow_fill=allow_fill, fill_value=np.nan))
watched = pd.DataFrame({'a': Mine([1, 2, 3]), 'k': [1, 1, 2]}); by = watched.set_index('a')
for _ in range(60):
    watched.a.array; watched[watched.k > 1].merge(watched, on='k'); pd.concat([watched, by.reset_index()]).sort_values('k')
    by.head(2).k.sum(); pd.Series([1, 2, 3], index=by.index).index; watched.assign(b=watched.a).iloc[0]; len(by.index)
print({name: asked.count(name) for name in sorted(set(asked))})
watched.head(1)
""",
    "what watched arrays were asked after the cell": "print({name: asked.count(name) for name in sorted(set(asked))}); by.index",
    "functions sent by their code": """
import cloudpickle, types
for function in (pd.DataFrame.head, pd.DataFrame.merge, pd.Series.__add__, pd.DataFrame.items, pd.read_csv, pd.Series.str.upper):
    sent = cloudpickle.dumps(function.__code__)
    print(function.__qualname__, b'lineage' in sent, cloudpickle.loads(sent).co_name)
there = types.FunctionType(cloudpickle.loads(cloudpickle.dumps(pd.DataFrame.head.__code__)), pd.DataFrame.head.__globals__)
print(there(df, 2))
there = types.FunctionType(cloudpickle.loads(cloudpickle.dumps(pd.DataFrame.items.__code__)), pd.DataFrame.items.__globals__)
print([name for name, _ in there(df)])
""",
    "attributes": """
print([n for n in dir(df) if 'lineage' in n.lower() and n != '_lineage'], sorted(set(vars(df)) - {'_lineage'}), hasattr(df, 'nope'))
try: df.nope
except AttributeError as error: print(error)
df.extra = 3; print(df.extra); del df.extra; print(pd.DataFrame._internal_names, pd.DataFrame._metadata)
""",
    "threads": """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(3) as pool: print(list(pool.map(lambda n: float(df[df.v > n].v.sum()), range(4))))
print(threading.current_thread().name, threading.main_thread() is threading.current_thread())
print(threading.active_count(), sorted(thread.name for thread in threading.enumerate()))
""",
    "asyncio": """
import asyncio, contextvars
async def work(n):
    await asyncio.sleep(0)
    return float((df.v * n).sum())
print(await asyncio.gather(*(work(n) for n in range(3))), len(asyncio.all_tasks()))
""",
    "processes": """
import multiprocessing as mp, subprocess
pid = os.fork()
if pid == 0:
    print(df.v.sum(), flush=True); os._exit(0)
print(os.waitpid(pid, 0)[1])
for method in ('fork', 'spawn', 'forkserver'):
    with mp.get_context(method).Pool(1) as pool: print(method, pool.map(pd.DataFrame.sum, [df[['v']]])[0].tolist())
""",
    "a debugger": """
import pdb
def step(): made = df.v.sum(); return made
text = io.StringIO()
d = pdb.Pdb(stdin=io.StringIO('step\\nstep\\nnext\\np made\\nnext\\ncontinue\\n'), stdout=text, nosigint=True); d.use_rawinput = False
print(d.runcall(step)); print(text.getvalue())
""",
    "a debugger after the fact": """
try: df['q']
except KeyError as error:
    text = io.StringIO(); import pdb
    d = pdb.Pdb(stdin=io.StringIO('where\\nup\\nlist\\nargs\\nquit\\n'), stdout=text, nosigint=True); d.use_rawinput = False; d.reset(); d.interaction(None, error.__traceback__)
    print(text.getvalue())
""",
    "a tracer": """
events = []
def tracer(frame, event, arg):
    if any('lineage_ext' in f.f_code.co_filename for f in (frame, frame.f_back, frame.f_back.f_back)): return None
    events.append((event, os.path.basename(frame.f_code.co_filename), frame.f_code.co_name, frame.f_lineno)); return tracer
def traced():
    df[df.v > 1].groupby('k').sum(); df.merge(df, on='k'); df.copy().__setitem__('z', 1); [k for k, _ in df.groupby('k')]
    try: df['q']
    except KeyError: pass
traced(); old = sys.gettrace(); sys.settrace(tracer)
try: traced()
finally: sys.settrace(old)
events = [e for e in events if e[1] not in ('copy.py', 'threading.py') and e[2] not in IN_HOOKS]
print(len(events), *events, sep='\\n')
""",
    "coverage": """
import coverage
c = coverage.Coverage(data_file=None, include=['*/pandas/core/reshape/*', '*/pandas/core/series.py']); c.start()
df.merge(df, on='k'); pd.concat([df, df]); df.v.map({1: 2}); c.stop()
data = c.get_data(); print([(os.path.basename(f), sorted(data.lines(f))) for f in sorted(data.measured_files())])
""",
    "%prun": "%prun -q -T prun.txt df.v.sum()\nprint(open('prun.txt').read().splitlines()[-1:] and 'profiled')",
    "%timeit": "%timeit -n2 -r2 df.v.sum()",
    "%time": "%time df.v.sum()",
    "%autoreload": """
%load_ext autoreload
%autoreload 2
open('helper_of_probe.py', 'w').write('def twice(s): return s * 2\\n')
sys.path.insert(0, ''); import helper_of_probe
print(helper_of_probe.twice(df.v).tolist())
""",
    "displays": "display(df); display(df.describe()); print(df.to_html()[:300]); print(df._repr_html_()[:300]); df.info(); df",
    "a repr that looks around": """
class Around:
    def __repr__(self): return ' '.join(f.f_code.co_name for f, _ in traceback.walk_stack(sys._getframe()))
display(Around())
Around()
""",
    "styles": "print(df.style.format(precision=1).to_html(uuid='x')[:200]); df.to_string()",
    "streams": "print('out'); print('err', file=sys.stderr); sys.stdout.write('raw\\n'); import logging; logging.warning('logged')",
    "output history": "_, __ , sorted(Out)[-1:] and type(Out)",
    "modules": "print(len(sys.path) > 0, sys.excepthook.__name__, sys.gettrace(), sys.getprofile(), sys.getrecursionlimit(), sys.getswitchinterval())",
    "random state": "np.random.seed(1); import random; random.seed(1); print(df.sample(2).index.tolist(), np.random.rand(), random.random())",
    "time zones, options, locale": "import locale, time; print(time.tzname, locale.getlocale(), pd.get_option('mode.copy_on_write') if pd.__version__ < '3' else '')",
    "garbage collection": "gc.collect(); print(gc.isenabled(), gc.get_threshold(), gc.callbacks == [] or len(gc.callbacks), gc.garbage)",
    "signals": "import signal; print([signal.getsignal(s) for s in (signal.SIGTERM, signal.SIGUSR1, signal.SIGALRM)])",
    "deep recursion": """
def down(n): return df.v.sum() if n == 0 else down(n - 1)
print(down(200))
try: (lambda f: f(f))(lambda f: f(f))
except RecursionError as error: print(error)
""",
    **OBJECTS,
    **CLASSES,
    "files": "df.to_csv('probe.csv'); print(open('probe.csv').read()); print(pd.read_csv('probe.csv').shape, sorted(f for f in os.listdir() if not f.startswith('.')))",
    "a cell that exits": "raise SystemExit(3)",
}


@contextmanager
def caught(place: Path) -> Iterator[None]:
    """What is written to the process's stdout and stderr goes to files in ``place``."""
    kept = {number: os.dup(number) for number in (1, 2)}
    for number in kept:
        with (place / str(number)).open("wb") as file:
            os.dup2(file.fileno(), number)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, old in kept.items():
            os.dup2(old, number)
            os.close(old)


def main() -> None:
    """In a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["IPYTHONDIR"] = str(Path(folder, ".ipython"))
        from IPython.core.interactiveshell import InteractiveShell

        shell = InteractiveShell.instance(colors="NoColor")
        if "tracked" in sys.argv:
            shell.run_line_magic("load_ext", "lineage_ext")
        shell.run_cell(f"{PREPARE}\nIN_HOOKS = {IN_HOOKS}", store_history=True)
        found = {}
        for name, cell in CELLS.items():
            with caught(Path(folder)):
                for part in (cell,) if isinstance(cell, str) else cell:
                    shell.run_cell(part, store_history=True)
            texts = [Path(folder, str(number)).read_text() for number in (1, 2)]
            found[name] = [_steady(text.replace(folder, "<folder>"), name) for text in texts]
        print(json.dumps(found))
        sys.stdout.flush()
        os._exit(0)


def _steady(text: str, name: str) -> str:
    """Without addresses, the process's number and, where a cell measures, numbers."""
    text = re.sub(r"0x[0-9a-f]{6,}|(?<=\(pid=)\d+", "0x…", text)
    if not name.startswith("%time"):
        return text
    text = re.sub(r"^The slowest run took .*\n", "", text)
    return re.sub(r"[\d.]+ ?(ns|µs|μs|us|ms|s)\b", "…", text)


if __name__ == "__main__":
    main()
