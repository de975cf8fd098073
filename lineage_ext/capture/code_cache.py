"""Keeps templates between kernels: making them takes some 1.5 s of CPU (CPython 3.11), reading them back 20 ms.

One file per interpreter build, library version and version of our transformation, in the user's cache folder
(``LINEAGE_CACHE_DIR``, else ``$XDG_CACHE_HOME/lineage_ext``, else ``~/.cache/lineage_ext``; an empty
``LINEAGE_CACHE_DIR`` turns it off). It holds marshalled code, which is as good as a program: so it is read only if it
is ours, writable by nobody else, for exactly this key, and has the digest it was written with. Anything else is
refused and written anew; nothing of that is the user's business beyond a second.

Each template lies beside the code it was made from. A running function gets it only if its own code equals that one,
constants, lines and columns included, which is the integrity check of ``function_source`` without the compiling.
"""

from __future__ import annotations

import hashlib
import importlib.util
import marshal
import os
import stat
import sys
import tempfile
from collections.abc import Hashable, Iterable
from contextlib import suppress
from pathlib import Path
from types import CodeType

from lineage_ext.errors import CaptureError

MAGIC = b"lineage_ext code 1\n"
DIGEST = 32  # bytes of SHA-256
MOST_BYTES = 100_000_000
MOST_FILES = 8
MOST_ENTRIES = 5_000
SUFFIX = ".code"
PARTS = ("template.py", "filling.py", "function_source.py", "code_tables.py")  # the transformation
PRIVATE = 0o700


class Refused(CaptureError):
    """A cache file that isn't to be trusted or can't be read; the message says why."""


class Templates:
    """The templates of one library's functions: from the cache, or made now and saved by ``save``.

    ``expected`` will be asked for: what is missing of it is made together, which takes less time than one by one.
    """

    def __init__(self, library: str, expected: Iterable[CodeType] = ()) -> None:
        self.library = library
        self._expected = expected
        self.made = 0  # templates that weren't in the cache
        self.note = ""  # why the cache wasn't read or written
        self._known: dict[Hashable, tuple[CodeType, CodeType]] = {}
        try:
            self._known = {_place(pair[0]): pair for pair in read(library)}
        except (Refused, OSError) as error:
            self.note = _text(error)

    def of(self, code: CodeType) -> CodeType:
        """The template of ``code``. Raises CaptureError with the reason if the function must be left alone."""
        found = self._get(code)
        if found is None and self._expected:
            self._make_all()
            found = self._get(code)
        return found or self._make(code)

    def _make_all(self) -> None:
        from lineage_ext.capture.function_source import by_file

        missing = {_place(code): code for code in self._expected if self._get(code) is None}
        self._expected = ()
        for code in by_file(missing.values()):
            with suppress(CaptureError):  # ``of`` tells
                self._make(code)

    def _make(self, code: CodeType) -> CodeType:
        from lineage_ext.capture.template import template  # reads and compiles: not needed by a full cache

        made = template(code)
        self._known[_place(code)] = code, made
        self.made += 1
        return made

    def _get(self, code: CodeType) -> CodeType | None:
        mine, known = self._known.get(_place(code), (None, None))
        return known if mine == code else None

    def save(self) -> None:
        """Write the file anew if anything was made."""
        if self.made:
            from lineage_ext.capture import function_source

            function_source.forget()
            try:
                write(self.library, list(self._known.values())[-MOST_ENTRIES:])
            except (OSError, Refused) as error:
                self.note = _text(error)


def folder() -> Path | None:
    """Where the files lie; None if there is no such place or the cache is turned off."""
    chosen = os.environ.get("LINEAGE_CACHE_DIR")
    if chosen is not None:
        return Path(chosen) / "code" if chosen else None
    base = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(base):  # the XDG specification: relative paths are to be ignored
        return Path(base, "lineage_ext", "code")
    home = os.path.expanduser("~")
    return Path(home, ".cache", "lineage_ext", "code") if os.path.isabs(home) else None


