"""What the program itself wrote into a file, by the text: found where the file is read again.

``with open(name, "w") as f: json.dump(limits, f)`` and ``Path("o.csv").write_text(df.to_csv())``. A literal file is
looked for in the functions that are running, what they call, and in all cells.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lineage_ext.capture.changes import changed
from lineage_ext.capture.changing_methods import WRITING
from lineage_ext.capture.conditions import NONE
from lineage_ext.capture.definitions import events
from lineage_ext.capture.events import Kind
from lineage_ext.capture.file_paths import is_file
from lineage_ext.capture.flow import EMPTY, Flow
from lineage_ext.capture.handing import Change, changes
from lineage_ext.capture.homes import Home, home, standing
from lineage_ext.capture.later_names import in_all_cells
from lineage_ext.capture.passing import Path, path_of
from lineage_ext.capture.resolver import Resolver, Where
from lineage_ext.capture.sights import Sight, sights
from lineage_ext.capture.source import Scope, called
from lineage_ext.capture.written import filled

EXECUTING = frozenset({"execute", "executemany", "executescript"})
MOST_DEPTH = 6
Frame = tuple[Scope, Where]


def content(r: Resolver, node: ast.expr, at: Where) -> Flow:
    """What was written into the file that an expression names, or is."""
    seen = list(_seen(r, node, at))
    found: dict[object, Change] = {}
    for sight in seen:
        for change in changes(r, sight):
            if _writes(change) and not _later(change, node, at):
                found.setdefault((change.event.node, change.at.chain), _in_all_rounds(r, change))
    if not found:
        return EMPTY
    return changed(r, EMPTY, list(found.values()), 0, keyed=False, shared=NONE)


def statements(r: Resolver, node: ast.expr, at: Where) -> Iterator[str]:
    """What was executed on a database that an expression is a connection to, as far as its text stands there."""
    for sight in _seen(r, node, at):
        for change in changes(r, sight):
            call = change.event.value
            if isinstance(call, ast.Call) and called(call) in EXECUTING and call.args and not _later(change, node, at):
                yield from _texts(r, call.args[0], change.at)


def _texts(r: Resolver, node: ast.expr, at: Where) -> Iterator[str]:
    """The literals in an expression, or in what was bound to its name."""
    yield " ".join(n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    for event, there in events(r, node.id, node, at) if isinstance(node, ast.Name) else ():
        if isinstance(event.value, ast.Constant | ast.JoinedStr):
            yield from _texts(r, event.value, there)


def _seen(r: Resolver, node: ast.expr, at: Where) -> Iterator[Sight]:
    place = home(r, node, at)
    own = list(_by_variable(r, place)) if place is not None and not is_file(place.path[0]) else []
    yield from own
    files = {p for sight in own for p in sight.paths if is_file(p[0])} | set(_literal(r, node, at, 0))
    for file in files:
        for scope, frame in _frames(r, str(file[0])[1:], node, at):
            yield from sights(r, file[:1], scope, frame)


def _by_variable(r: Resolver, place: Home) -> Iterator[Sight]:
    """Where the file is known by the variable of its path, in later cells too."""
    return iter(in_all_cells(r, place.path, place.scope, place.at))


def _literal(r: Resolver, node: ast.expr, at: Where, depth: int) -> Iterator[Path]:
    """The literal file that an expression, or the one bound to its name, is."""
    path = path_of(node)
    if path is None or depth > MOST_DEPTH:
        return
    if is_file(path[0]):
        yield path
    elif len(path) == 1 and isinstance(path[0], str):
        use = node if isinstance(node, ast.Name) else at.source.name_at(path[0], node)
        for event, there in events(r, path[0], use, at):
            if event.kind is Kind.VALUE and event.value is not None and not event.path:
                yield from _literal(r, event.value, there, depth + 1)
                return


def _frames(r: Resolver, file: str, node: ast.expr, at: Where) -> Iterator[Frame]:
    """The functions that are running, and the cells that mention the file."""
    yield at.source.scope(node), at
    outermost = at
    for i, (caller, _) in enumerate(at.chain or ()):
        frame = r.where(caller, (at.chain or ())[i + 1 :], at.since)
        place = standing(frame, node, at) if frame is not None else None
        if frame is not None and place is not None:
            yield frame.source.scope(place), frame
            outermost = frame
    for cell in r.namespace.mentioning(file, outermost.file):
        found = r.where(cell, (), at.since)
        if found is not None:
            yield found.source.tree, found


def _writes(change: Change) -> bool:
    """Whether a change of a file, a path, a writer or a connection puts something into the file, or database."""
    call = change.event.value
    if not isinstance(call, ast.Call):
        return False
    return called(call) in WRITING | EXECUTING or filled(call) is not None


def _later(change: Change, node: ast.AST, at: Where) -> bool:
    """Whether it is done only after the file is read."""
    done, source = change.event.node, change.at.source
    if source is not at.source or source.scope(done) is not source.scope(node) or not hasattr(node, "lineno"):
        return False
    return getattr(done, "lineno", 0) > node.lineno and not source.loops(done) & source.loops(node)


def _in_all_rounds(r: Resolver, change: Change) -> Change:
    """The change with every execution since its cell began."""
    at = change.at
    if at.since is None:
        begun = at.chain[-1][0] if at.chain else at.file
        at = at.all_since(r.started.get(begun, 0))
    return Change(change.event, at, change.under)
