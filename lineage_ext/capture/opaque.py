"""What the untracked arguments of recorded calls came from: numbers, lists, dicts, arrays that C functions made.

pandas can't carry provenance through them, so it is read from the source text afterwards, on the worker thread: the
argument's expression is found by the call's span, names are followed to their bindings, and expressions that recorded
operations computed are known by their spans. What lies between becomes a Derivation, an operation of Python's own.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from lineage_ext.capture import attributes, calls, expressions, overloading, special_calls, variables
from lineage_ext.capture.choosing import NAMING, Choosing, Marking
from lineage_ext.capture.coroutines import own_stack
from lineage_ext.capture.definitions import callee
from lineage_ext.capture.derivation import Derivation, Deriver, NewState
from lineage_ext.capture.elsewhere import handed
from lineage_ext.capture.flags import GOING_THROUGH
from lineage_ext.capture.gates import picks
from lineage_ext.capture.indexes import Indexes
from lineage_ext.capture.namespace import Namespace, timed_code
from lineage_ext.capture.operands import READS, assigned, is_constant, operands, read_from, receiver
from lineage_ext.capture.recorded import Chain, Record, Records, What, called_on, chain_of, executes
from lineage_ext.capture.resolver import Consumer, Resolver, Where
from lineage_ext.capture.site import Place, Site, Sites
from lineage_ext.capture.source import Library, called, span
from lineage_ext.capture.states import States
from lineage_ext.capture.substitution import LABELLED_BY, PIECES, TEXTS, Substitution
from lineage_ext.capture.unseen import Unseen, recognized
from lineage_ext.model import DatasetKind
from lineage_ext.rules.call import Call, Expression, Grouper, Opaque, Resource, State
from lineage_ext.rules.op import Op

__all__ = ["Derivation", "Values"]
# importing them registers what they know
HANDLERS = (attributes, calls, expressions, overloading, special_calls, variables)
MOST_PLANS = 20_000
SPREADING = frozenset({("get_dummies", "data"), ("crosstab", "index"), ("crosstab", "columns")})  # become labels
NAMES = frozenset({"rename", "name"})
TIMED = ("<timed exec>", "<timed eval>")
Plan = tuple[tuple[tuple[str, ast.expr], ...], ast.expr | None]


class Values:
    """Resolves arguments. Fed in order of completion: ``derive`` before a call is explained, ``saw`` after it."""

    def __init__(self, sites: Sites, sources: Mapping[str, str], new_state: NewState, indexes: Indexes) -> None:
        self._sources = sources
        self._sites = sites
        self._library = Library(sources, sites.modules)
        self._namespace = Namespace(sources, self._library)
        self._records = Records()
        self._resolver = Resolver(self._namespace, self._records)
        self._deriver = Deriver(new_state, sites)
        self._indexes = indexes
        self._plans: dict[tuple[int, Place], Plan] = {}
        self._handed: dict[tuple[int, str], Place | None] = {}  # by operation and cell
        self._aliases: dict[str, str] = {}
        self.unseen = Unseen()
        self.without_source = 0  # calls whose text isn't known: what they were given stays unexplained

    @property
    def steps(self) -> int:
        """How many expressions were looked at for the cell that was executed last."""
        return self._resolver.steps

    def executed(self, file: str) -> None:
        """A cell or file began to execute."""
        if file in TIMED:
            file = self._timed(file)
        self._handed.clear()
        if self._library.changed(file):
            self._forget(file)
        for edited in self._library.edited():
            self._forget(edited)
            self._sites.forget(edited)
        for dropped in self._library.trim():
            self._namespace.drop(dropped)
            self._unplan(dropped)
        self._resolver.anew()
        self._begins(file)

    def preceded(self, file: str) -> None:
        """A cell without operations had executed before that."""
        if self._library.changed(file):
            self._forget(file)
        self._begins(file)

    def _begins(self, file: str) -> None:
        for one in self._namespace.executed(file):
            self._records.serial += 1
            self._resolver.started.pop(one, None)  # the latest goes last
            self._resolver.started[one] = self._records.serial

    def _timed(self, file: str) -> str:
        """Code under ``%time`` is compiled under one name for all cells: give it that of its cell."""
        cell = self._namespace.timed()
        if cell is None:
            return file
        self.executed(cell)
        name = f"{cell} {file}"
        self._library.define(name, timed_code(self._sources[cell]))
        self._aliases = dict.fromkeys(TIMED, name)
        return name

    def _named(self, site: Site) -> Site:
        if self._aliases and any(p.file in TIMED for p in site.places):
            site = Site(tuple(replace(p, file=self._aliases.get(p.file, p.file)) for p in site.places))
        return own_stack(site, self._node)

    def _node(self, place: Place) -> ast.AST | None:
        source = self._library.get(place.file)
        return source.node(place.span) if source is not None else None

    def _shown(self, derivation: Derivation) -> Derivation:
        cell, _, name = derivation.place.file.rpartition(" <")
        own = cell and f"<{name}" in TIMED
        return replace(derivation, place=replace(derivation.place, file=f"<{name}")) if own else derivation

    def _forget(self, file: str) -> None:
        self._records.forget(file)
        self._namespace.forget(file)
        self._unplan(file)

    def _unplan(self, file: str) -> None:
        """Plans hold nodes of the file's tree."""
        for key in [k for k in self._plans if k[1].file == file]:
            del self._plans[key]

    def saw(self, call: Call, site: Site) -> None:
        """Index what a call made, under the spans of every place of its site."""
        if site.places:
            self._records.add(call, self._named(site))

    def handed_over(self, op: Op, file: str) -> Place | None:
        """Where a cell, or else another one, has another thread call an operation; None if none does, or several."""
        if (op.no, file) not in self._handed:
            what = What(op.owner, op.name, True)
            places = next(filter(None, (list(self._handing(what, f)) for f in (file, *list(self._sources)))), [])
            self._handed[op.no, file] = places[0] if len(places) == 1 else None
        return self._handed[op.no, file]

    def _handing(self, what: What, file: str) -> Iterator[Place]:
        source = self._library.get(file)
        for node in ast.walk(source.tree) if source is not None else ():
            call = handed(node)
            if call is not None and executes(call, what):
                yield Place(file, span(node), "")

    def ended(self, file: str, held: Mapping[str, int], states: States) -> tuple[list[Derivation], dict[int, int]]:
        """What conditions decided about the objects that variables hold at the end of a cell, and their new numbers."""
        at = self._resolver.where(file) if file else None
        if at is None:
            return [], {}
        made: list[Derivation] = []
        numbers: dict[int, int] = {}
        self._resolver.begin(Consumer(at.source.end, at))
        choosing = Choosing(self._resolver, self._deriver, self._records, at, made)
        for name in sorted(at.reaching.module_names & held.keys()):
            if held[name] in states:
                marked = choosing.chosen(states.get(held[name]), at.source.name_at(name, at.source.end))
                if marked.no != held[name]:
                    numbers[held[name]] = marked.no
        return made, numbers

    def derive(self, call: Call, site: Site, within: object = None) -> tuple[dict[str, State], list[Derivation]]:
        """For each parameter whose untracked value was computed from tracked ones, the State it came from.

        A part of a container is replaced in ``call.args`` itself. Returns also the Derivations made on the way.
        """
        site = self._named(site)
        place = site.place
        if place is None:
            return {}, []
        plan = self._plans.get((call.op.no, place))
        if plan is None:
            plan = self._plan(call, place)
        found, receiver = plan
        if receiver is not None and call.op.params:
            found = (*found, (call.op.params[0], receiver))  # an index, say
        return self._resolve(call, site, place, found)

    def asks(self, call: Call, site: Site) -> bool:
        """Whether an argument's value is to be looked up, not only what decided that the call was given these."""
        site = self._named(site)
        plan = self._plans.get((call.op.no, site.place)) if site.place is not None else None
        found = plan or (self._plan(call, site.place) if site.place is not None else ((), None))
        return any(p in call.args and _untracked(call, p, call.args[p]) for p, _ in found[0])

    def _plan(self, call: Call, place: Place) -> Plan:
        """Which expressions feed the parameters of the operation at this place, constants left out."""
        source, node = self._library.get(place.file), self._node(place)
        if source is None or node is None:
            self.without_source += 1
            return (), None
        if _by_an_iterator(call.op, node):
            return (), None
        found = operands(call.op, node, source)
        if call.op.name in TEXTS and isinstance(node, ast.Call):
            found["expr"] = found.get("expr", node)  # the call itself: only the names with @ inside the text
        path = read_from(call.op, node)
        if path is not None:  # a literal, too
            found[call.op.params[0]] = path
        if len(self._plans) >= MOST_PLANS:
            self._plans.clear()
        plan = self._plans[call.op.no, place] = (tuple(found.items()), receiver(call.op, node))
        return plan

    def _resolve(
        self, call: Call, site: Site, place: Place, expressions: tuple[tuple[str, ast.expr], ...]
    ) -> tuple[dict[str, State], list[Derivation]]:
        wanted = [(p, n) for p, n in expressions if p in call.args and _untracked(call, p, call.args[p])]
        tracked = [(p, n) for p, n in expressions if _tracked(call, p)]
        labels = [(v, n) for p, e in expressions if p in call.args for v, n in _labels(call, call.args[p], e)]
        changes = any(out.of is not None for out in call.outs)
        unseen = [(s, n) for p, n in expressions for s in self.unseen.among(call.states(call.args.get(p)))]
        chain = chain_of(site)[1:]
        at = self._resolver.where(place.file, chain) if wanted or tracked or labels or changes or unseen else None
        node = at.source.node(place.span) if at is not None else None
        if at is None or node is None:
            return {}, []
        before = self._before(call, node, place, chain)
        own = called_on(node, What(call.op.owner, call.op.name, True))
        this = call.this if own and isinstance(call.this, State) else None
        self._resolver.begin(Consumer(node, at, before.serial if before is not None else 0, this))
        found: dict[str, State] = {}
        known = (recognized(self._resolver, state, expression, at) for state, expression in unseen)
        made = [derivation for derivation in known if derivation is not None]
        if self._indexed(call, (*wanted, *tracked), at):
            wanted = [(p, n) for p, n in wanted if _untracked(call, p, call.args[p])]
            tracked = [(p, n) for p, n in expressions if _tracked(call, p)]
        for param, expression in tracked:
            value = self._unrecorded(call.args[param], expression, at)
            if value is not call.args[param]:
                call.args[param] = value
                wanted.append((param, expression))
        if wanted:  # by few operations
            substitution = Substitution(self._resolver, self._deriver, call, at, found, made)
            for param, expression in wanted:
                substitution.resolve(param, expression)
            tracked += [(p, n) for p, n in wanted if isinstance(call.args[p], list) and _tracked(call, p)]
        for param, expression in tracked:
            if _keyed(call, param, expression):
                Substitution(self._resolver, self._deriver, call, at, found, made).labelled(param, expression)
        marking = Marking(Choosing(self._resolver, self._deriver, self._records, at, made), call)
        for param, expression in tracked:
            given = assigned(expression, call.args.get("key")) or expression
            if isinstance(given, NAMING) or picks(given):
                marking.argument(param, given)
            else:
                marking.put(param, given)
        for value, expression in labels:
            marking.labels(value, expression)
        marking.change(node)
        call.lacking = TOO_LONG if self._resolver.cut_off else ""
        return found, [self._shown(d) for d in made] if self._aliases else made

    def _indexed(self, call: Call, given: tuple[tuple[str, ast.expr], ...], at: Where) -> bool:
        """Give the call the indexes that its expressions name. Whether that makes a difference."""
        found = [(p, self._indexes.meant(call.args[p], n, self._resolver, at)) for p, n in given]
        changed = {p: value for p, value in found if value is not call.args[p]}
        call.args.update(changed)
        return bool(changed)

    def _before(self, call: Call, node: ast.AST, place: Place, chain: Chain) -> Record | None:
        """The latest execution before this one: ``assign`` copies a frame and then sets each column of one call."""
        executions = self._records.at(place.file, place.span, chain, lambda what: what.direct)
        if call.op.name == "__setitem__" and isinstance(node, ast.Call):
            next((record for record in executions if record.what.name == "copy"), None)
        return next(executions, None)

    def _unrecorded(self, value: Any, node: ast.expr, at: Where) -> Any:
        """An argument with arrays that were written to since they were recorded as what they are: untracked."""
        if isinstance(value, dict) and isinstance(node, ast.Dict) and len(value) == len(node.values):
            parts = {k: self._unrecorded(v, n, at) for (k, v), n in zip(value.items(), node.values, strict=True)}
            return parts if any(parts[k] is not v for k, v in value.items()) else value
        if not isinstance(value, State) or value.kind is not DatasetKind.ARRAY:
            return value
        if isinstance(node, ast.Name):
            changed = variables.rewritten(self._resolver, node, at)
        else:
            changed = self._given_to(value, node, at)
        if not changed:
            return value
        return Opaque("ndarray", value.rows * len(value.labels) if value.rows is not None else None)

    def _given_to(self, array: State, node: ast.expr, at: Where) -> bool:
        """Whether a library's function was given the array and gave it back: what is in it by now, nobody saw."""
        return any(self._held_by(call, array, at) for call in ast.walk(node) if isinstance(call, ast.Call))

    def _held_by(self, call: ast.Call, array: State, at: Where) -> bool:
        inside = self._records.at(at.file, span(call), at.recorded_from, lambda what: not executes(call, what))
        given = any(out.no == array.no for record in inside for out in record.outs)
        return given and not callee(self._resolver, call.func, at).name.startswith(LEAVING)


