"""Other processes: whether one is there, and starting one that isn't our child."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path


def alive(pid: int) -> bool:
    """Whether a process runs. One that has ended and waits for its parent doesn't."""
    if pid <= 0:
        return False
    if sys.platform == "win32":
        import psutil  # os.kill would end it

        return psutil.pid_exists(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it isn't ours to signal
        return True
    with suppress(OSError):
        return not Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].startswith(b" Z")
    return True


def launch(command: list[str]) -> None:
    """Start a process in the background, its output nowhere. Raises OSError.

    It isn't our child: a program of the user's that waits for all of its children must not wait for it.
    """
    nowhere = subprocess.DEVNULL
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NO_WINDOW
        started = subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, creationflags=flags)
        started.returncode = 0  # nobody waits for it
        return
    shell = ["/bin/sh", "-c", '"$@" &', "sh", *command]
    with subprocess.Popen(shell, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True) as process:
        process.wait()
