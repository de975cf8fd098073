"""A Trace as text: a tree of columns with how, where, by what and the source line beside it, bounded in height.

A chain stays in its column, only a fork indents; what would be indented too far goes on below under a number.
Operators and selections inside an expression that is already shown are folded into it: ``df["x"] = 100 * df.a / df.b``
is one line over ``a`` and ``b``. So are in-place changes that left the column as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from lineage_ext.graph.steps import Answer, Influence, Link, Node, Source, Step
from lineage_ext.model import Confidence, Transformation

MOST_LINES = 60
MOST_FORKS = 8
MOST_DEPTH = 8  # forks within one another
MOST_PATH = 32
MOST_ALIKE = 50  # steps above an input that are compared with those above another
MOST_NAME = 60
UNNAMED = "(unnamed)"  # the first column of what ``to_csv`` wrote, the index
WIDEST = (44, 18, 16, 34, 64)  # tree, how, place, operation, source text
_PART = re.compile(r"(?:^|\.)__\w+__$|\.[a-z]*(?:loc|iat)\b|\.(?:at|xs|get)$")
_DOUBT = {Confidence.EXACT: "", Confidence.INFERRED: " ~", Confidence.OPAQUE: " ?"}

Row = tuple[str, ...]
Way = tuple[Transformation | None, Confidence, bool]  # the last: whether it masks


@dataclass(frozen=True, slots=True)
class Branch:
    """Something that waits for its line: what, how it went into the line above, and what stands before the lines."""

    what: Node | str
    how: str = ""
    lead: str = ""
    below: str = ""
    name: str = ""  # what it is called where another one's name would do as well
    resumed: bool = False  # it has a line above, from which it was taken apart


def text(trace: Answer) -> str:
    """All of a Trace: what was asked, the tree, the sources, what chose the rows."""
    rows, left = _tree(trace)
    lines = [_title(trace), *_aligned(rows)]
    if left + trace.omitted:
        lines.append(f"  … {left + trace.omitted} more steps")
    if not trace.steps:
        lines.append("  nothing was recorded " + ("before it" if trace.direction == "upstream" else "after it"))
    for own, title in ((False, "the value also depends on which rows were used:"), (True, "rows also depend on:")):
        lines += _influences([i for i in trace.influences if i.rows is own], title)
    if trace.sources:
        lines.append("from:" if trace.direction == "upstream" else "written to:")
        lines += [f"  {s}" for s in _grouped(trace.sources)]
    return "\n".join(lines)


def called(node: Node) -> str:
    """``delay of flights``, or as much of it as has a name."""
    of = brief(node.of) if node.external else cut(node.of, MOST_NAME)
    if node.slot is None or (of and node.kind == "series" and not node.column):
        return of or f"({node.kind})"
    unnamed = UNNAMED if node.external else f"({node.kind})"
    return f"{cut(node.column, MOST_NAME) or unnamed}{f' of {of}' if of else ''}"


def _title(trace: Answer) -> str:
    names = ", ".join(dict.fromkeys(called(n) for n in trace.asked))
    arrow = "comes from" if trace.direction == "upstream" else "goes into"
    return f"{names}{f' ({trace.describes})' if trace.describes else ''} {arrow}"


# -- the tree ------------------------------------------------------------------------------------------------------
def _tree(trace: Answer) -> tuple[list[Row], int]:
    """The first lines of the tree, and how many steps have none."""
    follow = Follow(trace)
    rows: list[Row] = []
    seen: set[Node] = set()
    stack = [Branch(follow.changed(node), name=called(node)) for node in reversed(trace.asked)]
    apart: list[Branch] = []
    taken = 0
    while (stack or taken < len(apart)) and len(rows) < MOST_LINES:
        if not stack:
            stack.append(apart[taken])
            taken += 1
        branch = stack.pop()
        if isinstance(branch.what, str):
            rows.append((branch.lead + branch.what,))
            continue
        step = follow.made.get(branch.what)
        again = branch.what in seen and not branch.resumed
        row = _row(branch, branch.what, step, again=again, leaf=trace.direction == "upstream")
        forks = [] if again else _forks(branch, follow.on(branch.what), follow.alike)
        seen.add(branch.what)
        if len(forks) > 1 and len(branch.below) >= 3 * MOST_DEPTH:
            number = len(apart) + 1
            apart.append(Branch(branch.what, lead=f"({number}) ", resumed=True))
            rows.append((f"{row[0]} → ({number})", *row[1:]))
            continue
        rows.append(row)
        stack.extend(reversed(forks))
    return rows, len({b.what for b in stack} - seen) + len(apart) - taken


class Follow:
    """What comes below a node's line: its inputs, or with ``downstream`` what it went into; parts folded away."""

    def __init__(self, trace: Answer) -> None:
        self.made: dict[Node, Step] = {step.node: step for step in trace.steps}
        self._up = trace.direction == "upstream"
        self._readers: dict[Node, list[tuple[Link, Step]]] = {}
        self._reading: dict[Node, int] = {}
        self._numbers: dict[Hashable, int] = {}
        for step in trace.steps:
            for link in step.inputs:
                self._readers.setdefault(link.node, []).append((link, step))

    def changed(self, node: Node) -> Node:
        """The same column as the last operation left it that did more than let it pass."""
        while self._up and (step := self.made.get(node)) is not None and step.untouched:
            node = step.inputs[0].node
        return node

    def on(self, node: Node) -> list[tuple[Node, Way]]:
        """(node below, how it is connected), each node and way once.

        Of whole datasets only the nearest: what one of them was made from stands below that one.
        """
        found: dict[tuple[Node, Way], None] = {}
        todo = list(reversed(self._next(node, None)))
        passed = {node}
        while todo:
            other, way, hidden = todo.pop()
            if not hidden:
                found[other, way] = None
            elif other not in passed:
                passed.add(other)
                todo.extend(reversed(self._next(other, way, self.made.get(node))))
        if node.slot is None and self._up and len(found) > 1:
            farther = self._behind([other for other, _ in found])
            return [(other, way) for other, way in found if other not in farther]
        return list(found)

    def alike(self, node: Node, way: Way) -> Hashable:
        """Equal for inputs that read alike all the way up: of a loop's rounds one is enough."""
        return self._reads(node, MOST_ALIKE), way

    def _reads(self, node: Node, depth: int) -> Hashable:
        """A number, or the node itself: the same for what one place made of the same."""
        step = self.made.get(node) if self._up and depth else None
        if step is None or not step.inputs or not step.place.line:
            return node
        known = self._reading.get(node)
        if known is None:
            inputs = ((self._reads(link.node, depth - 1), *self._composed(link, None)) for link in step.inputs)
            read = called(node), step.operation, step.place, tuple(inputs)
            known = self._reading[node] = self._numbers.setdefault(read, len(self._numbers))
        return known

    def _behind(self, nodes: list[Node]) -> set[Node]:
        """All that they were made from."""
        found: set[Node] = set()
        while nodes:
            step = self.made.get(nodes.pop())
            fresh = {link.node for link in step.inputs} - found if step is not None else ()
            found.update(fresh)
            nodes.extend(fresh)
        return found

    def _next(self, node: Node, so_far: Way | None, outer: Step | None = None) -> list[tuple[Node, Way, bool]]:
        if self._up:
            step = self.made.get(node)
            outer = outer or step
            links = [(link, link.node, self._is_part(link.node, outer)) for link in step.inputs] if step else []
        else:
            links = [(link, step.node, self._will_fold(step)) for link, step in self._readers.get(node, ())]
        return [(other, self._composed(link, so_far), hidden) for link, other, hidden in links]

    def _composed(self, link: Link, so_far: Way | None) -> Way:
        if so_far is None or so_far[0] is None or link.transformation is None:
            return link.transformation, link.confidence, link.masking
        near, far = (link.transformation, so_far[0]) if self._up else (so_far[0], link.transformation)
        return near.then(far), link.confidence.then(so_far[1]), link.masking or so_far[2]

    def _is_part(self, node: Node, outer: Step | None) -> bool:
        inner = self.made.get(node)
        return inner is not None and (inner.untouched or (outer is not None and folds(inner, outer)))

    def _will_fold(self, step: Step) -> bool:
        readers = self._readers.get(step.node, ())
        return bool(readers and step.untouched) or any(folds(step, reader) for _, reader in readers)