LEAVING = ("numpy.", "pandas.")  # their functions leave what they are given as it was
TOO_LONG = "not all that it was given could be followed: it came about in too many steps"
WRITTEN = frozenset({"file", "sql"})
_SETTLED = (State, type, Expression, Grouper)
HOLDING = (list, tuple, dict, slice)  # what ``Call.states`` looks into


def _by_an_iterator(op: Op, node: ast.AST) -> bool:
    """Whether an iterator that the call was given called the operation, as in ``list(map(pd.read_csv, paths))``: the
    call's arguments aren't the operation's."""
    what = What(op.owner, op.name, True)
    if not isinstance(node, ast.Call) or executes(node, what):
        return False
    if called(node) in GOING_THROUGH and op.name not in GOING_THROUGH:
        return True
    return any((given := handed(inner)) is not None and executes(given, what) for inner in ast.walk(node))


def _tracked(call: Call, param: str) -> bool:
    value = call.args.get(param)
    if isinstance(value, State):
        return True
    return isinstance(value, HOLDING) and any(True for _ in call.states(value))


def _untracked(call: Call, param: str, value: Any) -> bool:
    """Whether an argument's value may have been computed from tracked values without being tracked itself."""
    if isinstance(value, Resource):
        return value.kind in WRITTEN and call.op.name.startswith(READS)  # what the program itself wrote there
    if value is None or isinstance(value, _SETTLED):
        return False
    if isinstance(value, str):
        spread = (call.op.name, param) in SPREADING or (param == LABELLED_BY[PIECES] and PIECES in call.args)
        return spread or _names_a_record(call) or not _is_label(call, value)
    if isinstance(value, list | tuple):
        return not value or any(isinstance(v, bool) or _untracked(call, param, v) for v in value)
    if isinstance(value, dict):
        return any(_untracked(call, param, v) for v in value.values())
    if isinstance(value, slice):
        return any(_untracked(call, param, v) for v in (value.start, value.stop))
    return True


