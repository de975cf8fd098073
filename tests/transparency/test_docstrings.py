"""The examples in pandas' docstrings print the same when tracked."""

from __future__ import annotations

from tests.transparency.docstrings import differences

SHARE = 0.04


def test_examples_in_docstrings_print_the_same() -> None:
    """Values, what the last expression shows, warnings with file and line, tracebacks."""
    examples, told = differences(SHARE)
    assert examples > 100
    assert not told, "\n".join(told)
