"""Sessions for the browser's tests in few words: records as the kernel would send them."""

from __future__ import annotations

from typing import Any

Record = list[Any]


class Book:
    """Collects records. ``last`` is the dataset each variable holds."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.last: dict[str, int] = {}
        self._told = 0
        self._numbers = {"dataset": 0, "run": 0, "schema": 0, "map": 0, "cell": 0}
        self._waiting: list[dict[str, Any]] = []

    def _next(self, what: str) -> int:
        self._numbers[what] += 1
        return self._numbers[what]

    def dataset(self, columns: list[str], **fields: Any) -> int:
        """A dataset version; gives back its number."""
        schema, no = self._next("schema"), self._next("dataset")
        shown = columns[:500]
        names = {
            "labels": shown,
            "types": ["int64"] * len(shown),
            "index": [],
            "keys": [],
            "more": len(columns) - len(shown),
        }
        self.records.append(["schema", {"no": schema, "kind": "frame", **names}])
        plain = {
            "kind": "frame",
            "namespace": "inmemory://",
            "name": "",
            "rows": 100,
            "of": None,
            "bytes": 800,
            "unsized": 0,
        }
        self.records.append(["dataset", {"no": no, "schema": schema, "op": None, **plain, **fields}])
        return no

    def read(self, name: str, columns: list[str] | None = None) -> int:
        """A file, and the frame read from it."""
        columns = columns or ["x"]
        file = self.dataset(columns, kind="external", namespace="file", name=f"/data/{name}", rows=None, bytes=None)
        return self.op("read_csv", [file], columns)

    def op(self, name: str, inputs: list[int], columns: list[str] | None = None, **fields: Any) -> int:
        """An operation of the next cell; gives back the frame it makes."""
        columns = columns or ["x"]
        run, no, map_ = self._next("run"), self._numbers["dataset"] + 1, self._next("map")
        slots = [[0, len(columns) - 1]] if len(columns) > 2 else list(range(len(columns)))
        self.records.append(["map", {"no": map_, "blocks": [[0, 0, slots, slots, "IDENTITY", "exact", 0, "", 0]]}])
        made = self.dataset(columns, op=run, **fields.pop("made", {}))
        assert made == no
        self._waiting.append(
            {"no": run, "name": f"pandas.DataFrame.{name}", "inputs": inputs, "outputs": [made], "map": map_, **fields}
        )
        return made

    def cell(self, *, result: int | None = None, source: str = "", **names: int) -> int:
        """A cell that ran the operations so far and left these variables; gives back its number."""
        fields = names.pop("fields", {}) if "fields" in names else {}
        no, count = self._next("run"), self._next("cell")
        start = 1_000.0 * no
        self.records.append(["cell", _cell(no, count, start, source or f"# cell {count}", len(self._waiting), result)])
        if fields:
            self.records[-1][1].update(fields)
        for i, operation in enumerate(self._waiting):
            self.records.append(["operation", _operation(no, start + i, operation)])
        self._waiting.clear()
        self.last.update(names)
        self.records.append(["names", {"cell": no, "names": list(map(list, names.items()))}])
        return no

    def take(self) -> list[Record]:
        """Records since the last call."""
        told, self._told = self._told, len(self.records)
        return self.records[told:]

    def snapshot(self) -> dict[str, Any]:
        """Everything, as it is saved."""
        times = [1_000.0 * i for i in range(1, 40)]
        return {
            "v": 1,
            "epoch": "e",
            "seq": 1,
            "records": self.records,
            "times": times,
            "rss": [1e8 + 1e6 * t for t in range(39)],
        }


def _cell(no: int, count: int, start: float, source: str, operations: int, result: int | None) -> dict[str, Any]:
    cost = {"cpu": 12.0, "rss": [100_000_000, 101_000_000, 103_000_000, True], "own": 0.2, "operations": operations}
    return {
        "no": no, "id": f"cell-run-{no}", "cell_id": f"cell-{count}", "kind": "cell", "count": count,
        "state": "COMPLETE", "started": start, "ended": start + 500, "source": source, "code": None, "error": None,
        "result": None if result is None else ["DataFrame", "", result], **cost,
    }  # fmt: skip


def _operation(cell: int, start: float, fields: dict[str, Any]) -> dict[str, Any]:
    plain = {
        "state": "COMPLETE",
        "started": start,
        "ended": start + 5,
        "at": None,
        "text": "",
        "rows": [100, 100],
        "times": 1,
    }
    sure = {"confidence": "exact", "reason": "", "error": None, "within": None}
    return {"id": f"run-{fields['no']}", "cell": cell, **plain, **sure, **fields}
