"""Who started the notebook: an orchestrator says so in the environment, in one of the ways there are.

``OPENLINEAGE_CONTEXT`` holds the parent facet as JSON; ``OPENLINEAGE_PARENT_ID`` and ``OPENLINEAGE_ROOT_PARENT_ID`` are
``namespace/name/runId``, as Airflow's and dbt's integrations have them; ``OPENLINEAGE_PARENT_RUN_ID``,
``…_JOB_NAMESPACE`` and ``…_JOB_NAME`` say the same in three. The first that can be read counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from lineage_ext import guard
from lineage_ext.model import ParentFacet

Named = tuple[str, str, str]
"""Run id, namespace and name of the job."""


def adopted(environment: Mapping[str, str]) -> ParentFacet | None:
    """The run that started this process. What is there and can't be read is reported, and left out."""
    for name, read in (
        ("OPENLINEAGE_CONTEXT", _context),
        ("OPENLINEAGE_PARENT_ID", _ids),
        ("OPENLINEAGE_PARENT_RUN_ID", _variables),
    ):
        if environment.get(name):
            try:
                parent, root = read(environment)
                return ParentFacet(*parent, *root)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                guard.report("openlineage", f"{name} can't be read as a parent run ({error}); it is left out")
    return None


def _context(environment: Mapping[str, str]) -> tuple[Named, Named]:
    parent = json.loads(environment["OPENLINEAGE_CONTEXT"])["parent"]
    nearest = _of_facet(parent)
    return nearest, _of_facet(parent["root"]) if parent.get("root") else nearest


def _of_facet(facet: Mapping[str, Any]) -> Named:
    return _checked(facet["run"]["runId"], facet["job"]["namespace"], facet["job"]["name"])


def _ids(environment: Mapping[str, str]) -> tuple[Named, Named]:
    parent = of_id(environment["OPENLINEAGE_PARENT_ID"])
    root = environment.get("OPENLINEAGE_ROOT_PARENT_ID")
    return parent, of_id(root) if root else parent


def of_id(text: str) -> Named:
    """``namespace/name/runId``; a namespace may hold slashes itself."""
    rest, _, run_id = text.rpartition("/")
    namespace, _, name = rest.rpartition("/")
    return _checked(run_id, namespace, name)


def _variables(environment: Mapping[str, str]) -> tuple[Named, Named]:
    parent = _of_variables(environment, "OPENLINEAGE_PARENT")
    root = environment.get("OPENLINEAGE_ROOT_PARENT_RUN_ID")
    return parent, _of_variables(environment, "OPENLINEAGE_ROOT_PARENT") if root else parent


def _of_variables(environment: Mapping[str, str], prefix: str) -> Named:
    run_id, namespace, name = (f"{prefix}_{part}" for part in ("RUN_ID", "JOB_NAMESPACE", "JOB_NAME"))
    return _checked(environment[run_id], environment[namespace], environment[name])


def _checked(run_id: str, namespace: str, name: str) -> Named:
    if not namespace or not name:
        raise ValueError("it names no job")
    return str(UUID(run_id)), str(namespace), str(name)