def folds(inner: Step, outer: Step) -> bool:
    """Whether ``inner`` is an operator or selection within the expression of ``outer``."""
    return inner.run != outer.run and outer.place.holds(inner.place) and bool(_PART.search(inner.operation))


def _row(branch: Branch, node: Node, step: Step | None, *, again: bool, leaf: bool) -> Row:
    label = branch.lead + (branch.name or called(node))
    if step is None:
        return (label, branch.how, "", "" if node.external or not leaf else "(not made by an operation)", "")
    if again:
        return (label, branch.how, "(see above)", "", "")
    return (label, branch.how, str(step.place), short(step.operation), one_line(step.place.text))


def _forks(branch: Branch, found: list[tuple[Node, Way]], alike: Callable[[Node, Way], Hashable]) -> list[Branch]:
    links = list({alike(*link): link for link in reversed(found)}.values())[::-1]
    if len(links) == 1:
        node, way = links[0]
        return [Branch(node, _how(way), branch.below, branch.below)]
    shown = links[:MOST_FORKS] if len(links) > MOST_FORKS + 1 else links
    ends = [False] * (len(shown) - 1) + [len(shown) == len(links)] if shown else []
    forks = [
        Branch(node, _how(way), branch.below + ("└─ " if end else "├─ "), branch.below + ("   " if end else "│  "))
        for (node, way), end in zip(shown, ends, strict=True)
    ]
    rest = [called(node) for node, _ in links[len(shown) :]]
    if rest:
        forks.append(
            Branch(f"… {len(rest)} more: {cut(', '.join(dict.fromkeys(rest)), 60)}", lead=branch.below + "└─ ")
        )
    return forks


