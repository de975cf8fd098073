"""Whether an event is valid: by the client's own classes, by our schemas, and by the official ones where there are.

The client's classes don't check what they are given, so it is checked here against their annotations: every key known,
every required one there, every value of its type. ``LINEAGE_OPENLINEAGE_SPEC`` names a folder with OpenLineage.json and
facets/*.json (a checkout of the spec).
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import types
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attr
from openlineage.client import generated
from openlineage.client.generated import base

SPEC = os.environ.get("LINEAGE_OPENLINEAGE_SPEC")
OURS = Path(__file__).parents[3] / "lineage_ext" / "schemas" / "openlineage"
Event = dict[str, Any]


def faults(event: Event) -> list[str]:
    """What is wrong with an event; empty if it is valid."""
    return [*_event_faults(event), *(_official(event) if SPEC else ())]


# -- by the client's classes -----------------------------------------------------------------------------------------
def _event_faults(event: Event) -> Iterator[str]:
    known = {"eventType", "eventTime", "run", "job", "inputs", "outputs", "producer", "schemaURL"}
    if event.keys() != known:
        yield f"keys {sorted(event.keys() ^ known)}"
    if event["schemaURL"] != base.RunEvent._get_schema():
        yield f"schemaURL {event['schemaURL']}"
    if datetime.fromisoformat(event["eventTime"]).tzinfo is None:
        yield "eventTime without a zone"
    try:
        base.RunEvent(
            eventType=base.EventType(event["eventType"]),
            eventTime=event["eventTime"],
            run=base.Run(event["run"]["runId"]),
            job=base.Job(event["job"]["namespace"], event["job"]["name"]),
            producer=event["producer"],
        )
    except (ValueError, TypeError) as error:
        yield f"event: {error}"
    for place, where, facets in _facets(event):
        for key, facet in facets.items():
            yield from (f"{where}.{key}{fault}" for fault in _facet_faults(json.dumps(facet), place))


def _facets(event: Event) -> Iterator[tuple[type, str, dict[str, Any]]]:
    yield base.RunFacet, "run", event["run"]["facets"]
    yield base.JobFacet, "job", event["job"]["facets"]
    for i, dataset in enumerate(event["inputs"]):
        yield base.DatasetFacet, f"inputs[{i}]", dataset["facets"]
        yield base.InputDatasetFacet, f"inputs[{i}]", dataset.get("inputFacets", {})
    for i, dataset in enumerate(event["outputs"]):
        yield base.DatasetFacet, f"outputs[{i}]", dataset["facets"]
        yield base.OutputDatasetFacet, f"outputs[{i}]", dataset.get("outputFacets", {})


@lru_cache(50_000)
def _facet_faults(text: str, place: type) -> tuple[str, ...]:
    """Of a facet as JSON: most are in many events."""
    return tuple(_faults_of(json.loads(text), place))


def _faults_of(facet: dict[str, Any], place: type) -> Iterator[str]:
    url, name = facet["_schemaURL"], facet["_schemaURL"].rsplit("/", 1)[-1]
    kind = classes().get(name)
    if kind is None:
        if not _newer_than_the_client(name):
            yield f": no class {name}"
        return
    if not issubclass(kind, place):
        yield f": {name} isn't a {place.__name__}"
    if kind._get_schema() > url:
        yield f": {url}, the client has {kind._get_schema()}"
    rest = {k: v for k, v in facet.items() if k not in ("_producer", "_schemaURL")}
    older = kind._get_schema() < url  # the client at the floor of pyproject.toml: it doesn't know what was added since
    yield from (fault for fault in _object_faults(rest, kind, "") if not (older and fault.endswith(": unknown")))


def _newer_than_the_client(name: str) -> bool:
    return name not in classes() and not hasattr(generated, "lineage") and "lineage" not in _modules()


@cache
def _modules() -> tuple[str, ...]:
    return tuple(m.name for m in pkgutil.iter_modules(generated.__path__))


@cache
def classes() -> dict[str, Any]:
    """Facet classes by name: the client's and ours."""
    found = {}
    for module in [importlib.import_module(f"openlineage.client.generated.{m}") for m in _modules()]:
        found |= {n: c for n, c in vars(module).items() if isinstance(c, type) and issubclass(c, base.BaseFacet)}
    from lineage_ext.emit.openlineage import classes as ours

    return found | {n: c for n, c in vars(ours).items() if isinstance(c, type) and issubclass(c, base.BaseFacet)}


