"""Configuration, as traitlets: set it in ``%lineage config``, in IPython's config files (``c.LineageConfig.…``), or by
environment (``LINEAGE_<NAME>``), the later winning over the earlier default."""

from __future__ import annotations

import os
from typing import Any

from traitlets import Bool, Callable, Dict, Enum, Float, Int, List, Unicode, Union
from traitlets.config import Configurable

PREFIX = "LINEAGE_"


class Words(List):  # type: ignore[type-arg]  # traitlets 5.7 has no generics
    """A list of texts; ``a, b`` in a magic or the environment."""

    separator = ","

    def from_string(self, s: str) -> list[str]:
        """The texts between the separators."""
        return [part.strip() for part in s.split(self.separator) if part.strip()]


class Lines(Words):
    """The same for texts with commas in them: each on a line of its own."""

    separator = "\n"


class Pairs(Dict):
    """Texts by name; ``ssn=pii, *mail*=contact`` in a magic or the environment."""

    def from_string(self, s: str) -> dict[str, str]:
        """The pairs between the commas. Raises ValueError for one without ``=``."""
        pairs = [part.partition("=") for part in s.split(",") if part.strip()]
        if any(not equals for _, equals, _ in pairs):
            raise ValueError(f"{s!r} isn't NAME=VALUE, NAME=VALUE")
        return {name.strip(): kind.strip() for name, _, kind in pairs}


