"""Reading Mermaid and Graphviz back, as strictly as their grammars: one statement per line, labels in quotes."""

from __future__ import annotations

import re

_LABEL = r'"(?P<label>(?:[^"\\`<>{}|]|<br/>)*)"'
_FILE = _LABEL.replace("label", "file")
MERMAID = {
    "subgraph": re.compile(rf"  subgraph c(\d+)\[{_LABEL}\]"),
    "node": re.compile(rf"(?:    |  )d(\d+)(?:\[{_LABEL}\]|\[\({_FILE}\)\])"),
    "arrow": re.compile(rf"  d(?P<from>\d+) -->(?:\|{_LABEL}\|)? d(?P<to>\d+)"),
    "end": re.compile(r"  end"),
    "more": re.compile(rf"  omitted\[{_LABEL}\]"),
}
_STRING = r'"(?P<label>(?:[^"\\]|\\["\\n])*)"'
DOT = {
    "subgraph": re.compile(r"  subgraph cluster_(\d+) \{"),
    "title": re.compile(rf'    label={_STRING}; style="rounded,filled"; fillcolor="#f4f4f4"; labeljust=l;'),
    "node": re.compile(rf"(?:    |  )d(\d+) \[label={_STRING}(?:, shape=cylinder)?\];"),
    "arrow": re.compile(rf"  d(?P<from>\d+) -> d(?P<to>\d+) \[label={_STRING}\];"),
    "default": re.compile(r"  (?:graph|node|edge) \[[^\]]*\];"),
    "end": re.compile(r"  \}"),
    "more": re.compile(rf"  omitted \[shape=plaintext, label={_STRING}\];"),
}


def statements(text: str, grammar: dict[str, re.Pattern[str]]) -> list[tuple[str, re.Match[str]]]:
    """(kind, match) of each line between the first and last; every line must be a statement."""
    found = []
    for line in text.splitlines():
        kinds = [(kind, match) for kind, pattern in grammar.items() if (match := pattern.fullmatch(line))]
        assert kinds, f"no statement: {line!r}"
        found.append(kinds[0])
    return found


def unescaped(label: str) -> str:
    """A Mermaid label as it is shown."""
    return re.sub(r"#(\d+);", lambda m: chr(int(m[1])), label)
