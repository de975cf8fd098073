"""What a cell left in its variables, as salted digests: whether running it again gave the same can be told from them.

Made on the worker, right after the cell: small values in full, frames up to 200 000 values (5 ms). A value that may
have been changed since (another cell has begun, its version is another) gets none. Nothing of the value is kept, and
the salt is the session's, so that a digest can't be looked up.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from lineage_ext import guard
from lineage_ext.hosts import wiring
from lineage_ext.model import CodeFacet, Facet, NamesFacet, Run
from lineage_ext.session import Session

MOST_VALUES = 200_000
MOST_BYTES = 20_000_000
MOST_ITEMS = 1_000
DEEPEST = 4
_PLAIN = (type(None), bool, int, float, complex, str, bytes)


class Contents:
    """Makes the ContentFacet of each finished cell of a notebook."""

    def __init__(self, session: Session, namespace: Mapping[str, Any]) -> None:
        self.session = session
        self.namespace = namespace
        self._salt = os.urandom(16)

    def __call__(self, run: Run) -> Facet | None:
        """The digests of what a cell bound or changed; called on the worker."""
        code: CodeFacet | None = run.facet(CodeFacet)
        if code is None or code.kind != "cell":
            return None
        from lineage_ext.analysis.statements import statements  # on the worker: 6 ms that %load_ext doesn't wait for
        from lineage_ext.model import ContentFacet

        tracked = run.facet(NamesFacet)
        versions = dict(tracked.names) if tracked is not None else {}
        names = {n for s in statements(code.source) for n in (*s.binds, *s.changes)} | set(versions)
        with guard.guarded("contents"), wiring.muted():
            found = {name: self._of(name, versions.get(name), run) for name in sorted(names) if name in self.namespace}
            told = tuple((name, digest) for name, digest in found.items() if digest)
            return ContentFacet(told) if told else None
        return None

    def _of(self, name: str, version: int | None, run: Run) -> str:
        value = self.namespace.get(name)
        if not self._still(value, version, run):
            return ""
        digest = hashlib.blake2b(key=self._salt, digest_size=12)
        sure = _feed(value, digest.update, DEEPEST)
        return digest.hexdigest() if sure and self._still(value, version, run) else ""

    def _still(self, value: Any, version: int | None, run: Run) -> bool:
        """Whether a value is certainly as the cell left it."""
        if version is not None:
            return self.session.identify(value) == version
        return self.session.newest == run.no


Feed = Callable[[bytes], object]


def _feed(value: Any, feed: Feed, depth: int) -> bool:
    """Feed a value's content; False if it can't be told."""
    kind = type(value)
    feed(kind.__name__.encode())
    if kind in _PLAIN:
        feed(repr(value).encode(errors="replace"))
        return True
    if depth == 0:
        return False
    if kind in (list, tuple, dict, set, frozenset):
        return _items(value, feed, depth)
    module = kind.__module__.partition(".")[0]
    if module == "numpy":
        return _array(value, feed)
    if module == "pandas":
        return _pandas(value, feed)
    return False


def _items(value: Any, feed: Feed, depth: int) -> bool:
    if len(value) > MOST_ITEMS:
        return False
    feed(str(len(value)).encode())
    if isinstance(value, set | frozenset):
        value = sorted(value, key=repr)
    parts = [part for pair in value.items() for part in pair] if isinstance(value, dict) else value
    return all(_feed(part, feed, depth - 1) for part in parts)


def _array(value: Any, feed: Feed) -> bool:
    numpy = sys.modules["numpy"]
    if isinstance(value, numpy.generic):
        feed(f"{value.dtype} {value!r}".encode())
        return True
    if type(value) is not numpy.ndarray or value.dtype.hasobject or value.nbytes > MOST_BYTES:
        return False
    feed(f"{value.dtype} {value.shape}".encode())
    feed(numpy.ascontiguousarray(value).view(numpy.uint8).data if value.size else b"")
    return True


def _pandas(value: Any, feed: Feed) -> bool:
    pandas = sys.modules["pandas"]
    if not isinstance(value, pandas.DataFrame | pandas.Series | pandas.Index):
        if isinstance(value, pandas.Timestamp | pandas.Timedelta | pandas.Period | pandas.Interval):
            feed(repr(value).encode())
            return True
        return value is pandas.NA or value is pandas.NaT
    if value.size > MOST_VALUES:
        return False
    frame = value if isinstance(value, pandas.DataFrame) else value.to_frame()
    feed(f"{list(frame.columns)!r} {[str(t) for t in frame.dtypes]} {frame.index.names!r}".encode(errors="replace"))
    try:
        feed(pandas.util.hash_pandas_object(frame, index=True, categorize=True).to_numpy().tobytes())
    except TypeError:  # lists and dicts in cells
        return False
    return True