def _names_a_record(call: Call) -> bool:
    """Whether a record gets a name, which becomes a label where records are made a frame."""
    return call.op.name in NAMES and isinstance(call.this, State) and call.this.kind is DatasetKind.ROW


def _keyed(call: Call, param: str, node: ast.expr) -> bool:
    """Whether labels of what is made are keys of a dict of recorded objects, which may have been computed."""
    if param not in LABELLED_BY or not isinstance(call.args[param], dict):
        return False
    return not (isinstance(node, ast.Dict) and all(isinstance(k, ast.Constant) for k in node.keys))


def _is_label(call: Call, text: Hashable) -> bool:
    """A computed label is a choice of the programmer's, and its column tells more than how it was computed."""
    this = call.this
    return (isinstance(this, State) and bool(this.at_or_level(text))) or any(o.at_or_level(text) for o in call.outs)


def _labels(call: Call, value: Any, node: ast.expr) -> Iterator[tuple[Any, ast.expr]]:
    """A computed label or list of labels, with its expression; in the key of an indexer that of the columns."""
    if isinstance(value, tuple) and isinstance(node, ast.Tuple) and len(value) == len(node.elts) == 2:
        value, node = value[1], node.elts[1]
    if not isinstance(value, str | list):
        return
    labels = value if isinstance(value, list) else [value]
    if labels and all(isinstance(v, str) and _is_label(call, v) for v in labels) and not is_constant(node):
        yield value, node
