"""What may be chosen of what is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lineage_ext.config import LineageConfig

LEVELS = ("notebook", "sink", "cell", "operation")
"""What has runs of its own, each with those before it; with "notebook" the notebook's run carries the datasets."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How much is told. ``environment`` names the variables that are told, ``tags`` go to the notebook's job."""

    granularity: str = "sink"
    source: bool = True
    environment: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    def tells(self, level: str) -> bool:
        """Whether runs of that level are told."""
        return LEVELS.index(level) <= LEVELS.index(self.granularity)

    @classmethod
    def of(cls, config: LineageConfig) -> Settings:
        """The settings of a configuration."""
        return cls(
            granularity=config.granularity,
            source=config.openlineage_source,
            environment=tuple(config.openlineage_environment),
            tags=dict(config.openlineage_tags),
        )
