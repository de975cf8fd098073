"""What must not leave the process: credentials in source text, URIs and error texts.

One policy stands before every sink. It is deliberately blunt: a value after a secret-looking name, a password in a URI
and the well-known token shapes become ``***``.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

MASK = "***"
_NAMES = r"(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|auth)"
_ASSIGNED = re.compile(rf"""(?i)(["']?[\w.-]*{_NAMES}[\w.-]*["']?\s*[=:]\s*)(["'])(.*?)\2""")
_QUERY = re.compile(rf"(?i)([?&;][\w.-]*{_NAMES}[\w.-]*=)[^&#\s\"';]+")
_USERINFO = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)([^\s/:@\"']*):([^\s@\"']+)@")
_TOKENS = re.compile(
    r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,}|sk-[A-Za-z0-9_-]{16,}|xox[baprs]-[A-Za-z0-9-]{10,}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,})"
)


def redact(text: str) -> str:
    """``text`` with credentials replaced by ``***``."""
    if "=" in text or ":" in text:
        text = _ASSIGNED.sub(rf"\1\2{MASK}\2", text)
        text = _USERINFO.sub(rf"\1{MASK}@", text)
        text = _QUERY.sub(rf"\1{MASK}", text)
    return _TOKENS.sub(MASK, text)


def without_credentials(uri: str) -> str:
    """A URI without user, password, query and fragment."""
    try:
        parts = urlsplit(uri)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return redact(uri)
    return urlunsplit((parts.scheme, host, parts.path, "", ""))
