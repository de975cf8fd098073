"""From an expression of the user's source to the Flow of its value: dispatch on the kind of node, memory and limits.

To teach another kind of expression: a function ``(resolver, node, where) -> Flow`` under ``@expression(ast.Kind)`` in
``expressions.py``. It is asked only when no recorded operation made the value; it asks back with ``resolver.flow``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice, takewhile
from typing import Any

from lineage_ext.capture.elsewhere import handed
from lineage_ext.capture.flow import EMPTY, Flow, K, Origin, T, alike, labels_of, union
from lineage_ext.capture.namespace import Namespace
from lineage_ext.capture.reaching import Reaching
from lineage_ext.capture.recorded import At, Chain, Record, Records, called_on, executes
from lineage_ext.capture.site import Place
from lineage_ext.capture.source import COMPREHENSIONS, FUNCTIONS, Source, base_name, called, span
from lineage_ext.capture.texts import orient, value_of
from lineage_ext.model import ROWS
from lineage_ext.rules.call import State

MOST_STEPS = 4_000  # nodes looked at for the arguments of a call: at 20 to 200 us
MOST_ORIGINS = 200_000  # of what was found for them: some 3 s
ORIGINS = 16  # take as long as an expression: they are gone through at each one that hands them on
MOST_DROPPED = 100  # answers that were found anew, before circles are gone round as a whole
MOST_ROUNDS = 8  # of those
MOST_DEPTH = 60  # nested expressions and bindings; each takes about five Python frames
ITERATORS = frozenset({"iterrows", "itertuples", "items", "iteritems", "__iter__", "get_iterator"})
UNNAMED: dict[type[ast.AST], str] = {ast.Lambda: "<lambda>"}


@dataclass(slots=True, eq=False)
class Where:
    """The frame an expression is evaluated in: its source, and the chain of places that called it (None: any).

    With ``since`` every execution after that serial counts, not only the latest: what a loop gathered. Nobody changes
    one; it isn't ``frozen`` because some are made for each operation, and that takes a third as long.
    """

    source: Source
    reaching: Reaching
    chain: Chain | None = ()
    since: int | None = None
    lazy: bool = False  # in a generator: its records were made wherever it was used up

    @property
    def recorded_from(self) -> Chain | None:
        """The chain its recorded operations have."""
        return None if self.lazy else self.chain

    @property
    def file(self) -> str:
        """The source's file."""
        return self.source.file

    def place(self, node: ast.AST) -> Place:
        """Where an expression stands, with its function's name."""
        scope = self.source.scope(node)
        return Place(self.file, span(node), getattr(scope, "name", UNNAMED.get(type(scope), "<module>")))

    def all_since(self, serial: int) -> Where:
        """The same frame, every execution after ``serial``."""
        return self.seen(serial)

    def seen(self, since: int | None) -> Where:
        """The same frame, every execution after ``since``; the latest, if that is None."""
        return self if since == self.since else Where(self.source, self.reaching, self.chain, since, self.lazy)


@dataclass(slots=True)
class Consumer:
    """Who asks: the expression, its frame, the serial of its last execution there, and what it is called on."""

    node: ast.AST
    at: Where
    previous: int = 0
    this: State | None = None


MOST_KEPT = 10_000


def keep(known: dict[Hashable, Any], key: Hashable, found: object) -> None:
    """Keep an answer until the cell ends, or there are too many."""
    if len(known) >= MOST_KEPT:
        known.clear()
    known[key] = found


Handler = Callable[["Resolver", Any, Where], Flow]
EXPRESSIONS: dict[type[ast.AST], Handler] = {}
OVERLOADED: dict[type[ast.AST], Callable[[Resolver, Any, Where], Flow | None]] = {}  # asked first, by ``overloading``


def expression(*kinds: type[ast.AST]) -> Callable[[Handler], Handler]:
    """Register the handler of these kinds of nodes."""

    def register(handler: Handler) -> Handler:
        EXPRESSIONS.update(dict.fromkeys(kinds, handler))
        return handler

    return register


