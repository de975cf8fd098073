"""What must not leave the process, and the one policy that takes it out: ``policy.RedactionPolicy``.

``lineage_ext.session.masking`` applies it to every Run before any listener gets it, so a store, export, emitter or
panel need not (and can't forget to). Whatever else leaves passes ``redact``.

To add: a family of tokens in ``tokens``, a name that means a secret in ``names``, a place in texts in ``text``, a form
of Python code in ``source``. Each with an example in ``tests/redaction``, which are tried in every sink.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

__all__ = ["activate", "cut", "redact"]

Texts = Callable[[str], str]
_active: list[Texts] = []  # of the open sessions; the newest counts


def redact(text: str) -> str:
    """``text`` with credentials replaced by ``***``, by the policy of the open session if there is one."""
    return (_active[-1] if _active else _plain())(text)


@cache
def _plain() -> Texts:
    from lineage_ext.redaction.policy import RedactionPolicy  # not needed by a kernel that has nothing to tell yet

    return RedactionPolicy(environment={}).text


def activate(texts: Texts) -> Callable[[], None]:
    """Have ``redact`` ask ``texts`` from now on, until the returned function is called."""
    _active.append(texts)

    def undo() -> None:
        _active.remove(texts)

    return undo


def cut(text: str, most: int) -> str:
    """At most ``most`` characters of ``text``, and no half of a word, which might be half of a secret."""
    if len(text) <= most:
        return text
    end = most if text[most].isspace() else max(text.rfind(space, 0, most) for space in " \t\n") + 1
    return text[:end]
