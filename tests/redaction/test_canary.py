"""Secrets put everywhere a notebook may have them: not one byte of them is in anything that leaves.

What leaves: the store, both logs, the log of problems, every export, what %lineage shows, OpenLineage events, spans and
metrics.
"""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lineage_ext import guard
from lineage_ext.config import LineageConfig
from lineage_ext.export import FORMATS, export
from lineage_ext.hosts import start
from tests.emit.opentelemetry.receiver import Receiver, receiver
from tests.hosts.conftest import Shell
from tests.hosts.conftest import ip as ip  # noqa: PLC0414  # a fixture
from tests.redaction.secrets_by_family import ALL, PRIVATE_KEY

SINKS = {"runtime_log": True, "lineage_log": True, "openlineage": "file", "granularity": "operation"}
# How a cell gets hold of the secret, and what it does with it then. {s!r} is the secret, {q} where files go.
GIVEN = [
    "password = {s!r}",
    "import os\nos.environ['X_API_KEY'] = {s!r}\npassword = os.environ['X_API_KEY']",
    "config = {{'auth_token': {s!r}}}\npassword = config['auth_token']",
    "import os\npassword = os.environ['CANARY_TOKEN']",
    "def connect(client_secret={s!r}):\n    return client_secret\npassword = connect()",
]
USES = [
    "raise ValueError(f'no {{password}} here')",
    "raise ConnectionError('postgresql://me:' + password + '@h/d failed')",
    "pd.read_csv(f'/nowhere/{{password}}.csv')",
    "pd.read_csv('https://127.0.0.1:9/x?token=' + password)",
    "df.to_csv(f'{q}/x_{{password[:40]}}.csv') if len(password) < 40 and '/' not in password else None",
    "df[password] = 1\ndf = df.rename(columns={{'a': 'b_' + password}})",
    "df.loc[0, password] = 1; df.groupby(password).sum(); df.pivot_table(index='a', columns=password, values='a')",
    "pd.read_sql(f\"select '{{password}}' as x, 1 as a\", db)",
    "df['no such ' + password]",
    "df.query(f'a == 1 and b == @{{password}}')",
    "password",
    "[password, {{'x': password}}]",
    "df.attrs['x'] = password; df.copy()",
    "s = pd.Series([1], name=password); s + 1",
    "int(password)",
    "import warnings; warnings.warn(password)",
]
# The secret where only its place or shape tells: in each cell of this kind it stands for itself.
WRITTEN = [
    "df.to_csv('{q}/y.csv')  # password: {s}",
    "x = '''\nAPI_TOKEN={s}\n'''",
    "pd.DataFrame({{'a': [1]}}).assign(token={s!r})",
    "u = 'https://me:{s}@h/x'",
]
SHAPELESS = st.text(string.ascii_letters + string.digits + "-_.~+", min_size=10, max_size=30).filter(
    lambda s: sum(c.isdigit() for c in s) > 2 and len(set(s)) > 6 and s[0].isalpha() and s[-1].isalpha()
)
SHAPED = st.sampled_from([s for s in ALL if "://" not in s])


@contextmanager
def tracked(shell: Shell, folder: Path) -> Iterator[Any]:
    """A session with every sink there is, in ``folder``."""
    guard.forget()
    session = start.in_ipython(shell.ip, LineageConfig(folder=str(folder), **SINKS))
    try:
        yield session
    finally:
        session.close()


def everything(folder: Path, session: Any, value: object) -> bytes:
    """All that leaves, while the session is open."""
    shown = [str(session.summary()), str(session.overview()), str(session.upstream(value)), str(guard.problems())]
    for name, made in FORMATS.items():
        export(session, name, folder / "exports" / made.file)
    return "\n".join(shown).encode()


serial = itertools.count()


@pytest.fixture
def collector() -> Iterator[Receiver]:
    """Where spans and metrics go."""
    with receiver() as found:
        yield found


@pytest.mark.slow
@pytest.mark.usefixtures("capfd")
@settings(
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)  # fmt: skip  # a smaller example takes minutes to find, and the first one says enough
@given(
    secret=SHAPED | SHAPELESS | st.just(PRIVATE_KEY),
    given_=st.sampled_from(GIVEN),
    uses=st.lists(st.sampled_from(USES), min_size=4, max_size=7, unique=True),
    written=st.sampled_from(WRITTEN),
)
def test_no_byte_of_a_secret_leaves(
    ip: Any,
    tmp_path: Path,
    collector: Receiver,
    secret: str,
    given_: str,
    uses: list[str],
    written: str,
) -> None:
    """Whatever kind of secret, however the notebook got it, whatever it does with it."""
    folder = tmp_path / f"lineage{next(serial)}"
    (folder / "exports").mkdir(parents=True)
    (data := tmp_path / "data").mkdir(exist_ok=True)
    shell = Shell(ip)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANARY_TOKEN", secret)
        patch.delenv("LINEAGE_STRICT")  # hostile columns may trip a rule: that must not leak either
        patch.delenv("OPENLINEAGE_DISABLED")
        patch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        patch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
        with tracked(shell, folder) as session:
            shell.run(
                "import pandas as pd, sqlite3\ndf = pd.DataFrame({'a': [1, 2]})\ndb = sqlite3.connect(':memory:')"
            )
            for cell in (given_, *uses, *([written] if "\n" not in secret else [])):
                shell.run(cell.format(s=secret, q=data))
            left = everything(folder, session, ip.user_ns["df"])
    kept = [p.read_bytes() for p in folder.rglob("*") if p.is_file()]
    for sink in (left, b"".join(collector.bodies), (folder / "openlineage.ndjson").read_bytes()):
        assert b"DataFrame" in sink, "each has what isn't secret"
    left += b"".join((*kept, *collector.bodies))
    collector.bodies.clear()
    for part in secret.splitlines():
        assert part.encode() not in left, left[max(left.find(part.encode()) - 200, 0) :][:400]
