"""Whether ``openlineage-python`` would find something to do here, found out without importing it."""

from __future__ import annotations

import os
from collections.abc import Mapping


def wanted(choice: str, environment: Mapping[str, str]) -> bool:
    """Whether events are to be emitted: ``choice`` is auto, file or off; ``OPENLINEAGE_DISABLED`` has the last word."""
    if choice == "off" or environment.get("OPENLINEAGE_DISABLED", "").strip().lower() == "true":
        return False
    return choice == "file" or has_transport(environment)


def has_transport(environment: Mapping[str, str]) -> bool:
    """Whether a variable or one of the files says where events go. https://openlineage.io/docs/client/python"""
    if environment.get("OPENLINEAGE_URL") or any(name.startswith("OPENLINEAGE__TRANSPORT") for name in environment):
        return True
    places = (environment.get("OPENLINEAGE_CONFIG"), "openlineage.yml", "~/.openlineage/openlineage.yml")
    return any(os.path.isfile(os.path.expanduser(place)) for place in places if place)
