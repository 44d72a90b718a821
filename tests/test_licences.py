import re
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[1]
NOTICES = (ROOT / "THIRD-PARTY-NOTICES.md").read_text()


OUTLINE = "src/satselect/console/static/console/world.svg"
"""Made from what others published."""


def test_each_package_of_the_image_has_its_notice() -> None:
    pinned = re.findall(r"^([a-z0-9._-]+)(?:\[.*?\])?==", (ROOT / "deploy/requirements.txt").read_text(), re.MULTILINE)
    noticed = dict(re.findall(r"^\| ([a-z0-9._-]+) \| (.+) \|$", NOTICES, re.MULTILINE))
    assert noticed.keys() == {"package", "file", "made", *pinned}
    assert {name for name, licence in noticed.items() if "GPL" in licence} == {
        "psycopg",
        "psycopg-binary",
        "psycopg-pool",
    }


def test_each_file_of_others_is_as_its_makers_published_it() -> None:
    noticed = dict(re.findall(r"^\| `(\S+)` \|.*\| `([0-9a-f]{64})` \|$", NOTICES, re.MULTILINE))
    assert noticed == {path: sha256((ROOT / path).read_bytes()).hexdigest() for path in noticed}
    bundled = {str(path.relative_to(ROOT)) for path in (ROOT / "src").rglob("*.min.js")}
    assert noticed.keys() == bundled | {OUTLINE}


def test_the_image_holds_them() -> None:
    copied = re.findall(r"^COPY (.*)$", (ROOT / "deploy/Dockerfile").read_text(), re.MULTILINE)
    assert any("THIRD-PARTY-NOTICES.md" in line for line in copied)


def test_every_image_can_be_named_by_its_digest() -> None:
    compose = (ROOT / "deploy/compose.yaml").read_text()
    assert all(
        re.fullmatch(r"\$\{\w+:-[^}]+\}", image) for image in re.findall(r"^\s*image: (.+)$", compose, re.MULTILINE)
    )
    assert not re.search(r"^FROM (?!\$\{PYTHON_IMAGE\})", (ROOT / "deploy/Dockerfile").read_text(), re.MULTILINE)
