"""The fixed vocabulary: kinds of runs and datasets, states, transformations, confidence."""

from __future__ import annotations

import enum


class RunKind(enum.StrEnum):
    """What a Run spans; kinds nest in this order through ``parent_id``."""

    SESSION = "session"
    CELL = "cell"
    OPERATION = "operation"


class RunState(enum.StrEnum):
    """OpenLineage's run states. https://openlineage.io/docs/spec/run-cycle"""

    START = "START"
    RUNNING = "RUNNING"
    COMPLETE = "COMPLETE"
    ABORT = "ABORT"
    FAIL = "FAIL"


class DatasetKind(enum.StrEnum):
    """What kind of thing holds the columns."""

    EXTERNAL = "external"  # a file, table or topic outside the process
    FRAME = "frame"
    SERIES = "series"  # one column
    ROW = "row"  # a labelled record: its slots are its labels (``df.mean()``, ``iterrows``)
    ARRAY = "array"
    INDEX = "index"
    SCALAR = "scalar"
    GROUPED = "grouped"  # group-by, window or resampler: columns, levels and keys of the frame it was made from
    VALUE = "value"  # a Python value pandas doesn't carry, reconstructed from the source text


class Transformation(enum.StrEnum):
    """How a source slot influences a target slot, in OpenLineage's words.

    https://openlineage.io/docs/spec/facets/dataset-facets/column_lineage_facet
    """

    IDENTITY = "IDENTITY"
    TRANSFORMATION = "TRANSFORMATION"
    AGGREGATION = "AGGREGATION"
    JOIN = "JOIN"
    GROUP_BY = "GROUP_BY"
    FILTER = "FILTER"
    SORT = "SORT"
    WINDOW = "WINDOW"
    CONDITIONAL = "CONDITIONAL"

    @property
    def direct(self) -> bool:
        """True for IDENTITY, TRANSFORMATION and AGGREGATION: the value itself flows."""
        return self in _DIRECT

    @property
    def type(self) -> str:
        """``DIRECT`` or ``INDIRECT``."""
        return "DIRECT" if self.direct else "INDIRECT"

    def then(self, later: Transformation) -> Transformation:
        """The influence along a path of two steps, ``self`` first (nearer the source).

        INDIRECT dominates, the one nearer the source winning; among direct ones
        AGGREGATION > TRANSFORMATION > IDENTITY, as OpenLineage's Spark integration composes.
        """
        if not self.direct:
            return self
        if not later.direct:
            return later
        return self if _STRENGTH[self] >= _STRENGTH[later] else later


_DIRECT = frozenset({Transformation.IDENTITY, Transformation.TRANSFORMATION, Transformation.AGGREGATION})


_STRENGTH = {Transformation.IDENTITY: 0, Transformation.TRANSFORMATION: 1, Transformation.AGGREGATION: 2}


class Confidence(enum.StrEnum):
    """How an edge is known. A path is as sure as its weakest step."""

    EXACT = "exact"  # the operation's documented semantics and the recorded arguments
    INFERRED = "inferred"  # from the user's source text, or an over-approximation that misses nothing
    OPAQUE = "opaque"  # no rule explains it: every input may have influenced every output

    def then(self, later: Confidence) -> Confidence:
        """The weaker of the two."""
        return self if _DOUBT[self] >= _DOUBT[later] else later


_DOUBT = {Confidence.EXACT: 0, Confidence.INFERRED: 1, Confidence.OPAQUE: 2}
