"""Where a file is in its git repository, read from ``.git`` itself: no git program is run in the user's process."""

from __future__ import annotations

import configparser
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_SCP = re.compile(r"(?:[\w.-]+@)?([\w.-]+):(?!//)(.+)")
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Location:
    """``url`` leads to the file as it was at the commit that was checked out; ``repository`` to all of them."""

    url: str
    repository: str
    path: str
    version: str
    branch: str = ""


def locate(path: Path) -> Location | None:
    """The location of a file. None if it is in no repository, or in one without a remote or commit."""
    try:
        root = next(folder for folder in path.absolute().parents if (folder / ".git").exists())
        git = _git_folder(root)
        remote, commit, branch = _remote(git), *_head(git)
    except (StopIteration, OSError, configparser.Error, UnicodeDecodeError):
        return None
    repository = web_address(remote)
    if not repository or not commit:
        return None
    inside = path.absolute().relative_to(root).as_posix()
    return Location(f"{repository}/{_blob(repository)}/{commit}/{quote(inside)}", repository, inside, commit, branch)


def _blob(repository: str) -> str:
    """How that host calls files at a commit."""
    host = repository.split("/")[2]
    return "-/blob" if "gitlab" in host else "src" if "bitbucket" in host else "blob"


def _git_folder(root: Path) -> Path:
    """``.git``, or where it leads: a worktree or submodule has a file there."""
    git = root / ".git"
    return git if git.is_dir() else root / git.read_text().partition("gitdir:")[2].strip()


def _common(git: Path) -> Path:
    """The folder that worktrees share."""
    file = git / "commondir"
    return git / file.read_text().strip() if file.exists() else git


def _remote(git: Path) -> str:
    config = configparser.RawConfigParser(strict=False, allow_no_value=True, delimiters=("=",))
    lines = (line.strip() for line in (_common(git) / "config").read_text().splitlines())
    config.read_string("\n".join(lines))
    remotes = [s for s in config.sections() if s.startswith("remote ")]
    chosen = 'remote "origin"' if 'remote "origin"' in remotes else next(iter(remotes), "")
    return config.get(chosen, "url", fallback="") or "" if chosen else ""


def _head(git: Path) -> tuple[str, str]:
    """(commit, branch); the branch is empty when a commit is checked out."""
    head = (git / "HEAD").read_text().strip()
    if not head.startswith("ref:"):
        return (head if _SHA.fullmatch(head) else ""), ""
    name = head.partition(":")[2].strip()
    return _commit(git, name), name.removeprefix("refs/heads/")


def _commit(git: Path, name: str) -> str:
    for folder in (git, _common(git)):
        if (folder / name).exists():
            return (folder / name).read_text().strip()
    packed = _common(git) / "packed-refs"
    lines = packed.read_text().splitlines() if packed.exists() else []
    return next((line.split()[0] for line in lines if line.endswith(f" {name}")), "")


def web_address(remote: str) -> str:
    """``https://host/owner/name`` of a remote's URL, without user and password; "" for one that isn't on the web."""
    scp = _SCP.fullmatch(remote)
    if scp is not None:
        host, path = scp[1], scp[2]
    else:
        found = re.fullmatch(r"(?:https?|ssh|git)://(?:[^@/]*@)?([^/:@]+)(?::\d+)?/(.+)", remote)
        if found is None:
            return ""
        host, path = found[1], found[2]
    return f"https://{host}/{path.strip('/').removesuffix('.git')}"
