"""Cells that change pandas or IPython, or hand them objects of classes that tell what is done with them.

Those of several parts are run one part after the other, as a notebook's cells are.
"""

from __future__ import annotations

CLASSES: dict[str, str | tuple[str, ...]] = {
    "classes whose metaclass tells of look-ups": (
        """
class Meta(type):
    def __eq__(cls, other): print('eq', cls.__name__, other); return cls is other
    def __hash__(cls): print('hash', cls.__name__); return 3
class Thing(metaclass=Meta): v = 1
class Text(str, metaclass=Meta): pass
class Number(int, metaclass=Meta): pass
class Many(list, metaclass=Meta): pass
class Named(dict, metaclass=Meta): pass
class Pair(tuple, metaclass=Meta): pass
class Failure(Exception, metaclass=Meta): pass
class File(io.StringIO, metaclass=Meta): pass
class Array(np.ndarray, metaclass=Meta): pass
class Frame(pd.DataFrame, metaclass=Meta): _constructor = property(lambda self: Frame)
def fail(*given):
    raise Failure(Thing(), *given)
""",
        "thing, many = Thing(), Many([Thing()]); thing",
        "[thing, Text('a')]",
        "Text('x')",
        "Number(3)",
        "Named(a=1)",
        "Pair((1,))",
        "frame = Frame({'a': [1, 2]}); frame.merge(frame, on='a').head(1)",
        "df.rename(columns={'v': thing}).columns[1].v, df[['v']].isin([thing]).shape, df.v.eq(thing).sum(), df.assign(z=thing).shape",
        "df[Many(['v'])].head(Number(1)), df[Text('v')].map(Named({1.0: 2})).sum(), df.at[Number(0), Text('v')]",
        "pd.DataFrame({'z': [thing, thing]}).shape, pd.Index([thing], name=thing).size, pd.Series({thing: 1}).size",
        "pd.read_csv(File('a,b\\n1,2')).shape, df.to_csv(File())",
        "of_array = pd.Series(np.arange(3).view(Array)); of_array.head(1), (df.v + np.arange(3).view(Array)).sum()",
        "df.v.map(fail)",
        "raise Failure(thing)",
        "import time; time.sleep(0.6)  # whoever looks at what the cells before left has done so",
    ),
    "accessors": """
@pd.api.extensions.register_dataframe_accessor('middle')
class Middle:
    def __init__(self, frame): print('made', type(frame).__name__); self.frame = frame
    def of(self, name): print(inspect.stack()[1].function); return float(self.frame[name].mean())
@pd.api.extensions.register_series_accessor('tripled')
class Tripled:
    def __init__(self, series):
        if series.dtype.kind not in 'fi': raise AttributeError('no numbers')
        self.series = series
    def get(self): return (self.series * 3).tolist()
print(df.middle.of('v'), df.middle is df.middle, df.v.tripled.get())
try: df.s.tripled
except AttributeError as error: where(error)
""",
    "a subclass that tells of all it is asked to do": """
class Told(pd.DataFrame):
    _metadata = ['unit']
    _constructor = property(lambda self: Told)
    def __init__(self, *given, **named): super().__init__(*given, **named); self.unit = 'm'
    def __finalize__(self, other, method=None, **named): print('finalize', type(other).__name__, method); return super().__finalize__(other, method=method, **named)
    def __setattr__(self, name, value): print('set', name); super().__setattr__(name, value)
    def __getattr__(self, name): print('get', name); return super().__getattr__(name)
    def __len__(self): print('len'); return super().__len__()
    def __iter__(self): print('iter'); return super().__iter__()
    def __contains__(self, key): print('contains'); return super().__contains__(key)
    def __array__(self, *given, **named): print('array'); return super().__array__(*given, **named)
    def __getstate__(self): print('getstate'); return super().__getstate__()
    def __setstate__(self, state): print('setstate', sorted(state)); super().__setstate__(state)
    columns = property(lambda self: print('columns') or pd.DataFrame.columns.__get__(self), lambda self, value: pd.DataFrame.columns.__set__(self, value))
    shape = property(lambda self: print('shape') or super().shape)
told = Told({'k': [1, 1, 2], 'v': [1.0, 2.0, 3.0]})
told['z'] = told.v * 2; told.loc[0, 'z'] = 5; told.iloc[0, 0] = 7; told.index = [1, 2, 3]
print(told[told.v > 1].unit, pd.concat([told, told]).unit, type(told.merge(told, on='k')), type(told.groupby('k').sum()), told.pop('z').sum())
print(pickle.loads(pickle.dumps(told)).unit, copy.deepcopy(told).unit, np.sum(told, axis=0).tolist(), told.apply(lambda row: row).unit)
told
""",
    "methods replaced by the program": (
        """
from unittest import mock
merge, head, of_tail = pd.DataFrame.merge, pd.DataFrame.head, pd.DataFrame.tail.__code__
def other(self, *given, **named): print('other', sys._getframe(1).f_code.co_name); return merge(self, *given, **named)
pd.DataFrame.merge = other; pd.DataFrame.more = lambda self: self.head(1)
print(df.merge(df, on='k').shape, pd.merge(df, df, on='k').shape, df.more().shape)
df.merge(df, on='q')
""",
        """
pd.DataFrame.merge = merge; del pd.DataFrame.more
print(df.merge(df, on='k').shape, pd.DataFrame.merge is merge, inspect.signature(pd.DataFrame.merge), hasattr(df, 'more'))
with mock.patch.object(pd.DataFrame, 'merge', autospec=True) as patched:
    patched.return_value = 5; print(df.merge(df, on='k'), patched.call_args.args[0] is df)
with mock.patch.object(pd, 'read_csv', side_effect=lambda *given: df): print(pd.read_csv('q') is df)
with mock.patch('pandas.core.frame.DataFrame.head', lambda self, n=5: n): print(df.head())
print(pd.DataFrame.head is head, len(df.head(1)), df.merge(df, on='k').shape)
def tail(self, n: int = 5): return 'other'
pd.DataFrame.tail.__code__ = tail.__code__; print(df.tail()); pd.DataFrame.tail.__code__ = of_tail; print(len(df.tail(2)))
pd.DataFrame.tail.__defaults__ = (1,); print(len(df.tail())); pd.DataFrame.tail.__defaults__ = (5,); print(len(df.tail()))
""",
    ),
    "what the program does to the shell": (
        """
import ast
class Other(ast.NodeTransformer):
    def visit_Constant(self, node): return ast.copy_location(ast.Constant(43), node) if node.value == 42 else node
other, heard, shell = Other(), [], get_ipython()
def before(info): heard.append(('before', info.raw_cell, float(df.v.sum())))
def after(result): heard.append(('after', result.success, result.execution_count is not None))
def first(lines): return [line.replace('TOTAL', 'df.v.sum()') for line in lines]
def told(self, kind, error, trace, tb_offset=None): print('told', kind.__name__, error, [f.name for f in traceback.extract_tb(trace)], tb_offset)
shell.ast_transformers.append(other); shell.input_transformers_cleanup.append(first); shell.set_custom_exc((KeyError,), told)
shell.events.register('pre_run_cell', before); shell.events.register('post_run_cell', after)
""",
        "42, TOTAL",
        "df['q']",
        "1 / 0 + TOTAL",
        "shell.run_cell('inner = TOTAL + 42\\ninner').result, heard",
        """
shell.ast_transformers.remove(other); shell.input_transformers_cleanup.remove(first); shell.set_custom_exc((), None)
shell.events.unregister('pre_run_cell', before); shell.events.unregister('post_run_cell', after)
shell.ast_node_interactivity = 'all'
""",
        "df.v.sum()\ndf.k.sum()",
        "shell.ast_node_interactivity = 'last_expr_or_assign'",
        "total = df.v.sum()",
        "shell.ast_node_interactivity = 'last_expr'",
        "df.v.sum();",
        "Out[max(Out)]",
    ),
    "failures in callbacks": """
kept = ValueError('kept')
def fail(*given): raise kept
for use in (lambda: df.apply(fail), lambda: df.v.map(fail), lambda: df.groupby('k').apply(fail), lambda: df.assign(z=fail), lambda: df.sort_values('v', key=fail),
            lambda: df.v.rolling(2).apply(fail), lambda: df.loc[fail], lambda: df.rename(columns=fail), lambda: df.groupby(fail).sum(), lambda: df.pipe(fail)):
    kept.__traceback__ = kept.__context__ = None
    try: use()
    except Exception as error:
        print(error is kept, error.__context__, error.__cause__, [(f.name, f.lineno) for f in traceback.extract_tb(error.__traceback__)], sys.getrefcount(error))
try:
    try: df['q']
    except KeyError as error: error.add_note('noted'); raise ValueError('outer') from error
except ValueError as error: traceback.print_exc(); print(sys.exc_info()[0])
for end in (KeyboardInterrupt(), SystemExit(3), GeneratorExit(), StopIteration(5)):
    def stop(*given): raise end
    try: df.apply(stop)
    except BaseException as error: print(error is end, repr(error.__context__))
    end.__traceback__ = None
print(df.v.sum())
""",
    "generators that are left": """
def parts():
    try:
        for key, group in df.groupby('k'): yield key, float(group.v.sum())
    finally: print('closed', df.v.sum())
one = parts(); print(next(one)); one.close()
one = parts(); print(next(one)); del one; print('deleted')
one = parts(); next(one)
try: one.throw(ValueError('thrown'))
except ValueError as error: print([(f.name, f.lineno) for f in traceback.extract_tb(error.__traceback__)])
rows = df.iterrows(); next(rows)
try: rows.throw(KeyError('k'))
except KeyError as error: print([(f.name, f.lineno) for f in traceback.extract_tb(error.__traceback__)], rows.gi_frame)
a, b = df.iterrows(), df.iterrows(); print(next(a)[0], next(b)[0], next(a)[0], list(b)[0][0], next(a)[0], a.__qualname__)
async def rows_of():
    for _, row in df.iterrows(): yield row.v
async def first(): return [v async for v in rows_of()], await anext(rows_of())
import asyncio; print(await first())
""",
}
