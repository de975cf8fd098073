"""The order in which cells ran, and which of them may have given a name its value: all cells share one namespace."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from types import CodeType

from lineage_ext.capture.events import Event
from lineage_ext.capture.operators import defined
from lineage_ext.capture.reaching import Reaching
from lineage_ext.capture.source import MOST_FILES, Library, Scope, called
from lineage_ext.parsing import parse

MAGICS = ("run_line_magic", "run_cell_magic")


def timed_code(cell: str) -> str:
    """The code that a cell runs under ``%time`` or ``%%time``, if it has one such magic."""
    if "_magic('time'" not in cell:
        return ""
    try:
        calls = [n for n in ast.walk(parse(cell)) if isinstance(n, ast.Call)]
    except SyntaxError:
        return ""
    found = [n.args for n in calls if called(n) in MAGICS and len(n.args) > 1 and ast.unparse(n.args[0]) == "'time'"]
    code = found[0][-1] if len(found) == 1 else None
    return code.value if isinstance(code, ast.Constant) and isinstance(code.value, str) else ""


class Namespace:
    """Executed cells, latest last. Sources are read only when a name is first looked up."""

    def __init__(self, sources: Mapping[str, str], library: Library) -> None:
        self._sources = sources
        self._library = library
        self._noticed = 0  # how many of ``sources``, which grow in order of execution, are known here
        self._runs: dict[str, int] = {}  # file → number of its latest execution, in that order
        self._again: dict[str, int] = {}  # file → number of the execution before that
        self._unread: list[str] = []
        self._names: dict[str, set[str]] = {}  # name → files with events of it
        self._reaching: dict[str, Reaching] = {}
        self._count = 0
        self.operators: frozenset[str] = frozenset()  # the methods for operators that classes of the user's define
        self.has_getattr = False  # whether one of them defines ``__getattr__``
        self._changing: frozenset[str] = frozenset()
        self._unasked: list[Reaching] = []  # those whose functions aren't in ``_changing`` yet
        self._setting: dict[str, frozenset[str]] = {}
        self._unset: list[Reaching] = []  # those whose functions aren't in ``_setting`` yet

    @property
    def moment(self) -> int:
        """How many executions of files were seen."""
        return self._count

    @property
    def changing(self) -> frozenset[str]:
        """The user's functions and methods that change objects they are given, or called on: see ``outer_names``."""
        while self._unasked:
            self._changing |= self._unasked.pop().outer.changing(self._changing)
        return self._changing

    @property
    def setting(self) -> Mapping[str, frozenset[str]]:
        """The functions that cells define → the variables of the notebook that they set, or change the objects of."""
        self._read()
        while self._unset:
            reaching = self._unset.pop(0)
            functions = reaching.source.functions(reaching.source.tree)
            for function in functions if self._library.is_cell(reaching.source.file) else ():
                changed = reaching.outer.changed(function, self.changing, self._setting)
                if changed:
                    name = getattr(function, "name", "")
                    self._setting = {**self._setting, name: self._setting.get(name, frozenset()) | changed}
        return self._setting

    def changed(self, reaching: Reaching, function: Scope) -> frozenset[str]:
        """The variables from outside of a function that it, or one it calls, sets or changes the objects of."""
        return reaching.outer.changed(function, self.changing, self.setting)

    def executed(self, file: str) -> list[str]:
        """``file`` began to execute, and before it every cell that became known meanwhile (one without operations).

        All of them, in that order."""
        fresh = self._fresh()
        began = fresh[: fresh.index(file) + 1] if file in fresh else []
        self._noticed += len(began)
        for one in began or [file]:
            self._run(one)
        return began or [file]

    def _fresh(self) -> list[str]:
        return list(self._sources)[self._noticed :]

    def timed(self) -> str | None:
        """The cell that runs code under ``%time``: the next one with that magic, else the latest (it runs again)."""
        waiting = (f for f in self._fresh() if timed_code(self._sources[f]))
        known = (f for f in reversed(self._runs) if f in self._sources and timed_code(self._sources[f]))
        return next(waiting, None) or next(known, None)

    def _run(self, file: str) -> None:
        before = self._runs.pop(file, None)
        if before is not None:
            self._again[file] = before
        self._count += 1
        self._runs[file] = self._count
        self._unread.append(file)
        if len(self._runs) > MOST_FILES:
            self.forget(next(iter(self._runs)))

    def forget(self, file: str) -> None:
        """Drop a file that is gone, or whose text changed."""
        self._runs.pop(file, None)
        self._again.pop(file, None)
        self._reaching.pop(file, None)
        for files in self._names.values():
            files.discard(file)

    def drop(self, file: str) -> None:
        """Its tree is gone; what is made of it is made again when asked for."""
        self._reaching.pop(file, None)

    def fits(self, code: CodeType) -> bool:
        """Whether code of a module was compiled from the text that is read."""
        return self._library.is_cell(code.co_filename) or self._library.modules.fits(code)

    def reaching(self, file: str) -> Reaching | None:
        """The events of a file."""
        known = self._reaching.get(file)
        source = self._library.get(file)
        if source is None:
            return None
        if known is None or known.source is not source:
            known = self._reaching[file] = Reaching(source)
            self.operators |= defined(source)
            self.has_getattr |= "def __getattr__" in source.text
            self._unasked.append(known)
            self._unset.append(known)
        return known

    def earlier(self, name: str, file: str) -> Iterator[tuple[Reaching, list[Event]]]:
        """Cells whose events on ``name`` may be in force when ``file`` begins, latest first, and those events.

        A file that isn't a cell has a namespace of its own, which this doesn't cover.
        """
        if not self._library.is_cell(file):
            return
        self._read()
        now = self._runs.get(file, self._count + 1)
        ran = {f: self._runs[f] for f in self._names.get(name, ()) if f in self._runs and f != file}
        if file in self._again and file in self._names.get(name, ()):
            ran[file] = self._again[file]  # what it left itself when it ran before
        for other in sorted(ran, key=ran.__getitem__, reverse=True):
            if ran[other] > now:
                continue
            reaching = self.reaching(other)
            if reaching is not None:
                events, sure = reaching.at_end(name)
                yield reaching, events + reaching.from_functions.get(name, [])
                if sure:
                    return

    def with_events(self, name: str) -> set[str]:
        """The cells that bind a name or change what it holds."""
        self._read()
        return self._names.get(name, set())

    def _read(self) -> None:
        for file in self._unread:
            reaching = self.reaching(file)
            for name in reaching.module_names if reaching is not None else ():
                self._names.setdefault(name, set()).add(file)
        self._unread.clear()

    def mentioning(self, text: str, file: str) -> list[str]:
        """The other cells that have ``text`` in them, those run first first."""
        return [f for f in self._runs if f != file and self.share(f, file) and text in self._sources.get(f, "")]

    def share(self, file: str, other: str) -> bool:
        """Whether the module-level names of two files are the same names."""
        return file == other or (self._library.is_cell(file) and self._library.is_cell(other))