def key(library: str) -> bytes:
    """Digest of all that a template depends on besides the function's code."""
    module = sys.modules.get(library)
    facts = (
        sys.version,
        sys.implementation.cache_tag,
        importlib.util.MAGIC_NUMBER,
        sys.flags.optimize,
        library,
        str(getattr(module, "__version__", "")),
        str(getattr(module, "__file__", "")),
        *(_source_digest(part) for part in PARTS),
    )
    return hashlib.sha256(repr(facts).encode()).digest()


def path(library: str) -> Path:
    """The file of a library under this interpreter."""
    place = folder()
    if place is None:
        raise Refused("there is no cache folder")
    return place / f"{library}-{key(library).hex()[:24]}{SUFFIX}"


def read(library: str) -> list[tuple[CodeType, CodeType]]:
    """(code, template) pairs; empty if there is no file. Raises Refused, OSError."""
    try:
        data = _trusted(path(library))
    except FileNotFoundError:
        return []
    header = MAGIC + key(library)
    payload = memoryview(data)[len(header) + DIGEST :]
    if data[: len(header)] != header:
        raise Refused("the cache file is for something else")
    if data[len(header) : len(header) + DIGEST] != hashlib.sha256(payload).digest():
        raise Refused("the cache file is damaged")
    try:
        pairs: list[tuple[CodeType, CodeType]] = marshal.loads(payload)
    except (ValueError, EOFError, TypeError) as error:
        raise Refused("the cache file can't be decoded") from error
    return pairs


def write(library: str, pairs: Iterable[tuple[CodeType, CodeType]]) -> None:
    """Replace the file in one step: who reads meanwhile sees the old one or the new one. Raises Refused, OSError."""
    target = path(library)
    _private(target.parent)
    payload = marshal.dumps(list(pairs))
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines((MAGIC, key(library), hashlib.sha256(payload).digest(), payload))
        os.replace(name, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    _tidy(target.parent)


def _place(code: CodeType) -> Hashable:
    """What code objects don't compare (file, class and, early in 3.11, columns) and their line, which tells them apart.

    To hash the objects themselves takes twice as long as everything else about them.
    """
    return code.co_filename, code.co_qualname, code.co_firstlineno, code.co_linetable


def _trusted(file: Path) -> bytes:
    """The content of a file that only we can have written."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(file, flags), "rb") as opened:
        facts = os.fstat(opened.fileno())
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > MOST_BYTES:
            raise Refused("the cache file isn't an ordinary file")
        _ours(facts, "file")
        _ours(os.stat(file.parent), "folder")
        return opened.read()


def _ours(facts: os.stat_result, what: str) -> None:
    if not hasattr(os, "geteuid"):  # Windows: a profile's folders are its owner's
        return
    if facts.st_uid != os.geteuid():
        raise Refused(f"the cache {what} belongs to another user")
    if facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise Refused(f"the cache {what} can be written by others")


def _private(place: Path) -> None:
    """Make the folder, for us alone."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        place.mkdir(PRIVATE)
    facts = os.lstat(place)
    if not stat.S_ISDIR(facts.st_mode):
        raise Refused("the cache folder isn't a folder")
    if hasattr(os, "geteuid") and facts.st_uid == os.geteuid():
        place.chmod(PRIVATE)
    _ours(os.lstat(place), "folder")


def _tidy(place: Path) -> None:
    """Keep the newest files: every upgrade of Python, of the library or of ours leaves one behind."""
    with suppress(OSError):
        files = sorted(place.glob(f"*{SUFFIX}"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[MOST_FILES:]:
            file.unlink()


def _source_digest(part: str) -> str:
    try:
        return hashlib.sha256(Path(__file__).with_name(part).read_bytes()).hexdigest()
    except OSError as error:
        raise Refused("our own source can't be read") from error


def _text(error: Exception) -> str:
    return str(error) if isinstance(error, Refused) else f"{type(error).__name__}: {error}"
