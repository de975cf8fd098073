"""What a generator gives, found once for all who ask."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest

from lineage_ext.capture.answers import Answers


def test_only_what_is_asked_for_is_found_and_only_once() -> None:
    """The first who asks has two found; the next gets those and goes on from there."""
    found: list[int] = []

    def find() -> Iterator[int]:
        for i in range(4):
            found.append(i)
            yield i

    answers = Answers(find)
    assert list(islice(answers, 2)) == [0, 1]
    assert found == [0, 1]
    assert list(answers) == list(answers) == [0, 1, 2, 3]
    assert found == [0, 1, 2, 3]


def test_who_asks_while_it_is_being_found_finds_it_itself() -> None:
    """A definition that leads back to itself ends where it did without this."""
    depth = 0

    def find() -> Iterator[int]:
        nonlocal depth
        depth += 1
        yield 1
        if depth < 3:
            yield from (10 * i for i in answers)
        yield 2

    answers = Answers(find)
    assert list(answers) == [1, 10, 100, 200, 20, 2]
    assert list(answers) == [1, 10, 100, 200, 20, 2]


def test_an_error_isnt_the_end_for_others() -> None:
    """Who asks too deep in the stack gets its error; the next gets the answer."""
    failing = [True]

    def find() -> Iterator[int]:
        yield 1
        if failing:
            failing.pop()
            raise RecursionError
        yield 2

    answers = Answers(find)
    with pytest.raises(RecursionError):
        list(answers)
    assert list(answers) == [1, 2]
