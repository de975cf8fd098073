"""Names of external datasets as OpenLineage gives them: (namespace, name) of a path, a URL or a table.

To name another store: an entry in ``OBJECTS`` (bucket and key), ``SERVERS`` (host and path) or ``DATABASES``.
Nothing here touches the file system or the network, and no name ever holds a user, password, token or signature.
Source: https://openlineage.io/docs/spec/naming and ``openlineage.client.naming.dataset``.
"""

from __future__ import annotations

import ntpath
import os.path
import posixpath
import re
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

Name = tuple[str, str]

OBJECTS = {"s3": "s3", "s3a": "s3", "s3n": "s3", "gs": "gs", "gcs": "gs", "oss": "oss", "cos": "cos", "r2": "s3"}
SERVERS = {
    "hdfs": ("hdfs", 8020),
    "webhdfs": ("hdfs", 8020),
    "ftp": ("ftp", 21),
    "sftp": ("sftp", 22),
    "ssh": ("sftp", 22),
}
STREAMS = {"kafka": 9092, "pulsar": 6650, "nats": 4222, "amqp": 5672, "mqtt": 1883, "eventhubs": 9093}
AZURE = {"abfs": "abfss", "abfss": "abfss", "az": "abfss", "adl": "abfss", "wasb": "wasbs", "wasbs": "wasbs"}
DATABASES = {  # scheme: (namespace's scheme, port, what stands before the table)
    "postgresql": ("postgres", 5432, "database public"),
    "postgres": ("postgres", 5432, "database public"),
    "cockroachdb": ("cockroachdb", 26257, "database public"),
    "redshift": ("redshift", 5439, "database public"),
    "mysql": ("mysql", 3306, "database|schema"),
    "mariadb": ("mysql", 3306, "database|schema"),
    "mssql": ("mssql", 1433, "database dbo"),
    "oracle": ("oracle", 1521, "database schema"),
    "db2": ("db2", 50000, "database schema"),
    "ibm_db_sa": ("db2", 50000, "database schema"),
    "crate": ("crate", 4200, "database doc"),
    "trino": ("trino", 8080, "path"),
    "presto": ("presto", 8080, "path"),
    "hive": ("hive", 10000, "database|schema"),
    "clickhouse": ("clickhouse", 8123, "database|schema"),
    "teradatasql": ("teradata", 1025, "database|schema"),
    "vertica": ("vertica", 5433, "database public"),
}
WILD = re.compile(r"[*?\[]")
SECRET = re.compile(
    r"(?i)pass|pwd|secret|token|key|auth|credential|sig(nature)?$|^se$|^sp$|^sv$|^sr$|^skoid|^expires|x-amz|x-goog|session|user"
)
IN_MEMORY = "inmemory://"


def name_of_path(text: str, cwd: str = "") -> Name | None:
    """Namespace and name of a path or URL; a relative path starts from ``cwd``. None if it names nothing that stays."""
    text = text.rsplit("::", 1)[-1].strip()  # fsspec chains: what is read in the end stands last
    if not text or "\0" in text:
        return None
    scheme = _scheme(text)
    if not scheme:
        return "file", local_name(text, cwd)
    try:
        return _of_url(
            scheme, urlsplit(text if scheme in ("http", "https") else text.replace("?", "%3F").replace("#", "%23"))
        )
    except ValueError:  # a malformed host or port
        return None


def _scheme(text: str) -> str:
    match = re.match(r"([A-Za-z][A-Za-z0-9+.-]+)://", text) or re.match(r"(dbfs|file):(?=/)", text)
    return match.group(1).lower() if match else ""


def local_name(text: str, cwd: str = "") -> str:
    """An absolute path without ``.``, ``..`` and trailing slash; a pattern is named by the directory it searches."""
    if ntpath.splitdrive(text)[0] and not text.startswith("/"):
        return _directory(ntpath.normpath(text).replace("\\", "/"))
    return _directory(posixpath.normpath(posixpath.join(cwd, os.path.expanduser(text))).replace("//", "/"))


def _directory(path: str) -> str:
    """The part of a path before its first wildcard."""
    kept = []
    for part in path.split("/"):
        if WILD.search(part):
            break
        kept.append(part)
    return "/".join(kept) or "/"


def _of_url(scheme: str, url: SplitResult) -> Name | None:
    path = posixpath.normpath(unquote(url.path)) if url.path else ""
    path = path.replace("//", "/") if path != "." else ""
    if scheme == "file":
        host = url.netloc if url.netloc not in ("", "localhost") else ""
        return (f"file://{host}" if host else "file"), local_name(unquote(url.path) or "/")
    if scheme in OBJECTS:
        return f"{OBJECTS[scheme]}://{_host(url)}", _key(path)
    if scheme in AZURE:
        return _of_azure(AZURE[scheme], url, path)
    if scheme in SERVERS:
        kind, usual = SERVERS[scheme]
        return f"{kind}://{_host(url)}:{url.port or usual}", _directory(path)
    if scheme in STREAMS:
        return _of_stream(scheme, url, path)
    if scheme == "dbfs":
        return f"dbfs://{_host(url)}", _directory(path)
    if scheme in ("http", "https"):
        port = f":{url.port}" if url.port else ""
        return f"{scheme}://{_host(url)}{port}", _directory(path or "/") + _identity(url)
    if scheme == "memory":
        return IN_MEMORY, _key(path)
    return (
        (f"{scheme}://{_host(url)}{f':{url.port}' if url.port else ''}", _directory(path or "/"))
        if url.netloc
        else None
    )


