"""What Python says of a user's text is said when the user's cell is compiled, and not again when we read it."""

from __future__ import annotations

import _thread
import threading
import warnings
from functools import partial

import pandas as pd
import pytest

from lineage_ext.parsing import OURS, parse
from lineage_ext.testing import notebook
from lineage_ext.unwarned import unwarned

TEXTS = ("x = '\\s+'", "x = 1or 2", "x = b'\\777'", "x = f'{1}\\d'")


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("action", ["always", "error"])
def test_a_text_is_parsed_without_a_warning(text: str, action: str) -> None:
    """Also where the user wants to see all of them, or has them raised; and the user's rules are as before."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter(action)  # type: ignore[arg-type]
        rules = list(warnings.filters)
        assert parse(text).body
        assert warnings.filters == rules
    assert said == []


def test_warnings_of_other_files_are_heard() -> None:
    """The rule is for one file."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        unwarned(partial(compile, "x = 'a\\s'", "other.py", "exec"), OURS)
        unwarned(partial(compile, "x = 'b\\s'", "cells/one.py", "exec"), "cells/one.py")
    assert [w.filename for w in said] == ["other.py"]


def test_what_can_not_be_parsed_leaves_no_rule() -> None:
    """The error is raised, and warnings are as before."""
    before = list(warnings.filters)
    with pytest.raises(SyntaxError):
        parse("x = '\\s' y")
    assert before == warnings.filters


def test_an_interrupt_meanwhile_reaches_the_user() -> None:
    """Texts are parsed on the user's thread, too: Ctrl-C isn't lost, and leaves no rule."""
    before = list(warnings.filters)
    with pytest.raises(KeyboardInterrupt):
        unwarned(_thread.interrupt_main, OURS)
    assert before == warnings.filters


def test_no_other_thread_sees_the_rule() -> None:
    """It is there within one call in C only."""
    rules, seen, over = warnings.filters, set[int](), threading.Event()

    def look() -> None:
        while not over.is_set():
            seen.add(len(rules))

    other = threading.Thread(target=look)
    other.start()
    for _ in range(5_000):
        parse("x = '\\s'")
    over.set()
    other.join()
    assert seen == {len(rules)}


def test_nothing_is_said_of_a_cell_after_it_ran() -> None:
    """Neither of its text nor of a function in it that is followed. Real tracking; the cell itself is heard."""
    source = "t = df[df['s'].str.contains('\\s')]\nu = t['s'].map(lambda v: v if v is 1 else '\\d')"
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with notebook() as nb:
            names = nb.cell(source, df=pd.DataFrame({"s": ["a b", "c"]}))
            nb.session.flush()
            heard = len(said)
            with warnings.catch_warnings(record=True) as plain:
                compile(source, "again", "exec")
            assert names["u"].tolist() == ["\\d"]
    assert [str(w.message) for w in said] == [str(w.message) for w in plain]
    assert heard == len(said)
