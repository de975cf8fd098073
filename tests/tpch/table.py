"""The table of docs/tpch.md and of ``make tpch``: a line for each program and style, the argued differences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.tpch.argued import ARGUED
from tests.tpch.comparison import Score, Tally, total
from tests.tpch.programs import STYLES, Program

BEGIN, END = "<!-- begin: written by benchmarks/tpch.py -->", "<!-- end -->"
HEAD = "| | columns | direct edges | all influences |\n|---|---|---|---|"
SUMMARY = "| | programs | columns | direct edges | precision | recall | all influences | precision | recall |"


def line(program: Program, score: Score) -> str:
    """One program: its result columns, and how many edges agree."""
    return f"| {program.id} | {score.columns} | {_text(score.direct)} | {_text(score.influence)} |"


def _text(tally: Tally) -> str:
    surplus = f", {tally.surplus} more" if tally.surplus else ""
    return f"{tally.agreed} of {tally.agreed + tally.missing}{surplus}"


def summary(scores: Mapping[Program, Score]) -> list[str]:
    """A line for each style."""
    lines = [SUMMARY, "|---" * 9 + "|"]
    for style in STYLES:
        of_style = {p.id: s for p, s in scores.items() if p.style == style}
        if of_style:
            all_of_it = total(of_style)
            numbers = (_share(all_of_it.direct), _share(all_of_it.influence))
            lines.append(f"| {style} | {len(of_style)} | {all_of_it.columns} | {' | '.join(numbers)} |")
    return lines


def _share(tally: Tally) -> str:
    return f"{tally.agreed + tally.missing} | {tally.precision:.3f} | {tally.recall:.3f}"


def differences(programs: Iterable[Program]) -> list[str]:
    """The argued differences of those programs."""
    known = [(p, d, why) for p in programs for d, why in ARGUED.get(p.id, {}).items()]
    return ["| | difference | why |", "|---|---|---|", *(f"| {p.id} | {d} | {why} |" for p, d, why in known)]


def deviations(programs: Iterable[Program]) -> list[str]:
    """The programs that are held against a text of their own, with the reason its comment gives."""
    marker = "-- Unlike the official text: "
    return [
        f"- {p.id}: {text.removeprefix(marker)}."
        for p in programs
        for text in p.sql.splitlines()
        if text.startswith(marker)
    ]


def document(scores: Mapping[Program, Score]) -> str:
    """What stands between BEGIN and END in the docs."""
    parts = [
        [*summary(scores)],
        ["Differences that remain:"],
        differences(scores),
        ["Held against a text of their own, whose result is the official one's:"],
        deviations(scores),
        ["Edges that agree, program by program:"],
        [HEAD, *(line(p, s) for p, s in scores.items())],
    ]
    return "\n\n".join("\n".join(part) for part in parts)
