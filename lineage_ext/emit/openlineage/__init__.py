"""OpenLineage: the notebook's runs, jobs and datasets for the catalog people already have. https://openlineage.io

``emitter`` says which runs are told, ``flow`` what went into a write over all operations, ``*_facets``, ``datasets``
and ``columns`` say it in OpenLineage's words, as plain dicts; ``encoding`` makes the line that leaves.

To add a facet: see ``facet.py``. To tell more runs: a method of ``Emitter``.
"""

from lineage_ext.emit.openlineage.emitter import Emitter
from lineage_ext.emit.openlineage.encoding import encode
from lineage_ext.emit.openlineage.history import events
from lineage_ext.emit.openlineage.settings import Settings

__all__ = ["Emitter", "Settings", "encode", "events"]
