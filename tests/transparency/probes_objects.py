"""Cells that look at objects: what they are asked, by whom they are held, when they go."""

from __future__ import annotations

OBJECTS: dict[str, str | tuple[str, ...]] = {
    "time zones of the user's": """
import datetime, gc, time
class Zone(datetime.tzinfo):
    def utcoffset(self, at): print('utcoffset'); return datetime.timedelta(hours=1)
    def dst(self, at): print('dst'); return datetime.timedelta(0)
    def tzname(self, at): print('tzname'); return 'X'
    def __repr__(self): print('repr'); return 'Zone'
    def __reduce__(self): print('reduce'); return Zone, ()
    def __eq__(self, other): print('eq'); return self is other
    def __hash__(self): print('hash'); return 1
    def __del__(self): print('gone')
moment = datetime.datetime(2020, 1, 1, tzinfo=Zone())
print(df.isin([moment]).shape, df.assign(z=moment).shape, df.v.eq(pd.Timestamp(moment)).sum())
print(pd.Series([moment] * 2).dt.tz is moment.tzinfo)
for _ in range(60): df.v.eq(moment)
print(df[['k', 'v']].reindex([0, 5], fill_value=datetime.time(1, tzinfo=moment.tzinfo)).shape)
""",
    "time zones of the user's after the cell": "time.sleep(0.6); del moment; _ = gc.collect(); print('deleted')",
    "what goes with its last reference": """
class Held:
    def __init__(self, name): self.name = name
    def __repr__(self): print('repr'); return self.name
    def __lt__(self, other): return self.name < other.name
def dead():
    class Kind: pass
    class Name(str): __slots__ = ()
    class Frame(pd.DataFrame): _constructor = property(lambda self: Frame)
    within = lambda kind: df.isin([kind])
    for use in (df.astype, df.v.map, df.agg, df.isin, lambda kind: df.replace(kind, 1), within, df.v.eq):
        try: use(Kind)
        except Exception as error: print(type(error).__name__)
    for _ in range(200): df[Name('v')]; Frame({'v': [1]}).head(1); df.v.eq(Kind)
    return weakref.ref(Kind), weakref.ref(Name), weakref.ref(Frame)
kinds = dead(); _ = gc.collect(); print([kind() for kind in kinds])
rows = np.zeros(3, dtype=[('x', 'O'), ('y', 'i4')]); whole = weakref.ref(rows)
for use in (lambda: df[['v']].isin([rows[0]]), lambda: df.v.eq(rows[0])):
    try: use()
    except TypeError as error: print(error)
del rows; print(whole() is None)
one = Held('x'); held = weakref.ref(one)
by = pd.Series(pd.Categorical([one] * 3)); by.head(2); by.to_frame('c').head(1); pd.DataFrame({'c': by}).head(1)
try: sparse = pd.Series(pd.arrays.SparseArray([one, 1, 2], fill_value=one, dtype=object)); sparse.head(1)
except ValueError as error: sparse = print(error)  # pandas 3
del by, sparse, one; _ = gc.collect(); print(held() is None)
""",
    "sizes that classes of the user's tell": """
import collections, types
class Told(dict):
    def __len__(self): print('len'); return dict.__len__(self)
    def __iter__(self): print('iter'); return dict.__iter__(self)
    def keys(self): print('keys'); return dict.keys(self)
for made in (collections.ChainMap, collections.UserDict, types.MappingProxyType, Told):
    known = made(Told(v='V'))
    print(type(known).__name__, df.rename(columns=known).columns.tolist(), df.s.map(known).tolist())
view = memoryview(b'abc'); view.release()
for given in (range(10 ** 30), view, collections.UserList(Told(v=1))):
    try: print(df.v.isin(given).sum())
    except Exception as error: print(type(error), error)
""",
    "files and paths of the user's classes": """
import pathlib
class Text(io.StringIO):
    name = property(lambda self: print('name') or 'x')
class Around(io.BytesIO):
    name = property(lambda self: print('name') or 'x')
print(pd.read_csv(Text('a,b')).shape, pd.read_csv(io.TextIOWrapper(Around(b'a,b'))).shape)
class Told(io.StringIO):
    def __getattribute__(self, asked): print(asked); return super().__getattribute__(asked)
class Book(io.BytesIO):
    def __bool__(self): print('bool'); return True
    def __getattribute__(self, asked): print(asked); return super().__getattribute__(asked)
with pd.read_csv(Told('a,b\\n1,2\\n3,4'), chunksize=1) as chunks: print([chunk.shape for chunk in chunks])
book = Book()
with pd.ExcelWriter(book) as writer: df.to_excel(writer, sheet_name='x')
print(pd.ExcelFile(book).parse('x').shape, pd.read_excel(pd.ExcelFile(book)).shape)
import bz2
print(pd.read_csv(bz2.BZ2File(Book(bz2.compress(b'a,b')))).shape)
class Label(os.PathLike):
    def __fspath__(self): print('fspath'); return 'x'
print(df.rename(columns={'v': Label()}).shape, df[['v']].isin([Label()]).shape, df.v.eq(Label()).sum())
import sqlite3
class Connection(sqlite3.Connection):
    def cursor(self, *a): print('cursor'); return super().cursor(*a)
there = Connection(':memory:'); print(df.to_sql('t', there), pd.read_sql('select * from t', there).shape); there.close()
try: pd.read_sql('select * from t', there)
except Exception as error: print(type(error), error)
""",
    "groups of keys that tell": """
asked = []
class Key:
    def __init__(self, value): self.value = value
    def __hash__(self): asked.append('hash'); return hash(self.value)
    def __eq__(self, other): asked.append('eq'); return self.value == other.value
    def __lt__(self, other): asked.append('lt'); return self.value < other.value
from pandas.core.groupby import DataFrameGroupBy
keyed = pd.DataFrame({'k': [Key(i % 3) for i in range(9)], 'v': range(9)})
made = keyed.groupby('k'); same = object.__new__(type(made)); vars(same).update(vars(made)); asked.clear()
print(len(same.v.obj), len(asked)); print(same.head(0).shape, len(asked) > 0); print(same.ngroup().tolist())
""",
    "in which order frames go": """
class Told(pd.DataFrame):
    _constructor = property(lambda self: Told)
    def __del__(self): print('gone', vars(self).get('tag'), self.shape)
def tagged(frame, tag):
    object.__setattr__(frame, 'tag', tag); weakref.finalize(frame, print, 'finalized', tag)
    return frame
def within():
    a = tagged(Told({'v': [1, 2]}), 'a'); b = tagged(a.head(1), 'b'); c = tagged(b.merge(a, on='v'), 'c')
    print('return'); return c.v
left = within(); print('returned'); left = left + 1; print('added')
a = tagged(Told({'v': [1]}), 'x'); a = a.head(1); print('bound again'); a = None; print('let go')
try: Told({'v': [1]}).merge(df, on='nope')
except KeyError as error: print(error)
print('handled')
for key, group in Told({'v': [1, 2, 3]}).groupby('v'): print(key)
for at, row in Told({'v': [1, 2]}).iterrows(): print(at)
for name, column in Told({'v': [1, 2], 'w': [3, 4]}).items(): print(name)
print('looped')
""",
    "in which order frames go that pandas hands out": (
        """
_ = gc.collect(); gc.disable()
class Told(pd.DataFrame):
    _constructor = property(lambda self: Told)
    _constructor_sliced = property(lambda self: Row)
    def __del__(self): print('gone', vars(self)['_mgr'].shape)
class Row(pd.Series):
    _constructor = property(lambda self: Row)
    _constructor_expanddim = property(lambda self: Told)
    def __del__(self): print('row gone', len(vars(self)['_mgr'].items))
def made(n=3): return Told({'k': [1, 1, 2][:n], 'v': [1.0, 2.0, 3.0][:n]})
for key, part in made().groupby('k').v: print(key)
for part in made().v.rolling(2): print('window')
for at, row in made().iterrows():
    if at == 1: break
print('left'); del part, row
parts = iter(made().groupby('k')); next(parts); print('one'); next(parts); print('two'); del parts; print('deleted')
""",
        "made().groupby('k').apply(lambda group: print('within', len(group)) or group.v.sum())",
        "made().apply(lambda row: print('row') or 1, axis=1), made().agg(lambda column: print('column') or 1)",
        "made().pipe(lambda frame: print('piped') or frame.head(1)); print('after')",
        "pd.concat(made(n) for n in (1, 2)); print('put together')",
        "table = made(); table['z'] = table.v * 2; print('set'); table = table.merge(table, on='k'); print('merged'); del table",
        "try: made()['q']\nexcept KeyError: print('handled')\nprint('next')",
        "made().sort_values('v', key=lambda column: print('key') or column).loc[lambda frame: print('asked') or frame.v > 1]",
        "gc.enable(); del Out[max(Out)], _; print('deleted')",
    ),
    "references to what is made and asked": """
_ = gc.collect(); gc.disable()
def counted(frame):
    for use in (lambda: frame.head(1), lambda: frame.v, lambda: frame.merge(frame, on='k'), lambda: frame.groupby('k'), lambda: frame.assign(z=1),
                lambda: frame.sort_values('v'), lambda: frame.loc[0], lambda: frame.columns, lambda: frame.v.values, lambda: frame.rolling(1), lambda: frame.iterrows(),
                lambda: frame.v > 1, lambda: frame.k.value_counts(), lambda: pd.concat([frame, frame]), lambda: frame.apply(len), lambda: frame.where(frame > 1)):
        one = use(); yield sys.getrefcount(one), len(gc.get_referrers(one)), *map(sys.getrefcount, (frame, frame._mgr, frame.index, frame.columns)); del one
print(*counted(pd.DataFrame({'k': [1, 1, 2], 'v': [1.0, 2.0, 3.0]})), sep='\\n'); gc.enable()
def more(given, use): before = sys.getrefcount(given); use(given); return sys.getrefcount(given) - before
print(more([1, 2], df.isin), more(lambda column: column, df.apply), more(object(), lambda one: df.assign(z=one)), more(np.arange(3.0), lambda array: df.v + array),
    more({'v': 'w'}, lambda names: df.rename(columns=names)), more(slice(0, 1), lambda rows: df.iloc[rows]), more(io.StringIO('a'), pd.read_csv))
""",
    "in place": "t = df.copy(); print(t.drop(columns='s', inplace=True), t.pop('v').tolist(), t.insert(0, 'n', 1), t.update(t), t.columns.tolist())",
    "a mutable default": "t = df.copy(); u = t; t['z'] = 1; print(u is t, 'z' in u, t._is_copy if hasattr(t, '_is_copy') else None)",
    "attrs": "df.attrs = {'a': 1}; print(df[['v']].attrs, df.v.attrs, df.merge(df, on='k').attrs, df.copy().attrs); df.attrs = {}",
}
