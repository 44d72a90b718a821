"""Targets of tasks as SVG: so many that a template would take longer than all the rest."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from satselect.console.drawing.globe.world import DrawnTarget
from satselect.schemas.tasks import Status

_NOBODY = UUID(int=0)


def outlines_html(targets: Iterable[DrawnTarget]) -> SafeString:
    """What is large enough to be seen as what it is: one path for all that look alike."""
    paths: dict[str, str] = {}
    for one in targets:
        if one.path:
            kind = f"{'area' if one.is_area else 'way'} {one.target.status}"
            paths[kind] = paths.get(kind, "") + one.path
    return _safe(f'<path class="{kind}" d="{path}"/>' for kind, path in paths.items())


def targets_html(targets: Sequence[DrawnTarget]) -> SafeString:
    """The marks, those that wait first: what is planned lies on top."""
    address = reverse("console:task", args=[_NOBODY])
    # SVG draws what comes later on top of what is there, and the first ones are to be seen.
    return _safe(_mark(one, address) for one in reversed(targets))


def _mark(one: DrawnTarget, address: str) -> str:
    x, y = f"{one.mark.x}%", f"{one.mark.y}%"
    if one.target.status is Status.SCHEDULED:
        shape = f'<circle cx="{x}" cy="{y}" r="5"/>'
    else:
        shape = f'<svg x="{x}" y="{y}"><path d="M-4.500-4.500h9v9h-9z"/></svg>'
    task = address.replace(str(_NOBODY), str(one.target.task_id))
    return f'<a class="{one.target.status}" href="{task}" tabindex="-1"><title>{escape(one.title)}</title>{shape}</a>'


def _safe(pieces: Iterable[str]) -> SafeString:
    return mark_safe("".join(pieces))  # noqa: S308 - what people wrote is escaped above
