"""``%lineage``: status, traces, exports and settings from a cell.

To add a command: write a function that takes the Magic and the words after the command, describe it in ``COMMANDS``,
and have it show a value that programs can get from the session too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from lineage_ext import errors, guard, hosts
from lineage_ext.config import LineageConfig
from lineage_ext.hosts import wiring
from lineage_ext.hosts.lookup import evaluate, literal, looked_up, quoted, tracked_names, words
from lineage_ext.session import Session, gate

LATER = frozenset(
    "folder store runtime_log lineage_log log_max_bytes sample_interval callback_operations granularity contents "
    "openlineage openlineage_flush openlineage_spool openlineage_namespace openlineage_source openlineage_environment "
    "openlineage_tags otel otel_trace otel_environment prometheus progress".split()
)
"""Settings that are read when a session opens."""

HELP = frozenset({"--help", "-h", "?"})
"""What people type for help."""


class Magic:
    """The magic of one shell. Named ``lineage`` there."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell

    @property
    def session(self) -> Session:
        """The current session. Raises NoSession."""
        return hosts.current()

    def lineage(self, line: str) -> None:
        """Where columns came from. ``%lineage help`` lists the commands; without one: the state of the session."""
        from IPython.core.error import UsageError

        with wiring.muted():  # what we look up and show is not the user's work
            try:
                name, *rest = words(line) or ["status"]
                if name in HELP:
                    name = "help"
                if name not in COMMANDS:
                    raise errors.UsageError(f"no command of %lineage {name!r}{self._meant(name, line)}")
                if name != "help" and HELP.intersection(rest):
                    print(_described(name))
                else:
                    COMMANDS[name].run(self, rest)
            except errors.LineageError as error:
                raise UsageError(str(error)) from None  # IPython prints one line, without a traceback
            except Exception as error:
                guard.report("magic", error)
                if guard.strict():
                    raise
                raise UsageError(
                    f"%lineage failed ({type(error).__name__}: {error}); the user's work isn't touched"
                ) from None

    def _meant(self, name: str, line: str) -> str:
        if re.match(r"\w*", name)[0] in self.shell.user_ns:  # type: ignore[index]
            return f"; %lineage trace {line.strip()} tells where that came from"
        return f"{errors.suggest(name, list(COMMANDS), most=len(COMMANDS))}; %lineage help explains them"

    def complete(self, _: Any, event: Any) -> list[str]:
        """Words that may follow; called by IPython's completer."""
        try:
            given = words(event.text_until_cursor, whole=False)[1:]
            if event.text_until_cursor[-1:].isspace():
                given.append("")
            if len(given) <= 1:
                return list(COMMANDS)
            command = COMMANDS.get(given[0])
            return command.complete(self, given[1:]) if command is not None else []
        except Exception:  # half a line may be anything; a completer must not disturb typing
            return []


def show(value: Any) -> None:
    """Display a value the way this front end shows best: its ``_repr_html_``, else its text."""
    from IPython.display import display

    bundle = {"text/plain": str(value)}
    html = getattr(value, "_repr_html_", None)
    if html is None:
        print(value)
        return
    bundle["text/html"] = html()
    display(bundle, raw=True)  # type: ignore[no-untyped-call]


# -- commands --------------------------------------------------------------------------------------------------------
def _status(magic: Magic, rest: list[str]) -> None:
    _none("status", rest)
    show(magic.session.summary())
    if magic.session.graph is not None:
        show(magic.session.overview())


def _trace(magic: Magic, rest: list[str]) -> None:
    if not 1 <= len(rest) <= 2:
        raise errors.UsageError("usage: %lineage trace NAME [COLUMN]; quote a column with spaces")
    session = magic.session
    value, column = looked_up(rest[0], magic.shell.user_ns, session.identify)
    show(_upstream(session, value, quoted(rest[1]) if len(rest) == 2 else column))


def _upstream(session: Session, value: Any, column: Any) -> Any:
    try:
        return session.upstream(value, column)
    except errors.UnknownName as unknown:
        label = literal(column)  # ('revenue', 'sum') of a frame with several levels of columns
        if label is None:
            raise
        try:
            return session.upstream(value, label)
        except errors.UnknownName:
            raise unknown from None


def _show(_: Magic, rest: list[str]) -> None:
    _none("show", rest)
    from lineage_ext.hosts import panel

    panel.show()


def _hide(_: Magic, rest: list[str]) -> None:
    _none("hide", rest)
    from lineage_ext.hosts import panel

    panel.hide()


def _export(magic: Magic, rest: list[str]) -> None:
    from lineage_ext.export import FORMATS, export

    if not 1 <= len(rest) <= 2:
        formats = ", ".join(sorted(FORMATS))
        raise errors.UsageError(f"usage: %lineage export FORMAT [PATH]; quote a path with spaces; formats: {formats}")
    written = export(magic.session, rest[0], quoted(rest[1]) if len(rest) == 2 else None)
    print(written if len(rest) == 1 else f"wrote {written}")


def _coverage(magic: Magic, rest: list[str]) -> None:
    _none("coverage", rest)
    summary = magic.session.summary()
    print(f"{summary.coverage:.1%} of {summary.operations} operations explained, {summary.inferred} of them inferred")
    for operation, reason, count in summary.opaque:
        print(f"{count:6} × {operation}: {reason}")


def _stale(magic: Magic, rest: list[str]) -> None:
    _none("stale", rest)
    import lineage_ext

    show(lineage_ext.stale())


