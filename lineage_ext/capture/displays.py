"""IPython's making of what is displayed is muted: reprs, those of users and libraries too, may call pandas.

As with pandas' own quiet functions its code is instrumented, so that a repr that looks around finds the same frames.
"""

from __future__ import annotations

import sys
from types import FunctionType

from lineage_ext.capture.interception import Target

FORMATTERS = "IPython.core.formatters"


def targets() -> list[Target]:
    """``format`` of IPython's DisplayFormatter and of those made of it, if there is IPython."""
    cls = getattr(sys.modules.get(FORMATTERS), "DisplayFormatter", None)
    return _of(cls) if isinstance(cls, type) else []


def _of(cls: type) -> list[Target]:
    function = cls.__dict__.get("format")
    own = [Target(function, cls.__name__, "format", "IPython", quiet=True)] if type(function) is FunctionType else []
    derived: list[type] = type.__subclasses__(cls)
    return own + [target for one in derived for target in _of(one)]