def _object_faults(value: Any, kind: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: {value!r} isn't an object"
        return
    known = _fields(kind)
    yield from (f"{where}.{key}: unknown" for key in value.keys() - known.keys())
    for name, (hint, required) in known.items():
        if name in value:
            yield from _value_faults(value[name], hint, f"{where}.{name}")
        elif required:
            yield f"{where}.{name}: required"


@cache
def _fields(kind: Any) -> dict[str, tuple[Any, bool]]:
    """The annotation of each field, and whether it is required."""
    hints = get_type_hints(kind)
    fields = [field for field in attr.fields(kind) if not field.name.startswith("_")]
    return {field.name: (hints[field.name], field.default is attr.NOTHING) for field in fields}


def _value_faults(value: Any, hint: Any, where: str) -> Iterator[str]:
    origin = get_origin(hint)
    if hint is Any:
        return
    if attr.has(hint) if isinstance(hint, type) else False:
        yield from _object_faults(value, hint, where)
    elif origin in (Union, types.UnionType):
        tried = [list(_value_faults(value, option, where)) for option in get_args(hint) if option is not type(None)]
        if all(tried):
            yield min(tried, key=len)[0]
    elif origin is Literal:
        if value not in get_args(hint):
            yield f"{where}: {value!r} isn't one of {get_args(hint)}"
    elif origin is list:
        for i, item in enumerate(value if isinstance(value, list) else [None]):
            yield from _value_faults(item, get_args(hint)[0], f"{where}[{i}]")
    elif origin is dict:
        for key, item in value.items() if isinstance(value, dict) else [("?", None)]:
            yield from _value_faults(item, get_args(hint)[1], f"{where}[{key}]")
    elif not _is(value, hint):
        yield f"{where}: {value!r} isn't {hint}"


def _is(value: Any, kind: Any) -> bool:
    if issubclass(kind, Enum):
        return value in [member.value for member in kind]
    if kind in (int, float):
        return isinstance(value, int if kind is int else int | float) and not isinstance(value, bool)
    return isinstance(value, kind)


# -- by JSON Schemas -------------------------------------------------------------------------------------------------
def _official(event: Event) -> Iterator[str]:
    core, places = _schemas(SPEC or "")
    yield from (f"event: {e.message[:200]}" for e in core.iter_errors(_bare(event)))
    for place, where, facets in _facets(event):
        for key, facet in facets.items():
            if (place.__name__, key) not in places:
                yield f"{where}.{key}: no schema for {place.__name__}"
            else:
                yield from (f"{where}.{key}: {m}" for m in _official_faults(json.dumps(facet), place.__name__, key))


def _bare(event: Event) -> Event:
    """Without facets, which are checked one by one."""
    if isinstance(event, dict):
        return {k: _bare(v) for k, v in event.items() if not k.lower().endswith("facets")}
    return [_bare(v) for v in event] if isinstance(event, list) else event


@lru_cache(50_000)
def _official_faults(text: str, place: str, key: str) -> list[str]:
    schema = _schemas(SPEC or "")[1][place, key]
    return [e.message[:200] for e in schema.iter_errors(json.loads(text))]


@cache
def _schemas(folder: str) -> tuple[Any, dict[tuple[str, str], Any]]:
    from jsonschema import Draft202012Validator, FormatChecker
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT202012

    files = [Path(folder) / "OpenLineage.json", *sorted(Path(folder).glob("facets/*.json")), *sorted(OURS.glob("*"))]
    documents = [json.loads(f.read_text()) for f in files]
    resources = [(d["$id"], Resource.from_contents(d, default_specification=DRAFT202012)) for d in documents]
    registry: Any = Registry().with_resources(resources)

    def validator(url: str) -> Any:
        return Draft202012Validator({"$ref": url}, registry=registry, format_checker=FormatChecker())

    places = {}
    for document in documents[1:]:
        for name, body in document["$defs"].items():
            bases = [part["$ref"].rsplit("/", 1)[-1] for part in body.get("allOf", ()) if "$ref" in part]
            for key in document["properties"]:
                places.update(((b, key), validator(f"{document['$id']}#/$defs/{name}")) for b in bases)
    return validator(f"{documents[0]['$id']}#/$defs/RunEvent"), places


# -- over all events -------------------------------------------------------------------------------------------------
def lifecycle_faults(events: list[Event]) -> list[str]:
    """What is wrong with the order of events: one START and one end for each run, parents first, times forward."""
    runs: dict[str, list[Event]] = {}
    found = []
    for event in events:
        parent = event["run"]["facets"].get("parent")
        if parent is not None and "root" not in parent:
            found.append(f"{event['job']['name']}: no root")
        inside = parent is not None and parent["run"]["runId"] in {e["run"]["runId"] for e in events}
        if inside and parent["run"]["runId"] not in runs:
            found.append(f"{event['job']['name']} before its parent")
        runs.setdefault(event["run"]["runId"], []).append(event)
    for run_id, (first, *rest) in runs.items():
        kinds = [first["eventType"], *(e["eventType"] for e in rest)]
        if len(kinds) != 2 or kinds[0] != "START" or kinds[1] not in ("COMPLETE", "FAIL", "ABORT"):
            found.append(f"{run_id}: {kinds}")
        elif first["eventTime"] > rest[0]["eventTime"]:
            found.append(f"{run_id}: ends before it begins")
        elif first["job"]["name"] != rest[0]["job"]["name"]:
            found.append(f"{run_id}: two jobs")
        elif first["inputs"] and first["inputs"] != rest[0]["inputs"]:
            found.append(f"{run_id}: other inputs at its end")
        elif first["outputs"] and first["outputs"] != rest[0]["outputs"]:
            found.append(f"{run_id}: other outputs at its end")
    return found
