"""What the client makes of our dicts is what we made; what it is configured for, it does; what would wait is off."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from openlineage.client.serde import Serde

from lineage_ext.emit.delivery.client import Client, Refused, as_object
from lineage_ext.emit.openlineage import Settings
from tests.emit.delivery.backend import configure
from tests.emit.openlineage import told


def test_events_stay_as_they_are(tmp_path: Path) -> None:
    """Every key and value of every granularity's events comes out of the client's serializer again."""
    folder = told.sales(tmp_path)
    cells = ["sales = pd.read_csv(here + '/sales.csv')", "sales[sales.item > 1].to_csv(here + '/b.csv')", "1 / 0"]
    settings = Settings(granularity="operation", tags={"team": "sales"}, environment=("HOME",))
    for event in told.run(folder, *cells, settings=settings):
        assert json.loads(Serde.to_json(as_object(event))) == json.loads(json.dumps(event))


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    """A client whose transport leads nowhere."""
    configure(monkeypatch, URL="http://127.0.0.1:9")
    return Client()


@pytest.mark.parametrize(
    ("answer", "refused"), [(400, True), (422, True), (401, False), (404, False), (429, False), (500, False)]
)
def test_which_answers_are_the_events_fault(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: int, refused: bool
) -> None:
    """4xx of the event itself refuse it for good; the others say that it may be taken later."""
    response = requests.Response()
    response.status_code = answer
    error = requests.HTTPError(str(answer), response=response)

    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(client._client.transport, "emit", fail)
    [event, *_] = told.run(tmp_path)
    with pytest.raises(Refused if refused else requests.HTTPError):
        client.send(event)


def test_what_isnt_an_event_is_refused(client: Client) -> None:
    """It would fail the next time, too."""
    with pytest.raises(Refused):
        client.send({"eventType": "START"})


def test_the_clients_own_retries_are_off(client: Client) -> None:
    """They only wait, up to nine seconds for a backend that is down."""
    transport = client._client.transport
    retries = transport.session.get_adapter(transport.url).max_retries if hasattr(transport.config, "retry") else None
    assert retries is None or retries.total == 0


def test_the_address_of_a_remote_doesnt_leave(client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The client would add it to events without a place in git, user and password included."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / ".git" / "config").write_text('[remote "origin"]\n\turl = https://u:hunter2@github.com/a/b.git\n')
    monkeypatch.chdir(tmp_path)
    sent: list[str] = []
    monkeypatch.setattr(client._client.transport, "emit", lambda event: sent.append(Serde.to_json(event)))
    client.send(told.run(tmp_path)[0])
    assert "hunter2" not in sent[0]
    assert "sourceCodeLocation" not in sent[0]