def _how(way: Way) -> str:
    transformation, confidence, masking = way
    return (transformation.lower() if transformation else "") + (" masked" if masking else "") + _DOUBT[confidence]


# -- below the tree ------------------------------------------------------------------------------------------------
def _influences(influences: list[Influence], title: str) -> list[str]:
    if not influences:
        return []
    rows: list[Row] = [
        (
            f"  {_how((i.transformation, i.inputs[0].confidence, i.inputs[0].masking))}",
            cut(_columns(i.inputs), WIDEST[0]),
            str(i.place),
            one_line(i.place.text) or short(i.operation),
            f"← {'; '.join(_grouped(i.sources, short_names=True))}" if i.sources else "",
        )
        for i in influences
    ]
    told = list(dict.fromkeys(rows))  # rounds of a loop read alike
    more = len(told) - MOST_FORKS
    return [title, *_aligned(told[:MOST_FORKS], (24, 44, 18, 64, 80)), *([f"  … {more} more"] if more > 0 else [])]


def _columns(links: Iterable[Link]) -> str:
    by_owner: dict[str, list[str]] = {}
    for link in links:
        by_owner.setdefault(link.node.of, []).append(link.node.column or f"({link.node.kind})")
    return "; ".join(", ".join(dict.fromkeys(c)) + (f" of {of}" if of else "") for of, c in by_owner.items())


def _grouped(sources: Iterable[Source], *, short_names: bool = False) -> list[str]:
    named = ((brief(s.shown) if short_names else s.shown, s.columns) for s in sources)
    return [f"{name}: {_listed(columns)}" if columns else name for name, columns in named]


def _listed(names: tuple[str, ...], most: int = 12) -> str:
    return ", ".join(name or UNNAMED for name in names[:most]) + (
        f" and {len(names) - most} more" if len(names) > most else ""
    )


# -- text ----------------------------------------------------------------------------------------------------------
def _aligned(rows: list[Row], widest: tuple[int, ...] = WIDEST) -> list[str]:
    """Cells in columns. One that is wider than its column pushes the rest of its line only."""
    full = [row for row in rows if len(row) > 1]
    widths = [min(max((len(row[i]) for row in full), default=0), widest[i]) for i in range(len(widest))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False) if width).rstrip() for row in rows
    ]


def short(operation: str) -> str:
    """``DataFrame.merge`` for ``pandas.DataFrame.merge``."""
    return operation.partition(".")[2] or operation


def one_line(source: str) -> str:
    """Source text in one line of bounded width."""
    return cut(" ".join(source.split()), WIDEST[4])


def brief(path: str) -> str:
    """The end of a long path: the list of sources has all of it."""
    return path if len(path) <= MOST_PATH else "…/" + path.rsplit("/", 1)[-1]


def cut(words: str, width: int) -> str:
    """At most ``width`` characters, the cut shown."""
    return words if len(words) <= width else words[: width - 1] + "…"
