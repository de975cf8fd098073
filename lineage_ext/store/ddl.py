"""The tables of lineage.sqlite. Everything that repeats is a number: 1 000 000 operations take about 110 MB.

``session`` numbers the sessions of this file; every other key begins with that number, so several processes may write
at once. What repeats lies in ``name`` (texts), ``schema``, ``col_map`` and ``blob`` (sources), found by their hash.
``op.inputs`` and ``op.outputs`` are dataset numbers: null, one number, or a JSON array; ``json_each`` takes all three.
``op.at`` counts them in order of arrival: what an operation reads was made by an earlier one. ``state`` null is
COMPLETE; a session or execution without ``ended`` still runs (``running.held``), or was killed: read it as ABORT then.
``waiting`` tells of operations that are recorded and not explained yet (``waiting.py``): of a session that was killed,
what it did last. ``at`` is the number of the last one.
Times are ns since the epoch, ids of operations 16 bytes. The views ``operation``, ``io`` and ``frame`` are for people.
"""

from __future__ import annotations

VERSION = 1
WAITING = """
CREATE TABLE IF NOT EXISTS waiting (
  session INTEGER, at INTEGER, body TEXT NOT NULL, PRIMARY KEY (session, at)
) WITHOUT ROWID
"""
"""Not in all files of this version: the first that was written didn't have it."""

TABLES = """
CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE schema (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, body TEXT NOT NULL);
CREATE TABLE col_map (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, body TEXT NOT NULL);
CREATE TABLE blob (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, body TEXT NOT NULL);
CREATE TABLE position (
  id INTEGER PRIMARY KEY, file INTEGER NOT NULL, line INTEGER, end_line INTEGER, "column" INTEGER, end_column INTEGER,
  text TEXT
);
CREATE TABLE session (
  session INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, no INTEGER, namespace TEXT, name TEXT, state TEXT,
  started INTEGER, ended INTEGER, facets TEXT
);
CREATE TABLE execution (
  session INTEGER, no INTEGER, id TEXT NOT NULL, parent_id TEXT, name INTEGER, state TEXT, started INTEGER,
  ended INTEGER, source INTEGER, cell_id TEXT, execution_count INTEGER, facets TEXT, PRIMARY KEY (session, no)
) WITHOUT ROWID;
CREATE TABLE op (
  session INTEGER, at INTEGER, no INTEGER, id BLOB NOT NULL, execution INTEGER, name INTEGER, state TEXT,
  started INTEGER, took INTEGER, inputs, outputs, col_map INTEGER, position INTEGER, within INTEGER, count INTEGER,
  facets TEXT, PRIMARY KEY (session, at)
) WITHOUT ROWID;
CREATE TABLE dataset (
  session INTEGER, no INTEGER, schema INTEGER, rows INTEGER, of INTEGER, namespace INTEGER, name INTEGER, facets TEXT,
  PRIMARY KEY (session, no)
) WITHOUT ROWID;
CREATE VIEW operation AS
  SELECT o.session, o.no, lower(hex(o.id)) AS id, n.text AS operation, coalesce(o.state, 'COMPLETE') AS state,
    e.execution_count AS cell, p.line, p.text AS source, datetime(o.started / 1000000000, 'unixepoch') AS started,
    o.took / 1e6 AS ms, o.inputs, o.outputs
  FROM op o JOIN name n ON n.id = o.name LEFT JOIN execution e ON e.session = o.session AND e.no = o.execution
    LEFT JOIN position p ON p.id = o.position;
CREATE VIEW io AS
  SELECT o.session, o.no AS op, 'input' AS side, j.value AS dataset FROM op o, json_each(o.inputs) j
  UNION ALL SELECT o.session, o.no, 'output', j.value FROM op o, json_each(o.outputs) j;
CREATE VIEW frame AS
  SELECT d.session, d.no, json_extract(s.body, '$.kind') AS kind, coalesce(a.text, 'inmemory://') AS namespace,
    n.text AS name, d.rows, json_extract(s.body, '$.labels') AS columns
  FROM dataset d JOIN schema s ON s.id = d.schema LEFT JOIN name n ON n.id = d.name
    LEFT JOIN name a ON a.id = d.namespace;
"""