class LineageConfig(Configurable):
    """All settings. Every one has a default that needs no thought."""

    folder = Unicode(
        ".lineage", help="Where the store and logs go; relative to the project (git root, else the notebook's folder)."
    ).tag(config=True)
    store = Enum(["sqlite", "memory"], default_value="sqlite", help="Keep sessions on disk, or in memory only.").tag(
        config=True
    )
    runtime_log = Bool(False, help="Write runs as JSON lines to runtime.jsonl.").tag(config=True)
    lineage_log = Bool(False, help="Write column lineage as JSON lines to lineage.jsonl.").tag(config=True)
    log_max_bytes = Int(50_000_000, min=100_000, help="Size at which a JSONL log is rotated.").tag(config=True)
    flush_interval = Float(0.25, min=0.02, help="Longest time (s) a record waits to be explained, or noted.").tag(
        config=True
    )
    sample_interval = Float(0.05, min=0.01, help="Memory sampling interval (s) while a cell runs.").tag(config=True)
    result_max_items = Int(100, min=0, help="Results with more items than this are described, not stored.").tag(
        config=True
    )
    result_max_bytes = Int(10_000, min=0, help="Results bigger than this are described, not stored.").tag(config=True)
    contents = Bool(
        True, help="Keep digests of what cells left in variables, to tell whether a cell that ran again changed them."
    ).tag(config=True)
    callback_operations = Int(
        200, min=0, help="Operations recorded inside one user callback (apply, transform, pipe)."
    ).tag(config=True)
    budget = Float(
        0.01,
        min=0.0,
        help="Share of a cell's time that recording may take (1 ms is free) before less is recorded; 0: no limit.",
    ).tag(config=True)
    waiting_bytes = Int(
        64_000_000, min=1_000_000, help="Memory for records that wait to be interpreted; beyond it, they are counted."
    ).tag(config=True)
    otel = Enum(
        ["auto", "on", "off"],
        default_value="auto",
        help="OpenTelemetry: to the providers this process has, else to what OTEL_* names (auto); also to a collector "
        "on this machine where nothing is named (on); never (off).",
    ).tag(config=True)
    otel_trace = Enum(
        ["cell", "session"], default_value="cell", help="A trace for each cell, or one for the whole session."
    ).tag(config=True)
    otel_environment = Bool(False, help="Tell processes that a cell starts its span, by TRACEPARENT.").tag(config=True)
    prometheus = Unicode(
        "", help="Where Prometheus reads metrics: a port, host:port, or the path of a text file; empty: nowhere."
    ).tag(config=True)
    literals = Enum(
        ["nowhere", "local", "everywhere"],
        default_value="local",
        help="Who gets numbers, strings and comments of your code, values in error texts, and displayed results: "
        "nobody, this machine's store, logs, exports and panel, or also OpenLineage and OpenTelemetry.",
    ).tag(config=True)
    redact_allow = Words(Unicode(), help="Names whose values are no secrets, as patterns: tokenizer.").tag(config=True)
    redact_deny = Words(Unicode(), help="More names whose values are secrets, as patterns: customer_no, *_pin.").tag(
        config=True
    )
    redact_patterns = Lines(Unicode(), help="Regular expressions of more things to mask, a line each.").tag(config=True)
    redact_columns = Pairs(help="Classes of columns by pattern, ssn=pii, *mail*=contact: their values stay in.").tag(
        config=True
    )
    redact_hook = Union(
        [Callable(), Unicode()],
        default_value="",
        help="A function that gets every record and returns it, changed or not, or None to drop it; or its name, "
        "package.module:function.",
    ).tag(config=True)
    redact_labels = Bool(False, help="Hide the names of classified columns, too.").tag(config=True)

    granularity = Enum(
        ["notebook", "sink", "cell", "operation"],
        default_value="sink",
        help="What has an OpenLineage run: the notebook, each file or table written, each cell, each operation.",
    ).tag(config=True)
    openlineage = Enum(
        ["auto", "file", "off"],
        default_value="auto",
        help="Emit OpenLineage events live: auto, if its client is configured (OPENLINEAGE_URL, openlineage.yml …); "
        "file, to openlineage.ndjson in the folder; off.",
    ).tag(config=True)
    openlineage_flush = Float(
        3.0, min=0.0, help="Longest time (s) the end of a session waits for events to be sent."
    ).tag(config=True)
    openlineage_spool = Int(
        50_000_000, min=100_000, help="Bytes of OpenLineage events kept on disk while they can't be sent."
    ).tag(config=True)
    openlineage_namespace = Unicode("notebooks", help="Namespace of OpenLineage jobs; OPENLINEAGE_NAMESPACE wins.").tag(
        config=True
    )
    openlineage_source = Bool(True, help="Tell source code to OpenLineage (credentials masked).").tag(config=True)
    openlineage_environment = Words(
        Unicode(), help="Names of environment variables to tell to OpenLineage, BRANCH, STAGE; by default none."
    ).tag(config=True)
    openlineage_tags = Pairs(help="Tags of the notebook's OpenLineage job, team=sales, stage=test.").tag(config=True)

    marimo = Bool(
        False, help="Track marimo's notebooks from their start, without a line in them (not those run as scripts)."
    ).tag(config=True)
    progress = Bool(False, help="Draw a line of progress while a cell runs for long (tqdm, else rich).").tag(
        config=True
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.wrong: list[str] = []
        """What the environment says that no setting can be; it is left out."""
        for name in sorted(set(self.class_trait_names(config=True)) - kwargs.keys()):
            text = os.environ.get(PREFIX + name.upper())
            if text is not None:
                self._take(name, text)

    def _take(self, name: str, text: str) -> None:
        try:
            self.set_text(name, text)
        except ValueError as error:
            self.wrong.append(f"{PREFIX}{name.upper()} in the environment is left out: {error}{self.mistaken(name)}")

    def mistaken(self, name: str) -> str:
        """What a wrong setting ``name`` does, to end a sentence with: of what may be private nothing is told."""
        from difflib import get_close_matches  # 1.5 ms of %load_ext

        if not get_close_matches(name.lower(), ["literals"], cutoff=0.75):
            return ""
        self.literals = "nowhere"
        return "; until it is put right nobody gets literals"

    def set_text(self, name: str, text: str) -> None:
        """Set what was written as text, in a magic or the environment. Raises ValueError that says what it can be."""
        try:
            setattr(self, name, self.class_traits()[name].from_string(text))
        except Exception as error:  # traitlets' TraitError, a parser's ValueError or SyntaxError
            raise ValueError(f"{name} can't be {text!r}{self.expected(name)}") from error

    @classmethod
    def expected(cls, name: str) -> str:
        """What a setting can be, to end a sentence with."""
        trait = cls.class_traits()[name]
        match trait:
            case Enum():
                *others, last = map(str, trait.values or ())
                return f"; it is {', '.join(others)} or {last}"
            case Bool():
                return "; it is True or False"
            case Int() | Float():
                least = "" if trait.min is None else f" of at least {trait.min}"
                return f"; it is a{' whole' if isinstance(trait, Int) else ''} number{least}"
            case Lines():
                return "; it is regular expressions, each on a line of its own"
            case Words():
                return "; it is names with commas between them"
            case Pairs():
                return "; it is NAME=VALUE, NAME=VALUE"
        return f": {trait.help}"
