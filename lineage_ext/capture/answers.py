"""What a generator gives, found once for all who ask: as far as the first of them went on, then further."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")


class Answers(Generic[T]):
    """What ``find()`` yields. Those who ask for the first few don't have the rest found."""

    __slots__ = ("_busy", "_find", "_found", "_rest")

    def __init__(self, find: Callable[[], Iterator[T]]) -> None:
        self._find = find
        self._found: list[T] = []
        self._rest: Iterator[T] | None = find()
        self._busy = False

    def __iter__(self) -> Iterator[T]:
        i = 0
        if self._busy:  # asked for by what finds it: it must not feed on its own answers
            yield from self._find()
            return
        while True:
            if i < len(self._found):
                yield self._found[i]
            elif self._busy:
                yield from islice(self._find(), i, None)
                return
            elif self._further():
                yield self._found[-1]
            else:
                return
            i += 1

    def _further(self) -> bool:
        if self._rest is None:
            return False
        self._busy = True
        try:
            self._found.append(next(self._rest))
        except StopIteration:
            self._rest = None
            return False
        except BaseException:  # too deep for this one who asks; the generator is at its end now
            self._rest = islice(self._find(), len(self._found), None)
            raise
        finally:
            self._busy = False
        return True
