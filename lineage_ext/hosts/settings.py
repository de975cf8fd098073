"""A project's settings: ``lineage.toml`` beside its git root, or beside the notebook where there is no git."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lineage_ext.config import PREFIX, LineageConfig
from lineage_ext.errors import suggest

FILE = "lineage.toml"


def configure(folder: Path, note: Callable[[str], None], parent: Any = None) -> LineageConfig:
    """The configuration of a session in ``folder``: IPython's, overruled by the file, overruled by the environment.

    What one of them says wrongly is left out and told to ``note``; the rest of it counts. Raises nothing.
    """
    try:
        config = LineageConfig(parent=parent)
    except Exception:  # traitlets' TraitError, not imported for its name alone: none of IPython's settings was taken
        config = LineageConfig()
        _take(config, "IPython's configuration", dict(parent.config.LineageConfig), note)
    for text in config.wrong:
        note(text)
    _take(config, FILE, _read(folder / FILE, note), note)
    return config


def _take(config: LineageConfig, origin: str, values: dict[str, Any], note: Callable[[str], None]) -> None:
    """Set what the environment doesn't."""
    traits = LineageConfig.class_traits(config=True)
    for name, value in values.items():
        if name not in traits:
            told = suggest(name, sorted(traits))
            note(f"{origin}: there is no setting {name!r}{told}{config.mistaken(name)}")
        elif PREFIX + name.upper() not in os.environ:
            try:
                setattr(config, name, value)
            except Exception:
                note(f"{origin}: {name} can't be {value!r}{config.expected(name)}{config.mistaken(name)}")


def _read(file: Path, note: Callable[[str], None]) -> dict[str, Any]:
    if not file.exists():
        return {}
    import tomllib  # 4 ms of %load_ext

    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        note(f"{file} can't be read, its settings don't count: {error}")
        return {}
