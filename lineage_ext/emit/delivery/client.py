"""``openlineage-python`` as the courier uses it: its configuration and transports as they are, but for what would wait.

The client takes objects and changes them; ours are plain dicts. Facets stay dicts within its events, which it
serializes all the same, except the three it looks into.
"""

from __future__ import annotations

from typing import Any

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import environment_variables_run, tags_job, tags_run
from openlineage.client.transport.http import HttpConfig, HttpTransport

Event = dict[str, Any]
LATER = frozenset({401, 403, 404, 407, 408, 425, 429})
"""HTTP answers below 500 that say something of the backend or the way to it, and nothing of the event."""


class Refused(Exception):
    """The event won't be taken, now or later."""


class Client:
    """Sends one event at a time. Making it raises whatever the client raises for its configuration."""

    def __init__(self) -> None:
        self._client = OpenLineageClient()
        self._client.transport = _patient(self._client.transport)
        _keep_out_of_git(self._client)
        self.named = _named(self._client.transport)

    def send(self, event: Event) -> None:
        """Send it. Raises Refused, or what the transport raised when it may be taken later."""
        try:
            self._client.emit(as_object(event))
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            if _answer(error) is None and not isinstance(error, OSError):
                raise Refused(f"{type(error).__name__}: {error}") from error
            raise
        except Exception as error:
            answer = _answer(error)
            if answer is not None and 400 <= answer < 500 and answer not in LATER:
                raise Refused(str(error)) from error
            raise

    def close(self) -> None:
        """Let transports that buffer send what they have."""
        close = getattr(self._client, "close", None) or getattr(self._client.transport, "close", None)
        if close is not None:
            close(2.0)


def _answer(error: BaseException) -> int | None:
    """The HTTP status an error carries."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) else None


# -- the client's own ways -------------------------------------------------------------------------------------------
def _patient(transport: Any) -> Any:
    """Without retries, which only wait: the courier tries again itself, and keeps the order."""
    if transport.kind == "composite":
        transport.transports[:] = [_patient(t) for t in transport.transports]
    elif transport.kind == "async_http":
        known = {name: getattr(transport.config, name) for name in _HTTP if hasattr(transport.config, name)}
        transport = HttpTransport(HttpConfig(**known))
    if transport.kind == "http" and hasattr(transport.config, "retry"):
        transport.config.retry = {"total": 0}
    return transport


_HTTP = ("url", "endpoint", "timeout", "verify", "auth", "compression", "custom_headers")


def _keep_out_of_git(client: Any) -> None:
    """Since 1.4x the client adds a remote's address to events that have none, user and password included."""
    found = getattr(client.config.facets, "source_code_location", None)
    if found is not None and not any((found.repo_url, found.version, found.branch, found.tag)):
        found.disabled = True


def _named(transport: Any) -> str:
    """The transport and where it leads, without credentials."""
    if transport.kind == "composite":
        return ", ".join(_named(t) for t in transport.transports)
    config = getattr(transport, "config", None)
    place = getattr(config, "url", None) or getattr(config, "log_file_path", None) or getattr(config, "topic", None)
    return f"{transport.kind} {place}" if place else str(transport.kind)


# -- events ----------------------------------------------------------------------------------------------------------
def as_object(event: Event) -> RunEvent:
    """The client's object for an event."""
    run, job = event["run"], event["job"]
    return RunEvent(
        eventType=RunState(event["eventType"]),
        eventTime=event["eventTime"],
        run=Run(run["runId"], facets=_looked_into(run["facets"], _OF_RUN)),
        job=Job(job["namespace"], job["name"], facets=_looked_into(job["facets"], _OF_JOB)),
        inputs=[InputDataset(**dataset) for dataset in event["inputs"]],
        outputs=[OutputDataset(**dataset) for dataset in event["outputs"]],
        producer=event["producer"],
    )


def _looked_into(facets: dict[str, Any], classes: dict[str, Any]) -> dict[str, Any]:
    return {key: classes[key](facet) if key in classes else facet for key, facet in facets.items()}


def _run_tags(facet: dict[str, Any]) -> Any:
    return _from(tags_run.TagsRunFacet, facet, tags=[tags_run.TagsRunFacetFields(**t) for t in facet["tags"]])


def _job_tags(facet: dict[str, Any]) -> Any:
    return _from(tags_job.TagsJobFacet, facet, tags=[tags_job.TagsJobFacetFields(**t) for t in facet["tags"]])


def _environment(facet: dict[str, Any]) -> Any:
    known = [environment_variables_run.EnvironmentVariable(**v) for v in facet["environmentVariables"]]
    return _from(environment_variables_run.EnvironmentVariablesRunFacet, facet, environmentVariables=known)


def _from(kind: Any, facet: dict[str, Any], **fields: Any) -> Any:
    return kind(producer=facet["_producer"], **fields)


_OF_RUN = {"tags": _run_tags, "environmentVariables": _environment}
_OF_JOB = {"tags": _job_tags}
