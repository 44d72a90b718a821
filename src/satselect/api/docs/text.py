"""JSON and commands as they stand on the page."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

WIDTH = 72

_TOKENS = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)')
_CODE = re.compile(r"`([^`]+)`")


def pretty(value: Any, *, indent: int = 0) -> str:  # noqa: ANN401 - any JSON
    """The value as JSON: on one line where it fits there, else with a line for each part."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + indent <= WIDTH or not isinstance(value, list | dict) or not value:
        return line
    margin = "\n" + " " * (indent + 2)
    if isinstance(value, list):
        opening, closing = "[]"
        parts = [pretty(part, indent=indent + 2) for part in value]
    else:
        opening, closing = "{}"
        parts = [f"{json.dumps(name)}: {pretty(part, indent=indent + 2)}" for name, part in value.items()]
    return opening + margin + f",{margin}".join(parts) + margin[:-2] + closing


def coloured(source: str) -> SafeString:
    """JSON with its names, texts and values told apart."""
    parts, end = [], 0
    for token in _TOKENS.finditer(source):
        text, colon, word, _ = token.groups()
        kind = ("name" if colon else "text") if text else "word" if word else "number"
        parts += [escape(source[end : token.start()]), format_html('<span class="{}">{}</span>', kind, token[0])]
        end = token.end()
    return mark_safe("".join([*parts, escape(source[end:])]))  # noqa: S308 - each part is escaped


def worded(text: str) -> SafeString:
    """Words in which what stands between backticks is code."""
    return mark_safe(_CODE.sub(r"<code>\1</code>", escape(text)))  # noqa: S308 - escaped first


def breakable(path: str) -> SafeString:
    """The path, which may be broken before each of its parts."""
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in re.findall(r"/?[^/]*", path) if part))


def curl(options: str, address: str, headers: Mapping[str, str], body: str | None) -> SafeString:
    """The command that makes the call."""
    lines = [f"curl {options}'{address}'", *(f'-H "{name}: {value}"' for name, value in headers.items())]
    command = escape(" \\\n  ".join(lines))
    if body is None:
        return command
    quoted = body.replace("'", "'\\''")
    return format_html("{} \\\n  -d '{}'", command, coloured(quoted))
