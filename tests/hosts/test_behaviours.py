"""The table of behaviours that ``make hosts`` goes through."""

from __future__ import annotations

from tests.hosts.behaviours import BEHAVIOURS, probes


def test_every_behaviour_has_a_test_and_every_number_a_behaviour() -> None:
    """A row without a probe would be a promise nobody keeps."""
    probed = {number for probe in probes() for number in probe.numbers}
    assert probed == set(BEHAVIOURS) == set(range(1, 53))