class Resolver:
    """Answers for one consumer at a time; ``begin`` starts the next."""

    def __init__(self, namespace: Namespace, records: Records) -> None:
        self.namespace = namespace
        self.records = records
        self.started: dict[str, int] = {}  # file → serial at which its latest execution began, in that order
        self.consumer: Consumer | None = None
        self.nth: tuple[int, int] | None = None  # (i, n): of what n rounds of a loop gathered, only the i-th
        self.kept: dict[Hashable, Any] = {}  # what doesn't change while the same cell runs
        self.events: dict[Hashable, Any] = {}  # the same of ``definitions.events``
        self.callees: dict[Hashable, Any] = {}  # of ``callee``
        self.changes: dict[Hashable, Any] = {}  # and of ``handing``, ``objects``, ``arguments``
        self.lasting: dict[Hashable, Any] = {}  # what stays as it is when other cells run
        self.entering = 0  # calls of which is being found out what they enter: till then some answers are preliminary
        self._memory: dict[Hashable, Flow] = {}
        self._open: dict[Hashable, int] = {}  # expressions being evaluated → how deep they stand
        self._asked = 0  # how deep those stand that were asked for while open, as bits
        self._provisional: dict[int, list[Hashable]] = {}  # depth → what is known only without that expression
        self._without: dict[Hashable, int] = {}  # what is so known → the depths of all expressions it lacks, as bits
        self._dropped = 0  # how often such an answer was dropped, to be found anew
        self._assumed: dict[Hashable, Flow] = {}  # what expressions say of themselves, as the round before found it
        self._circular: set[Hashable] = set()  # those that were asked for while open
        self._steps = 0
        self._depth = 0
        self.cut_off = False  # whether the consumer's answers lack what lies beyond these limits
        self._origins = 0  # that were found for this consumer
        self._before = 0  # steps of the cell's earlier consumers

    @property
    def steps(self) -> int:
        """How many expressions were looked at since the cell began; values that come from many objects count more."""
        return self._before + self._steps + self._origins // ORIGINS

    def anew(self) -> None:
        """A cell begins: names may stand for something else."""
        self._before = self._steps = self._origins = 0
        self.kept.clear()
        self.events.clear()
        self.callees.clear()
        self.changes.clear()

    def begin(self, consumer: Consumer) -> None:
        """The next questions are asked by ``consumer``."""
        self.consumer = consumer
        self.nth = None
        self._memory.clear()
        self._open.clear()
        self._provisional.clear()
        self._without.clear()
        self._assumed.clear()
        self._circular.clear()
        self._asked = self._dropped = 0
        self.cut_off = False
        self._before = self.steps
        self._steps = self._depth = self._origins = 0

    def where(self, file: str, chain: Chain | None = (), since: int | None = None) -> Where | None:
        """The frame of a file's code called from ``chain``; None when there is no source."""
        reaching = self.namespace.reaching(file)
        return None if reaching is None else Where(reaching.source, reaching, chain, since)

    def flow(self, node: ast.expr | None, at: Where) -> Flow:
        """Where the value of an expression came from."""
        if node is None or isinstance(node, ast.Constant):
            return EMPTY
        return self.once((node, at.chain, at.since, at.lazy, self.nth), partial(self._evaluate, node, at))

    def once(self, key: Hashable, evaluate: Callable[[], Flow]) -> Flow:
        """What ``evaluate`` finds, asked once by a consumer: ``key`` tells what it depends on."""
        known = self._memory.get(key)
        if known is not None:
            self._asked |= self._without.get(key, 0)
            return known
        if key in self._open:  # what an expression in a loop says of itself
            self._asked |= 1 << self._open[key]
            self._circular.add(key)
            return self._assumed.get(key, EMPTY)
        self._steps += 1
        if self._steps > MOST_STEPS or self._origins > MOST_ORIGINS or self._depth >= MOST_DEPTH:
            self.cut_off = True
            return EMPTY
        return self._remembered(key, evaluate)

    def _remembered(self, key: Hashable, evaluate: Callable[[], Flow]) -> Flow:
        """The Flow, kept; what was found while an expression around it was open only until the first of those, of all
        that it asked for, is closed. Where that happens again and again, a circle as a whole is gone round instead."""
        before, depth = self._asked, self._depth
        found, around = self._opened(key, evaluate)
        for _ in range(MOST_ROUNDS):
            if around or self._dropped <= MOST_DROPPED or self._stands(key, depth, found):
                break
            found, around = self._opened(key, evaluate)
        else:
            self.cut_off |= not self._stands(key, depth, found)
        for passing in self._provisional.pop(depth, ()):
            lacking = self._without.pop(passing, 0)
            if found == EMPTY or self._dropped > MOST_DROPPED:  # as was taken for granted: it lacks what this one does
                self._lacks(passing, lacking & ~(1 << depth) | around)
            else:
                self._memory.pop(passing, None)
                self._dropped += 1
        self._lacks(key, around)
        self._memory[key] = found
        self._origins += len(found.origins) + len(found.count)
        self._asked = before | around
        return found

    def _opened(self, key: Hashable, evaluate: Callable[[], Flow]) -> tuple[Flow, int]:
        """What is found of an expression, and which of those around it were asked for, as bits."""
        depth = self._depth
        self._open[key], self._depth, self._asked = depth, depth + 1, 0
        try:
            found = evaluate()
        finally:
            del self._open[key]
            self._depth = depth
        return found, self._asked & ((1 << depth) - 1)

    def _stands(self, key: Hashable, depth: int, found: Flow) -> bool:
        """Whether all that was taken for granted in a circle is what was found, or there is no going on; else what was
        found is taken for granted in the next round."""
        members = self._provisional.get(depth, ())
        values = {key: found, **{m: self._memory[m] for m in members if m in self._memory}}
        asked = {k: v for k, v in values.items() if k in self._circular}
        if self._steps > MOST_STEPS or all(alike(self._assumed.get(k, EMPTY), v) for k, v in asked.items()):
            return True
        self._assumed.update(asked)
        for passing in self._provisional.pop(depth, ()):
            self._memory.pop(passing, None)
            self._without.pop(passing, None)
        return False

    def _lacks(self, key: Hashable, around: int) -> None:
        """What was found doesn't say what the open expressions at these depths, if there are any, add to it."""
        if around:
            self._provisional.setdefault(around.bit_length() - 1, []).append(key)
            self._without[key] = around

    def _evaluate(self, node: ast.expr, at: Where) -> Flow:
        """What an operation that was recorded there made, or what the expression says."""
        if not isinstance(node, ast.Name):
            recorded = self.recorded(node, at)
            if recorded is not None:
                return recorded
        kind = type(node)
        if self.namespace.operators and kind in OVERLOADED:
            own = OVERLOADED[kind](self, node, at)
            if own:
                return own
        handler = EXPRESSIONS.get(kind)
        return handler(self, node, at) if handler else EMPTY

    def recorded(self, node: ast.AST, at: Where) -> Flow | None:
        """What the recorded operation that is this expression made."""
        if not hasattr(node, "lineno"):
            return None
        records = self.records.at(at.file, span(node), at.recorded_from, lambda what: executes(node, what))
        return self._made(records, at, orient(node))

    def made_elsewhere(self, node: ast.Call, at: Where) -> Flow | None:
        """What an operation made that this call has another thread do."""
        call = handed(node)
        if call is None:
            return None
        return self._made(self.records.at(at.file, span(node), at.recorded_from, lambda what: executes(call, what)), at)

    def _made(self, records: Iterator[Record], at: Where, orient: str = "") -> Flow | None:
        """The latest execution's value, or with ``since`` those of all executions after it; None if there is none."""
        latest = next(records, None)
        if latest is None or at.since is None:
            return value_of(latest, orient) if latest is not None else None
        since = at.since
        later = [latest, *takewhile(lambda r: r.serial > since, records)]
        if self.nth is not None and len(later) == self.nth[1]:
            return value_of(later[-1 - self.nth[0]], orient)
        return union(value_of(record, orient) for record in later)

    def iterated(self, value: ast.expr, at: Where) -> Flow | None:
        """What an iteration over ``value`` handed out: a recorded one, or that of an object which defines it."""
        found = self._iterated(value, at)
        own = self.own_items(value, at) if found is None else None
        return found if own is None else own.each()

    def own_items(self, value: ast.expr, at: Where) -> Flow | None:
        """The items of an object whose class says how it is iterated over."""
        return OVERLOADED[ast.For](self, value, at) if self.namespace.operators else None

    def _iterated(self, value: ast.expr, at: Where) -> Flow | None:
        """What a recorded iteration handed out, wherever in its statement that was used up."""
        source = self._bound_once(value, at)
        asked = called(source)
        if isinstance(source, ast.Call) and asked not in ITERATORS and self.recorded(source, at) is None:
            return None  # ``enumerate(…)``, a function of the user's: what it iterates over isn't what it hands out
        wanted = {asked} if asked in ITERATORS else ITERATORS - {"iterrows", "itertuples", "items"}
        over = source.func.value if isinstance(source, ast.Call) and isinstance(source.func, ast.Attribute) else None
        flow = self.flow(over if asked in ITERATORS else source, at)
        expected = [flow.state] if flow.state is not None else [o.state for o in flow.origins]
        for place in (value, *at.source.up(value)):
            if hasattr(place, "lineno"):
                found = self._iterations(place, wanted, expected, at)
                if found is not None:
                    return found.each() if asked == "items" and found.item is not None else found
            if isinstance(place, (ast.stmt, *COMPREHENSIONS)):
                break
        return None

    def _iterations(
        self, place: ast.AST, wanted: set[str] | frozenset[str], over: list[State], at: Where
    ) -> Flow | None:
        records = self.records.at(at.file, span(place), at.recorded_from, lambda w: w.direct and w.name in wanted)
        if over:
            records = (r for r in records if r.this is None or any(self.records.same_object(r.this, s) for s in over))
        return self._made(records, at)

    def _bound_once(self, node: ast.expr, at: Where) -> ast.expr:
        """The expression a name stands for, if there is only one and it is a call."""
        if not isinstance(node, ast.Name):
            return node
        inside = at.reaching.inside(node.id, node)
        found = [inside] if inside is not None else at.reaching.before(node.id, node, at.source.scope(node))[0]
        event = found[0] if len(found) == 1 else None
        return event.value if event is not None and not event.path and isinstance(event.value, ast.Call) else node

    def seen_as(self, use: ast.Name, at: Where, statement: ast.AST | None = None) -> State | None:
        """What recorded operations of this frame were called on by that name, in ``statement`` or anywhere."""
        name, scope = use.id, at.source.scope(use)
        consumer = self.consumer
        if consumer is not None and consumer.this is not None and consumer.at.source is at.source:
            here = statement is None or at.source.statement(consumer.node) is statement
            if here and base_name(consumer.node) == name and at.source.scope(consumer.node) is scope:
                return consumer.this
        for node in at.source.used_by_name(name, scope):
            if statement is not None and at.source.statement(node) is not statement:
                continue
            for record in self.records.at(at.file, span(node), at.recorded_from, partial(called_on, node)):
                if record.this is not None:
                    return record.this
                break
        return None

    def rounds(self, node: ast.AST, value: ast.expr, at: Where) -> Flow:
        """What decided how often the loop or comprehension ``node`` over ``value`` went round."""
        recorded = self._iterated(value, at)
        own = self.own_items(value, at) if recorded is None else None
        if own is not None:
            return own.rows()
        if recorded is not None:
            return Flow(tuple(Origin(s, (ROWS,), T.FILTER) for s in {o.state for o in recorded.origins}))
        flow = self.flow(value, at)
        if flow.parts is not None:
            return EMPTY  # a display is as long as it is written
        if flow.state is not None and flow.state.kind is K.FRAME:
            return labels_of(flow.state).rows()
        if flow.state is not None and flow.state.kind is K.GROUPED:
            return Flow((Origin(flow.state, (ROWS, *flow.state.keys), T.FILTER),))
        return flow.rows()

    def entered(self, node: ast.AST, at: Where) -> list[tuple[ast.AST, Where]]:
        """The functions seen to run when this call was executed, with the frame they ran in."""
        here = (at.file, span(node))
        found: dict[ast.AST, Where] = {}
        for record in islice(self.records.at(*here, at.recorded_from, lambda what: not what.direct), 64):
            if record.inner is not None:
                self._enter(record.inner, here, at, found)
        return list(found.items())

    def _enter(self, inner: At, here: At, at: Where, found: dict[ast.AST, Where]) -> None:
        frame = self.where(inner[0], None if at.chain is None else (here, *at.chain), at.since)
        node = frame.source.node(inner[1]) if frame is not None else None
        if frame is None or node is None:
            return
        function = frame.source.scope(node)
        if isinstance(function, FUNCTIONS):
            found.setdefault(function, frame)

    def since(self, node: ast.AST, at: Where) -> int:
        """The serial after which executions count for what is gathered from ``node`` (a container's binding) on.

        At module level the cell's latest execution begins anew. So does each execution of the consumer, unless it
        stands in a loop that ``node`` stands before.
        """
        low = self.started.get(at.file, 0) if at.chain == () else 0
        return max(low, self._previous(node, at.chain))

    def _previous(self, node: ast.AST, chain: Chain | None) -> int:
        consumer = self.consumer
        if consumer is None or not consumer.previous:
            return 0
        while chain and chain != consumer.at.chain:  # where the frame was called from the consumer's
            there = self.where(chain[0][0])
            found = there.source.node(chain[0][1]) if there is not None else None
            if found is None:
                return 0
            node, chain = found, chain[1:]
        source = consumer.at.source
        if chain != consumer.at.chain or node not in source.parents:
            return 0
        return consumer.previous if source.loops(consumer.node) <= source.loops(node) else 0
