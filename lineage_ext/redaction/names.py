"""Which names say that their value is a secret: ``db_password``, ``AccountKey``, ``X-Api-Key``; not ``max_tokens``.

A name is taken apart into words. To teach a word: ``STRONG`` if it says so wherever a name ends with it, ``WEAK`` if
only as a whole word, ``KEYS`` if only before ``key``; ``HARMLESS`` last words tell something about a secret.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import pairwise

from lineage_ext.redaction.pattern import pattern

STRONG = (
    "password", "passwords", "passwd", "passphrase", "passcode", "secret", "secrets", "token", "apikey", "apikeys",
    "accesskey", "accountkey", "authkey", "privatekey", "secretkey", "sharedkey", "signingkey", "credential",
    "credentials", "sharedaccesssignature",
)  # fmt: skip
WEAK = frozenset("pwd pass creds cred auth authorization bearer cookie jwt otp sas accesskeyid".split())
KEYS = frozenset(
    "access account admin api app auth client consumer deploy encryption fernet license master primary private "
    "secondary secret service session shared signing ssh storage subscription".split()
)
HARMLESS = frozenset(
    "alg algorithm class col cols column columns count counts endpoint env error errors exception expired expires "
    "expiry field fields file files folder format header index len length level limit max min mode name names path "
    "paths pattern provider rate regex scope scopes size type types uri url version warning".split()
)
QUERY = frozenset(
    "key sig signature xamzcredential xamzsignature xgoogcredential xgoogsignature awsaccesskeyid".split()
)
"""Names that grant access in a URL's query, though they are ordinary words elsewhere."""

STEMS = ("pass", "pwd", "secret", "token", "key", "cred", "auth", "cookie", "bearer", "jwt", "otp", "sas", "sig")
"""What every such name contains: a text without any of them needs no closer look."""

_WORDS = pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@lru_cache(4096)
def is_secret(name: str) -> bool:
    """Whether a variable, keyword, key, column, header or parameter of this name holds a secret."""
    words = [w.lower() for w in _WORDS.findall(name)]
    while words and (words[-1].isdigit() or words[-1] in {"id", "value", "str", "string"}):
        words.pop()
    if not words or words[-1] in HARMLESS:
        return False
    if any(w.endswith(STRONG) for w in words) or words[-1] in WEAK or words[0] == "authorization":
        return True
    return any(key in {"key", "keys"} and before in KEYS for before, key in pairwise(words)) or "".join(words).endswith(
        STRONG
    )


def in_query(name: str) -> bool:
    """Whether a parameter of this name in a URL's query grants access."""
    return is_secret(name) or re.sub(r"[^a-z]", "", name.lower()) in QUERY


class Names:
    """What counts as a secret's name here: ``deny`` and ``allow`` are glob patterns, upper and lower case alike.

    ``deny`` wins over ``allow``, ``allow`` over the words above.
    """

    def __init__(self, allow: tuple[str, ...] = (), deny: tuple[str, ...] = ()) -> None:
        self._allow = tuple(p.lower() for p in allow)
        self._deny = tuple(p.lower() for p in deny)

    def secret(self, name: str) -> bool:
        """Whether the value of something with this name is to be masked."""
        return self._decide(name, is_secret)

    def in_query(self, name: str) -> bool:
        """The same in a URL's query."""
        return self._decide(name, in_query)

    def _decide(self, name: str, usual: object) -> bool:
        if self._deny or self._allow:
            low = name.lower()
            if any(fnmatchcase(low, p) for p in self._deny):
                return True
            if any(fnmatchcase(low, p) for p in self._allow):
                return False
        return usual(name)  # type: ignore[operator, no-any-return]

    def may_occur(self, text: str) -> bool:
        """Whether a secret's name may stand in ``text``; cheap."""
        low = text.lower()
        return bool(self._deny) or any(stem in low for stem in STEMS)
