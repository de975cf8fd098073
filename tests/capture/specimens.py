"""Functions of every shape that the transformation must leave as they are."""
# ruff: noqa: B905, D102, D103, D106, PLC3002, PLR1711, RET501, RET502, RET504

from __future__ import annotations

import functools
import math as m
import sys
from os import path


def plain(a, b=2, /, c=3, *rest, d=4, **more):
    """Documented."""
    return a, b, c, rest, d, more


def no_return(items):
    items.append(1)


def bare_return(flag):
    if flag:
        return
    flag = not flag
    return flag


def only_docstring():
    """Nothing else."""


def only_pass():
    pass


def raises(x):
    return {}[x]


def catches(x):
    try:
        return 1 / x
    except ZeroDivisionError as error:
        return type(error).__name__
    finally:
        x = None


def fails_in_finally(log):
    try:
        return log.append("return")
    finally:
        raise KeyError("finally")


def nested_scopes(n):
    total = 0

    def add(k):
        nonlocal total
        total += k
        return [k for _ in range(n)]

    class Local:
        def method(self):
            return __class__.__name__

    return add(n), total, Local().method(), (lambda: (yield))().__name__, add.__qualname__


def uses_locals(a, b=1):
    c = 3
    return dict(locals())


def uses_vars(a):
    return vars()


def uses_eval(a):
    return eval("a")


def comprehension_locals(a):
    return [sorted(locals()) for _ in "x"]


def rebinds(value):
    value = str(value)
    return value


def deletes(value):
    del value
    return None


def imported_calls(x):
    return m.floor(x), path.basename("a/b"), path.join


def recursive(n):
    return n and recursive(n - 1)


def outer(k):
    def inner(x):
        return x + k

    return inner


closure = outer(10)


def erasing(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@erasing
@functools.lru_cache
def cached(x):
    return x


class Base:
    def greet(self):
        return "base"


class Mangled(Base):
    __secret = 5

    def secret(self):
        self.__own = 1
        return self.__secret, sorted(vars(self))

    def greet(self):
        return super().greet() + "!"

    @property
    def size(self):
        return self.__secret

    @size.setter
    def size(self, value):
        self.__secret = value

    @classmethod
    def make(cls):
        return cls()

    class Inner:
        __x = 1

        def get(self):
            return self.__x


def count(n):
    for i in range(n):
        got = yield i
        if got:
            yield got * 10
    return "done"


def guarded_generator(log):
    try:
        yield 1
        yield 2
    except ValueError:
        yield "caught"
    finally:
        log.append("closed")


def pairs(a, b):
    yield from zip(a, b)


def delegates(inner):
    result = yield from inner
    return result


def empty_generator():
    return
    yield


async def coroutine():
    return 1


async def async_generator():
    yield 1


ORDINARY = [
    plain,
    no_return,
    bare_return,
    only_docstring,
    only_pass,
    raises,
    catches,
    fails_in_finally,
    nested_scopes,
    uses_locals,
    rebinds,
    deletes,
    imported_calls,
    recursive,
    closure,
    Mangled.secret,
    Mangled.greet,
    Mangled.size.fget,
    Mangled.size.fset,
    Mangled.make.__func__,
    Mangled.Inner.get,
    count,
    guarded_generator,
    pairs,
    empty_generator,
    cached,
]
LEFT_ALONE = {
    uses_vars: "it uses vars",
    uses_eval: "it uses eval",
    delegates: "a generator that delegates to another",
    coroutine: "asynchronous",
    async_generator: "asynchronous",
}
if sys.version_info >= (3, 12):  # comprehensions run in the function's frame since
    LEFT_ALONE[comprehension_locals] = "it uses locals"
else:
    ORDINARY.append(comprehension_locals)
