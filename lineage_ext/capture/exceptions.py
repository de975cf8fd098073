"""What is kept of an exception that passed through pandas' function: words, never the exception."""

from __future__ import annotations

from lineage_ext.capture.snapshot import ATOMS
from lineage_ext.kinds import among, args_of, library_of, name_of
from lineage_ext.redaction import cut

KNOWN = frozenset({int, *ATOMS} - {type})
MOST_TEXT = 2_000


def told(error: BaseException | None) -> str:
    """Type and text of the user's exception. Only standard types with plain arguments are asked for their text: others
    are user code, or ask it."""
    kind = type(error)
    name, plain = str(name_of(kind)), library_of(kind) in {"builtins", "pandas"}
    args = () if error is None else args_of(error)
    return f"{name}: {cut(str(error), MOST_TEXT)}" if plain and all(map(_is_plain, args)) else name


def _is_plain(part: object) -> bool:
    kind = type(part)
    return among(kind, KNOWN) or (kind is tuple and all(among(type(one), KNOWN) for one in part))  # type: ignore[attr-defined]
