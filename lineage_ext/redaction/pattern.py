"""Regular expressions that are compiled when they are first used.

``%load_ext`` needs none of them; compiling ours takes 10 ms (CPython 3.11), which the worker spends instead.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Late:
    """Compiles at the first method called; from then on its methods are the compiled pattern's own."""

    def __init__(self, text: str, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        method = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, method)
        return method


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """Something with the methods of ``re.compile(text, flags)``. A wrong ``text`` raises ``re.error`` at its use."""
    return cast("re.Pattern[str]", _Late(text, flags))