def is_stream(namespace: str) -> bool:
    """Whether datasets of this namespace are topics, to which everything written is added."""
    return namespace.partition("://")[0] in STREAMS


def _of_stream(scheme: str, url: SplitResult, path: str) -> Name:
    """A topic; of several brokers the first. Without a path the topic stands in the host's place."""
    broker = url.netloc.rpartition("@")[2].partition(",")[0]
    if not path.strip("/"):
        return scheme, broker
    host, _, port = broker.partition(":")
    return f"{scheme}://{host}:{port or STREAMS[scheme]}", path.strip("/")


def _host(url: SplitResult) -> str:
    """The host (or bucket, whose case counts) without user and port."""
    host = url.netloc.rpartition("@")[2]
    return re.sub(r":\d*$", "", host)


def _key(path: str) -> str:
    return _directory(path.strip("/")).strip("/") or "/"


def _of_azure(kind: str, url: SplitResult, path: str) -> Name:
    """``abfss://container@account.dfs.core.windows.net/path``; the short form doesn't tell the account."""
    container, _, service = url.netloc.rpartition("@")
    container = container.partition(":")[0]
    return (f"{kind}://{container}@{service}" if container else f"{kind}://{_host(url)}"), _key(path)


def _identity(url: SplitResult) -> str:
    """The query, where the path alone names no file (``/export?id=3``); never the part that grants access."""
    if not url.query or posixpath.splitext(url.path)[1]:
        return ""
    kept = [(k, v) for k, v in parse_qsl(url.query) if not SECRET.search(k)]
    return f"?{urlencode(sorted(kept))}" if kept else ""


def name_of_sql(url: str, table: str, schema: str | None = None, cwd: str = "") -> Name | None:
    """Namespace and name of ``table`` in the database that an SQLAlchemy URL opens. None for a URL that is none.

    A database file named by a relative path lies under ``cwd``.
    """
    scheme, separator, rest = url.partition("://")
    dialect = scheme.partition("+")[0].lower()
    parts = [p for p in split_identifier(table) if p]
    if not separator or not parts:
        return None
    if schema and len(parts) == 1:
        parts = [*split_identifier(schema), *parts]
    if dialect in ("sqlite", "duckdb"):
        return _of_database_file(dialect, rest, parts, cwd)
    try:
        parsed = urlsplit(f"//{rest}")
        return _of_server(dialect, parsed, parts)
    except ValueError:
        return None


def _of_database_file(dialect: str, rest: str, parts: list[str], cwd: str) -> Name:
    path = unquote(rest.partition("?")[0]).removeprefix("/")
    if not path or path.startswith((":memory:", "file::memory:")):
        number = path.removeprefix(":memory:") if path[8:].isdigit() else ""
        return IN_MEMORY, ".".join([dialect + number, *_filled(["main"], parts, 2)])
    path = local_name(path, cwd)
    if dialect == "duckdb":
        stem = posixpath.splitext(posixpath.basename(path))[0]
        return f"duckdb://{path}", ".".join(_filled([stem, "main"], parts, 3))
    return f"sqlite://{path}" if path.startswith("/") else f"sqlite:///{path}", ".".join(_filled(["main"], parts, 2))


def _of_server(dialect: str, url: SplitResult, parts: list[str]) -> Name:
    host = _host(url)
    database = unquote(url.path).strip("/")
    if dialect == "snowflake":
        return f"snowflake://{host}", ".".join(
            _filled(database.replace("/", ".").split(".") if database else [], parts, 3)
        )
    if dialect == "bigquery":
        return "bigquery", ".".join(_filled([host, *filter(None, [database])], parts, 3))
    if dialect in ("awsathena", "athena"):
        return f"awsathena://{host}", ".".join(_filled(["AwsDataCatalog", *filter(None, [database])], parts, 3))
    kind, port, before = DATABASES.get(dialect, (dialect, 0, "database|schema"))
    at = f"{kind}://{host}:{url.port or port}" if host and (url.port or port) else f"{kind}://{host}"
    if before == "path":  # catalog/schema
        return at, ".".join(_filled(database.split("/") if database else [], parts, 3))
    if before == "database|schema":
        return at, ".".join(parts if len(parts) > 1 or not database else [database, *parts])
    default = before.split()[1]
    middle = parts if len(parts) > 1 else ([default] if default != "schema" else []) + parts
    return at, ".".join(middle if len(middle) > 2 or not database else [database, *middle])


def _filled(context: list[str], parts: list[str], wanted: int) -> list[str]:
    """``parts`` completed from the left by what the connection says."""
    return [*context[: max(wanted - len(parts), 0)], *parts]


def split_identifier(text: str) -> list[str]:
    """``a."b.c"`` → ``a``, ``b.c``."""
    found = re.findall(r'"((?:[^"]|"")*)"|`([^`]*)`|\[([^\]]*)\]|([^."`\[\]]+)', text)
    return [next((p for p in groups if p), "").replace('""', '"').strip() for groups in found]
