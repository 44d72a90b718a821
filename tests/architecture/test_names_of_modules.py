"""Modules that are named in words are there."""

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src/satselect"
ROOMS = "|".join(sorted(path.name for path in SOURCE.iterdir() if path.is_dir() and path.name.isidentifier()))
NAMED = re.compile(rf"`(?:satselect\.)?((?:{ROOMS})(?:\.\w+)+)`")
DEFINED = r'^\s*(?:def|class|async def) {0}\b|^{0}\b.*=|^    {0}\b.*[:=]|^    "{0}"'
PLACES = [
    (path.relative_to(SOURCE).as_posix(), name)
    for path in sorted(SOURCE.rglob("*.py"))
    for name in sorted(set(NAMED.findall(path.read_text())))
]


@pytest.mark.parametrize(("path", "name"), PLACES)
def test_a_module_that_is_named_is_there(path: str, name: str) -> None:
    assert is_there(name.split(".")), f"{path} names {name}"


def is_there(parts: list[str]) -> bool:
    """Whether the path is a room, a module, or something that a module defines."""
    for length in range(len(parts), 0, -1):
        place = SOURCE.joinpath(*parts[:length])
        file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        if file.exists():
            text = file.read_text()
            return all(re.search(DEFINED.format(part), text, re.MULTILINE) for part in parts[length:])
    return False


def test_what_is_not_there_is_found() -> None:
    assert PLACES
    assert not is_there(["application", "planning", "ageing"])
    assert not is_there(["application", "webhooks", "posting"])
    assert is_there(["application", "planning", "buffer", "ageing"])
    assert is_there(["engine", "limits", "Limits"])
