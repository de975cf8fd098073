"""By which variables later cells know an object: the one it was bound to, and those that a cell gave it.

After ``settings = config`` any later cell that changes ``settings`` changes what ``config`` holds, until one binds
that name anew.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from lineage_ext.capture.events import EACH, Event, Kind
from lineage_ext.capture.passing import Path, either, path_of
from lineage_ext.capture.passing_cells import passing_on
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.sights import Sight, frames, sights
from lineage_ext.capture.source import Scope

MOST_NAMES = 8  # that one object has at module level
Cells = Callable[[Resolver, str, Scope, Where], list[Where]]


def in_all_cells(r: Resolver, path: Path, scope: Scope, at: Where) -> list[Sight]:
    """``sights``; of an object that a cell made also where later cells know it."""
    if not isinstance(path[0], str):
        return sights(r, path, scope, at)
    return [sight for _, sight in _seen(r, path, scope, at, lambda r, _, own, there: frames(r, own, there))]


def where_passed_on(r: Resolver, path: Path, scope: Scope, at: Where) -> Iterator[tuple[Where, Sight]]:
    """The same but for cells that only use what the variable holds, each sight with the frame it was seen from."""
    return _seen(r, path, scope, at, passing_on)


def _seen(r: Resolver, path: Path, scope: Scope, at: Where, cells: Cells) -> Iterator[tuple[Where, Sight]]:
    roots = [str(path[0])]
    waiting = [(path, frame) for frame in cells(r, roots[0], scope, at)]
    for known, frame in waiting:
        own = scope if frame.source is at.source else frame.source.tree
        for sight in sights(r, known, own, frame):
            yield frame, sight
            if isinstance(own, ast.Module) and sight.by is None:
                for other in _left(sight, roots):
                    roots.append(str(other[0]))
                    waiting += [(other, later) for later in _later(r, other, frame)]


def _left(sight: Sight, roots: list[str]) -> list[Path]:
    """The Paths by other variables that lead to the object when the cell ends, one for each."""
    others = {p[0]: p for p in sight.paths if isinstance(p[0], str) and p[0] not in roots}
    return [p for p in others.values() if _is_kept(p, sight)][: MOST_NAMES - len(roots)]


def _is_kept(path: Path, sight: Sight) -> bool:
    found, sure = sight.at.reaching.at_end(str(path[0]))
    bound = [e for e in found if e.kind is not Kind.MUTATION]
    return not (sure or bound) or any(_holds(e, path, sight) for e in bound)


def _holds(event: Event, path: Path, sight: Sight) -> bool:
    """Whether a binding may have made the variable another way to the object: not as what a loop stood at."""
    if event.kind is not Kind.VALUE or event.path[:1] == (EACH,):
        return False
    return len(path) > 1 or bool(event.path) or any(path_of(v) in sight.paths for v in either(event.value))


def _later(r: Resolver, path: Path, there: Where) -> Iterator[Where]:
    """The cells after that one which change what the variable holds or pass it on, up to one that binds it anew."""
    name = str(path[0])
    begun, changing = r.started.get(there.file, 0), r.namespace.with_events(name)
    passing = {f.file for f in passing_on(r, name, there.source.tree, there)}
    for frame in frames(r, there.source.tree, there):
        if r.started.get(frame.file, 0) > begun and frame.file in passing | changing:
            bound = [e for e in frame.reaching.of(name, frame.source.tree) if e.kind is not Kind.MUTATION]
            if not bound:
                yield frame
            elif frame.reaching.at_end(name)[1]:
                return
