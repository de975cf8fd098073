"""What is told of the document itself: its title, its place in git, its parameters."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from lineage_ext.emit.openlineage.document import title
from lineage_ext.emit.openlineage.git import locate, web_address
from lineage_ext.emit.openlineage.parameters import parameters


def git(folder: Path, *words: str) -> str:
    """Run git in a folder."""
    who = ["-c", "user.name=x", "-c", "user.email=x@y", "-c", "init.defaultBranch=main"]
    return subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit and a remote that has a password in its address."""
    folder = tmp_path / "project"
    (folder / "reports").mkdir(parents=True)
    (folder / "reports" / "sales 1.ipynb").write_text("{}")
    git(folder, "init", "-q")
    git(folder, "remote", "add", "origin", "https://user:hunter2@github.com/acme/shop.git")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    return folder


def test_a_notebook_in_git_has_a_permalink(repository: Path) -> None:
    """To the commit that is checked out; without the remote's password."""
    commit = git(repository, "rev-parse", "HEAD")
    found = locate(repository / "reports" / "sales 1.ipynb")
    assert found is not None
    assert found.url == f"https://github.com/acme/shop/blob/{commit}/reports/sales%201.ipynb"
    assert (found.repository, found.version, found.branch) == ("https://github.com/acme/shop", commit, "main")


@pytest.mark.parametrize("how", ["packed", "detached", "worktree"])
def test_however_git_keeps_its_head(repository: Path, how: str) -> None:
    """Packed references, a detached head, a worktree that has its ``.git`` elsewhere."""
    commit, at = git(repository, "rev-parse", "HEAD"), repository
    if how == "packed":
        git(repository, "pack-refs", "--all")
    elif how == "detached":
        git(repository, "checkout", "-q", "--detach")
    else:
        at = repository.parent / "other"
        git(repository, "worktree", "add", "-q", "-b", "two", str(at))
    found = locate(at / "reports" / "sales 1.ipynb")
    assert found is not None
    assert found.version == commit


def test_without_a_repository_a_remote_or_a_commit_there_is_no_link(tmp_path: Path) -> None:
    """It isn't made up."""
    assert locate(tmp_path / "a.ipynb") is None
    git(tmp_path, "init", "-q")
    assert locate(tmp_path / "a.ipynb") is None


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("git@gitlab.com:acme/shop.git", "https://gitlab.com/acme/shop"),
        ("ssh://git@host.org:2222/acme/shop.git", "https://host.org/acme/shop"),
        ("https://user:secret@host.org/acme/shop", "https://host.org/acme/shop"),
        ("/srv/git/shop.git", ""),
        ("file:///srv/git/shop.git", ""),
    ],
)
def test_remotes_as_web_addresses(remote: str, address: str) -> None:
    """However they are written; a path on this machine is none."""
    assert web_address(remote) == address


def test_titles(tmp_path: Path) -> None:
    """A notebook's first heading, a script's docstring; nothing of a file that is neither."""
    cells = [
        {"cell_type": "code", "source": "# no heading"},
        {"cell_type": "markdown", "source": ["some words\n", "## Sales by *month* ##\n", "# Later"]},
    ]
    notebook, script, broken = tmp_path / "a.ipynb", tmp_path / "a.py", tmp_path / "b.ipynb"
    notebook.write_text(json.dumps({"cells": cells}))
    script.write_text('"""Sales by month.\n\nAnd more."""\n')
    broken.write_text("not json")
    titles = [title(str(p)) for p in (notebook, script, broken, tmp_path / "none.ipynb")]
    assert titles == ["Sales by *month*", "Sales by month.", "", ""]


def test_parameters_that_papermill_injected() -> None:
    """Plain assignments below its comment; a value that others may not see keeps its name."""
    source = "# Parameters\nyear = 2026\nregion = 'north'\npassword = 'x'\nprint(year)"
    shown = "# Parameters\nyear = 2026\nregion = 'north'\npassword = '***'\nprint(year)"
    assert parameters(source, shown) == {"year": "2026", "region": "'north'", "password": ""}
    assert parameters("year = 2026", "year = 2026") == {}
