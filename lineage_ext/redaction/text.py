"""Secrets in text of any kind: error texts, URIs, SQL, connection strings, headers, shell lines.

A value is masked when its name says that it is a secret (``names``), when it stands where passwords stand (before the
``@`` of a URI, after ``Bearer``), or when its shape gives it away (``tokens``). Line ends within a masked value stay,
so that line numbers remain true.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Iterator

from lineage_ext.redaction.names import Names
from lineage_ext.redaction.pattern import pattern
from lineage_ext.redaction.tokens import PRIVATE_KEY, RUN, TOKENS

MASK = "***"
Span = tuple[int, int]  # of the secret itself: from, to

_NAME = pattern(r"[A-Za-z_][\w.-]*")
_SAYS = pattern(
    r"""\s{0,9}:\s{0,9}[\w.\[\]| ]{1,40}=\s{0,9}(?=[bBfFrRuU]{0,2}["'])"""  # an annotation in between
    r"""|\\*["'`]?\s{0,9}[\])]?\s{0,9}(?:=>|:=|[=!]?==?|:)\s{0,9}|\s+(?=["'])"""
)
_QUOTE = pattern(r"""[bBfFrRuU]{0,2}(\\*(?:\"{3}|'{3}|"|'))""")
_SPACE = pattern(r"\s+")
_SCHEME = pattern(r"(?i)(?:bearer|basic|token|digest|apikey|negotiate)\s+")
_UP_TO_SEMICOLON = pattern(r"""[^;"'\n&]+(?=;)""")
_WORD = pattern(r"""[^\s"'`,;&<>(){}\[\]|\\]+""")
_QUERY = pattern(r"[?&;]([\w.%-]+)=([^&#\s\"';<>]+)")
_AUTHORITY = pattern(r"""(?i)\b([a-z][a-z0-9+.-]*)://([^\s/:@"'<>]*)(:(?!\d{1,5}(?:[/?#\s"']|$))[^\s"'<>]+)?@""")
_PLACES = tuple(
    pattern(place)
    for place in (
        r"(?i)\bbearer\s+(?=\S*\d)([\w.~+/=-]{8,})",
        r"(?i)\bidentified\s+by\s+(?:password\s+)?[\"']?([^\s\"';]+)",
        r"(?i)\blogin\s+\S+\s+password\s+(\S+)",
        r"(?<!\S)(?:-u|--user|--proxy-user)[ =]+[\"']?[^\s:'\"]+:([^\s'\"]+)",
        r"(?i)\bsignature=([0-9a-f]{32,})",
        r"(?i)\bjdbc:oracle:\w+:[^\s/@]+/([^\s@]+)(?=@)",
    )
)
_PLACE_STEMS = ("bearer", "identified", "login", "-u", "signature=", "oracle:")
_BASIC = pattern(r"(?i)\bbasic\s+([A-Za-z0-9+/_-]{8,}={0,2})")


def spans(text: str, names: Names) -> Iterator[Span]:
    """Where the secrets of ``text`` stand."""
    low = text.lower()
    if names.may_occur(text):
        yield from _named(text, names)
        yield from (m.span(2) for m in _QUERY.finditer(text) if names.in_query(m[1]))
    if any(stem in low for stem in _PLACE_STEMS):
        for place in _PLACES:
            yield from (m.span(1) for m in place.finditer(text))
    if "@" in text:
        yield from _authorities(text)
    if "basic" in low:
        yield from (m.span(1) for m in _BASIC.finditer(text) if _is_user_and_password(m[1]))
    if "-----" in text:
        yield from (m.span() for m in PRIVATE_KEY.finditer(text))
    for run in RUN.finditer(text):
        yield from (m.span() for m in TOKENS.finditer(text, *run.span()))


def mask(text: str, found: Iterable[Span]) -> str:
    """``text`` with those spans masked."""
    parts: list[str] = []
    at = 0
    for start, end in _joined(found):
        parts += [text[at:start], covered(text[start:end])]
        at = end
    return "".join((*parts, text[at:])) if parts else text


def _joined(found: Iterable[Span]) -> list[Span]:
    """In order, without empty ones; what overlaps is one."""
    joined: list[Span] = []
    for start, end in sorted(span for span in found if span[0] < span[1]):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def covered(piece: str) -> str:
    """What stands for a secret."""
    return MASK + "\n" * piece.count("\n")


# -- values with a name ----------------------------------------------------------------------------------------------
def _named(text: str, names: Names) -> Iterator[Span]:
    for word in _NAME.finditer(text):
        if not names.secret(word[0]):
            continue
        says = _SAYS.match(text, word.end())
        if says is not None:
            span = _value(text, says.end())
        else:  # --password hunter2
            flag = _SPACE.match(text, word.end()) if text.startswith("-", word.start() - 1) else None
            span = _value(text, flag.end()) if flag else None
        if span is not None:
            yield span


def _value(text: str, at: int) -> Span | None:
    quote = _QUOTE.match(text, at)
    if quote is not None:
        return quote.end(), _closing(text, quote.end(), quote[1])
    scheme = _SCHEME.match(text, at)
    at = scheme.end() if scheme else at
    found = _UP_TO_SEMICOLON.match(text, at) or _WORD.match(text, at)
    return found.span() if found else None


def _closing(text: str, at: int, quote: str) -> int:
    """Where a quoted value ends; the end of its line (or the text, for ``\"\"\"``) if it was cut off."""
    start = at
    while (found := text.find(quote, at)) >= 0:
        backslashes = len(text[start:found]) - len(text[start:found].rstrip("\\"))
        if len(quote) != 3 and "\n" in text[start:found]:
            break
        if quote.startswith("\\") or backslashes % 2 == 0:
            return found
        at = found + 1
    end = text.find("\n", start) if len(quote.lstrip("\\")) == 1 else -1
    return end if end >= 0 else len(text)


# -- places ----------------------------------------------------------------------------------------------------------
def _authorities(text: str) -> Iterator[Span]:
    """``user:password@`` of a URI; of HTTP also a user without a password, which is a token then.

    A bare ``container@account`` (abfss) and a user without a password (postgres) are parts of the name.
    """
    for found in _AUTHORITY.finditer(text):
        if found[3] is not None:
            yield found.start(2), found.end(3)
        elif found[1].lower().startswith(("http", "git+http")) and found[2]:
            yield found.span(2)


def _is_user_and_password(encoded: str) -> bool:
    try:
        return b":" in b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_")
    except ValueError:
        return False
