"""``python -m tests.emit.consumers feast=PYTHON arize-phoenix=PYTHON``: tell the story to each, then ask it.

PYTHON is that of the environment the consumer is installed in. Exits 1 when an answer isn't the true one.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.emit.consumers.feast import feast
from tests.emit.consumers.phoenix import phoenix

GENERATED = range(10)  # seeds of sessions that Feast is sent besides


def told(folder: Path, **environment: str) -> str:
    """Run the story in a process of its own; what it says of its events."""
    (folder / "story").mkdir(exist_ok=True)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OPENLINEAGE", "OTEL_"))}
    command = [sys.executable, "-m", "tests.emit.consumers.story", str(folder / "story")]
    done = subprocess.run(command, env={**kept, **environment}, capture_output=True, text=True, check=True)
    return done.stdout.strip() + done.stderr


def to_feast(python: Path, folder: Path) -> list[str]:
    """The story while it runs, and generated sessions at every granularity."""
    from tests.emit.openlineage import generate

    with feast(python, folder / "feast") as server:
        said = told(folder, OPENLINEAGE_URL=server.url)
        print(f"  {said}")
        found = re.fullmatch(r"(\d+) events to http \S+: (\d+) sent", said.removeprefix("openlineage").strip(" :"))
        if found is None or found[1] != found[2]:
            return [said]
        faults = list(server.faults(int(found[1])))
        sent = 0
        for seed in GENERATED:
            for events in generate.told(seed, folder / f"generated {seed}").values():
                sent += len(events)
                if refused := server.refused(events):
                    faults.append(f"{refused} events of session {seed} are refused")
        print(f"  {sent} events of {len(GENERATED)} generated sessions sent")
    return faults


def to_phoenix(python: Path, folder: Path) -> list[str]:
    """The story's spans."""
    with phoenix(python, folder / "phoenix") as server:
        told(folder, OTEL_EXPORTER_OTLP_ENDPOINT=server.url, OPENLINEAGE_DISABLED="true")
        return list(server.faults())


CONSUMERS = {"feast": to_feast, "arize-phoenix": to_phoenix}


def main(*asked: str) -> int:
    """Each ``NAME=PYTHON``; the exit code."""
    os.environ["OPENLINEAGE_DISABLED"] = "true"  # of this process's own sessions
    wrong = 0
    for name, _, python in (word.partition("=") for word in asked):
        print(f"== {name}")
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            faults = CONSUMERS[name](Path(python).absolute(), Path(folder))
        print("\n".join(f"  wrong: {fault}" for fault in faults) or "  all as it is")
        wrong += bool(faults)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
