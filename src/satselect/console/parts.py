"""A page's parts that a browser may have already: only what changed is sent again."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

DIGEST_BYTES = 6  # short, for many stand in an address; of two that are alike one piece would stay old
MOST_KNOWN = 64


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a page with an id, which opens with its tag: `<svg id="...`."""

    tag: str
    id: str
    html: SafeString

    @property
    def digest(self) -> str:
        """What tells it from what it was before."""
        return blake2b(self.html.encode(), digest_size=DIGEST_BYTES).hexdigest()

    def unless(self, known: Collection[str]) -> SafeString:
        """The piece, marked with its digest; only a sign that it stays as it is, if that one is known."""
        digest = self.digest
        if digest in known:
            return format_html('<{0} id="{1}" data-same></{0}>', self.tag, self.id)
        opening = f'<{self.tag} id="{self.id}"'
        assert self.html.startswith(opening), self.html[:100]  # noqa: S101 - its template says so
        return mark_safe(f'{opening} data-digest="{digest}"{self.html[len(opening) :]}')  # noqa: S308 - it was safe


def known_parts(text: str) -> frozenset[str]:
    """The digests that a browser sent of what it shows, parted by commas."""
    # Of a longer list the rest is not looked at
    return frozenset(text[: MOST_KNOWN * (2 * DIGEST_BYTES + 1)].split(","))
