"""What is told of a program is the same to the order of its parts in every process: runs can be compared as texts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROGRAMS = {
    "several_that_an_object_keeps_by_name", "positions_counted_by_hand", "columns_dropped_by_a_condition",
    "nested_lists_of_records", "lists_in_a_dict", "appended_in_a_comprehension", "a_loop_over_groups",
    "constants_appended_under_a_condition", "entries_taken_away", "columns_deleted_in_a_loop",
}  # fmt: skip
TELL = f"""
from lineage_ext.testing import notebook
from tests.intervention.programs import programs

for program in programs():
    if program.function.__name__ in {sorted(PROGRAMS)}:
        with notebook("book") as book:
            frames = program.frames()
            book.register(**frames)
            book.call(program.function, **frames)
            book.session.flush()
            print(program.id)
            for run in book.session.graph.runs():
                print(run.job.name, run.column_map, run.position)
"""


def told(seed: int) -> str:
    """By a process of its own, in which texts have other hashes and objects lie elsewhere."""
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", TELL], env=environment, cwd=Path(__file__).parents[2],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def test_what_is_told_has_the_same_order_in_every_process() -> None:
    """Conditions, and what they decided, come in the order of their places in the source."""
    first = told(1)
    assert len(first.splitlines()) > 5 * len(PROGRAMS)
    assert first == told(2) == told(3)
