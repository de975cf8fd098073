"""Configuration, as traitlets: set it in ``%lineage config``, in IPython's config files (``c.LineageConfig.…``), or by
environment (``LINEAGE_<NAME>``), the later winning over the earlier default."""

from __future__ import annotations

import os
from typing import Any

from traitlets import Bool, Dict, Enum, Float, Int, List, Unicode
from traitlets.config import Configurable

PREFIX = "LINEAGE_"


class LineageConfig(Configurable):
    """All settings. Every one has a default that needs no thought."""

    folder = Unicode(
        ".lineage", help="Where the store and logs go; relative to the project (git root, else the notebook's folder)."
    ).tag(config=True)
    store = Enum(["sqlite", "memory"], default_value="sqlite", help="Keep sessions on disk, or in memory only.").tag(
        config=True
    )
    runtime_log = Bool(False, help="Write runs as JSON lines to runtime.jsonl.").tag(config=True)
    lineage_log = Bool(False, help="Write column lineage as JSON lines to lineage.jsonl.").tag(config=True)
    log_max_bytes = Int(50_000_000, min=100_000, help="Size at which a JSONL log is rotated.").tag(config=True)
    flush_interval = Float(0.25, min=0.02, help="Longest time (s) a record waits before it is interpreted.").tag(
        config=True
    )
    sample_interval = Float(0.05, min=0.01, help="Memory sampling interval (s) while a cell runs.").tag(config=True)
    result_max_items = Int(100, min=0, help="Results with more items than this are described, not stored.").tag(
        config=True
    )
    result_max_bytes = Int(10_000, min=0, help="Results bigger than this are described, not stored.").tag(config=True)
    callback_operations = Int(
        200, min=0, help="Operations recorded inside one user callback (apply, transform, pipe)."
    ).tag(config=True)

    granularity = Enum(
        ["notebook", "sink", "cell", "operation"],
        default_value="sink",
        help="What has an OpenLineage run: the notebook, each file or table written, each cell, each operation.",
    ).tag(config=True)
    openlineage_namespace = Unicode("notebooks", help="Namespace of OpenLineage jobs; OPENLINEAGE_NAMESPACE wins.").tag(
        config=True
    )
    openlineage_source = Bool(True, help="Tell source code to OpenLineage (credentials masked).").tag(config=True)
    openlineage_environment = List(
        Unicode(), help="Names of environment variables to tell to OpenLineage; by default none."
    ).tag(config=True)
    openlineage_tags = Dict(help="Tags of the notebook's OpenLineage job.").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**_from_environment(self.class_trait_names(config=True)), **kwargs})


def _from_environment(names: list[str]) -> dict[str, Any]:
    found = {}
    for name in names:
        text = os.environ.get(PREFIX + name.upper())
        if text is not None:
            found[name] = LineageConfig.class_traits()[name].from_string(text)
    return found
