"""The gate every Run passes before any listener gets it: credentials out, classified values out, the user's own say.

Most Runs pass as the object they are. ``outward`` takes out more: systems elsewhere get no literals of the user's code,
unless he says so. ``masking`` does it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lineage_ext import guard
from lineage_ext.config import LineageConfig
from lineage_ext.model import Run
from lineage_ext.session.note import Notes

if TYPE_CHECKING:
    from lineage_ext.session.masking import Masking

Hook = Callable[[Run], Run | None]


class Gate:
    """Applies the policy that ``config`` describes, and then ``hook``, the user's: it may change a Run, or drop it.

    ``quiet`` makes a context in which nothing is recorded: the hook may use pandas, too.
    """

    def __init__(self, config: LineageConfig) -> None:
        self._config = config
        self.hook: Hook | None = hook_of(config)
        self.quiet: Callable[[], AbstractContextManager[None]] = nullcontext
        self.dropped = 0
        self._turn = threading.Lock()
        self._made: Masking | None = None
        config.observe(self._changed, [name for name in config.trait_names() if name.startswith("redact_")])
        config.observe(self._hooked, "redact_hook")

    def _hooked(self, _: object) -> None:
        self.hook = hook_of(self._config)

    def _changed(self, _: object) -> None:
        self._made = None

    @property
    def _masking(self) -> Masking:
        """Made by whoever asks first; there is one, since it learns secrets."""
        with self._turn:
            made = self._made
            if made is not None:
                return made
            from lineage_ext.session.masking import Masking

            made = self._made = Masking(self._config)
        for problem in made.wrong:  # not within the turn: a report asks this gate to look through its text
            guard.report("redact", problem)
        return made

    def through(self, run: Run) -> Run | None:
        """What the listeners get; None: nothing."""
        shown = self._masking.through(run)
        return shown if self.hook is None else self._asked(shown, self.hook)

    @property
    def notes(self) -> bool:
        """Whether something may be told of operations that aren't explained: not where a hook of the user's decides of
        each, nor where it depends on what they were made from."""
        return self.hook is None and self._masking.keeps_literals

    def noted(self, notes: Notes) -> Notes:
        """What those who remember get of them. Their cells came ``through``."""
        return self._masking.noted(notes)

    def outward(self, run: Run) -> Run:
        """What systems elsewhere get of a Run that came ``through``."""
        return self._masking.outward(run)

    def source(self, text: str) -> str:
        """Source that no Run holds: of what is running now."""
        return self._masking.source(text)

    def label(self, label: Hashable) -> Hashable:
        """What a column is called behind the gate."""
        return self._masking.policy.label(label)

    def text(self, text: str) -> str:
        """Any other text that leaves: notes, problems of ours."""
        return self._masking.text(text)

    def _asked(self, run: Run, hook: Hook) -> Run | None:
        answer: object = None
        try:
            with self.quiet():
                answer = hook(run)
        except Exception as error:  # neither its text nor its traceback: they may hold what was to be hidden
            guard.report("redact", f"the hook failed with {type(error).__name__}; what it failed on is dropped")
        else:
            if answer is not None and not isinstance(answer, Run):
                guard.report("redact", f"the hook gave a {type(answer).__name__}, no Run; what it got is dropped")
        if isinstance(answer, Run):
            return answer
        self.dropped += 1
        return None


def hook_of(config: LineageConfig) -> Hook | None:
    """The user's function. One that can't be imported lets nothing pass: it may have been there to hide something."""
    chosen: Any = config.redact_hook
    if callable(chosen) or not chosen:
        return chosen or None
    try:
        return imported(chosen)
    except ValueError as error:
        guard.report("redact", f"{error}; nothing is kept")
        return _nothing


def imported(name: str) -> Hook:
    """The hook ``package.module:function``. Raises ValueError."""
    module, _, function = name.partition(":")
    try:
        hook: Hook = getattr(import_module(module), function)
    except Exception as error:  # its module may do anything
        raise ValueError(f"redact_hook {name!r} can't be imported ({type(error).__name__})") from error
    return hook


def _nothing(_: Run) -> None:
    return None