def _pause(_: Magic, rest: list[str]) -> None:
    _none("pause", rest)
    wiring.pause(True)
    print("recording is paused; %lineage resume goes on")


def _resume(_: Magic, rest: list[str]) -> None:
    _none("resume", rest)
    wiring.pause(False)
    print("recording goes on")


def _config(magic: Magic, rest: list[str]) -> None:
    config = magic.session.config
    for setting in rest:
        name, equals, text = setting.partition("=")
        trait = _setting(name)
        if not equals:
            print(f"{name} = {getattr(config, name)!r}".ljust(34), trait.help)
            continue
        _set(config, name, quoted(text))
        setattr(magic.shell.config.LineageConfig, name, getattr(config, name))  # for the next session of this kernel
        if name in LATER:
            print(f"{name} counts from the next %reload_ext lineage_ext on")
    if not rest:
        for name, trait in _settings().items():
            print(f"{name} = {getattr(config, name)!r}".ljust(34), trait.help)


def _set(config: LineageConfig, name: str, text: str) -> None:
    from lineage_ext.redaction.policy import RedactionPolicy

    try:
        if name == "redact_hook" and text:
            gate.imported(text)
        if name == "redact_patterns":
            RedactionPolicy(patterns=text.splitlines(), environment={})
        config.set_text(name, text)
    except ValueError as error:
        raise errors.UsageError(f"{error}; it is left at {getattr(config, name)!r}") from error


def _setting(name: str) -> Any:
    settings = _settings()
    if name not in settings:
        raise errors.UnknownName("setting", name, settings)
    return settings[name]


def _settings() -> dict[str, Any]:
    return dict(sorted(LineageConfig.class_traits(config=True).items()))


def _help(_: Magic, rest: list[str]) -> None:
    _none("help", rest)
    print("\n".join(map(_described, COMMANDS)))


def _described(name: str) -> str:
    command = COMMANDS[name]
    return f"{f'%lineage {name} {command.usage}'.strip():<34} {command.summary}"


def _unload(magic: Magic, rest: list[str]) -> None:
    _none("unload", rest)
    magic.shell.extension_manager.unload_extension("lineage_ext")


def _none(command: str, rest: list[str]) -> None:
    if rest:
        raise errors.UsageError(f"%lineage {command} takes no arguments, got {' '.join(rest)}")


# -- completion ------------------------------------------------------------------------------------------------------
def _names_and_columns(magic: Magic, given: list[str]) -> list[str]:
    session = magic.session
    names = tracked_names(magic.shell.user_ns, session.identify)
    if len(given) == 1:
        return sorted(names)
    value = evaluate(given[0], magic.shell.user_ns, session.identify)
    columns = [str(c) for c in getattr(value, "columns", ())]
    return [c if c.isidentifier() else repr(c) for c in columns]


def _formats(_: Magic, given: list[str]) -> list[str]:
    from lineage_ext.export import FORMATS

    return sorted(FORMATS) if len(given) == 1 else []


class Command(NamedTuple):
    """What follows ``%lineage``."""

    run: Callable[[Magic, list[str]], None]
    summary: str
    usage: str = ""
    complete: Callable[[Magic, list[str]], list[str]] = lambda magic, given: []


COMMANDS = {
    "status": Command(_status, "cells, operations, datasets, coverage and our own cost"),
    "trace": Command(_trace, "where a variable, or one column, came from", "NAME [COLUMN]", _names_and_columns),
    "show": Command(_show, "open the live panel"),
    "hide": Command(_hide, "close it"),
    "export": Command(_export, "write the lineage to a file", "FORMAT [PATH]", _formats),
    "coverage": Command(_coverage, "operations nothing explains, with reasons, worst first"),
    "stale": Command(_stale, "cells that would have other values if the notebook ran again from the top"),
    "pause": Command(_pause, "stop recording"),
    "resume": Command(_resume, "go on recording"),
    "config": Command(_config, "settings, or one of them; with NAME=VALUE: change it", "[NAME[=VALUE]]",
                      lambda magic, given: [f"{name}=" for name in _settings()]),
    "help": Command(_help, "this list"),
    "unload": Command(_unload, "stop tracking and leave the kernel as it was"),
}  # fmt: skip


# -- registration ----------------------------------------------------------------------------------------------------
def register(shell: Any) -> None:
    """Add ``%lineage`` and its completion to ``shell``. Does nothing the second time."""
    lines = shell.magics_manager.magics["line"]
    if isinstance(getattr(lines.get("lineage"), "__self__", None), Magic):
        return
    magic = Magic(shell)
    shell.register_magic_function(magic.lineage, magic_kind="line", magic_name="lineage")
    shell.set_hook("complete_command", magic.complete, str_key="%lineage")


def unregister(shell: Any) -> None:
    """Take both away again. Does nothing when they aren't there."""
    lines = shell.magics_manager.magics["line"]
    if isinstance(getattr(lines.get("lineage"), "__self__", None), Magic):
        del lines["lineage"]
        vars(shell.magics_manager.user_magics).pop("lineage", None)
    hooks = shell.strdispatchers["complete_command"].strs
    chain = hooks.get("%lineage")
    if chain is not None:
        chain.chain = [entry for entry in chain.chain if not _is_ours(entry[1])]
        if not chain.chain:
            del hooks["%lineage"]


def _is_ours(hook: Any) -> bool:
    function = getattr(hook, "__func__", None)  # set_hook binds it to the shell
    return isinstance(getattr(function, "__self__", None), Magic)
