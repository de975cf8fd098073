"""Printing: a value's text for people, its JSON for programs. NO_COLOR and pipes get plain text (rich sees to it)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def json_option(function: F) -> F:
    """``--json``: print JSON instead of text."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")(function)


def say(value: Any, as_json: bool, text: Callable[[], object] | None = None) -> None:
    """Print ``value``: as JSON, or by calling ``text``, or as ``str``.

    ``value`` is JSON values, or has ``to_dict``.
    """
    if as_json:
        plain = value.to_dict() if hasattr(value, "to_dict") else value
        click.echo(json.dumps(plain, ensure_ascii=False, indent=2, default=str))
    elif text is not None:
        text()
    else:
        click.echo(str(value))


def console() -> Any:
    """A rich console on stdout, as wide as the terminal, or 120 columns where there is none."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else 120)
