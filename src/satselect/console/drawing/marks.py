"""The tasks, opportunities and passes of a plan as SVG: so many that a template would take longer than all the rest."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from satselect.console.drawing.bands import PassMark
from satselect.console.drawing.packing import Bar, Faint
from satselect.console.drawing.plan import DrawnGroup
from satselect.console.formatting import compact

_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Of pages about tasks and passes, found once for all; a reader who may not ask has no `why`."""

    task: str
    why: str
    contact: str

    @staticmethod
    def for_who(slug: str, *, may_ask: bool) -> "Addresses":
        """Those of the console, about a fleet."""
        why = reverse("console:why", args=[_NOBODY]) if may_ask else ""
        # Without its last digit, a 0: each pass puts its own number there.
        return Addresses(reverse("console:task", args=[_NOBODY]), why, reverse("console:pass", args=[slug, 0])[:-1])

    def of(self, id: UUID) -> tuple[str, str]:
        """The page of a task, and the one that says why it waits."""
        return self.task.replace(str(_NOBODY), str(id)), self.why.replace(str(_NOBODY), str(id))


def pass_html(group: DrawnGroup, addresses: Addresses) -> SafeString:
    """The passes of a satellite."""
    return _safe(_pass(one, group, addresses) for one in group.passes)


def task_html(group: DrawnGroup, addresses: Addresses) -> SafeString:
    """What lies in its lanes, the planned tasks last, on top."""
    return _safe(_tasks(group, addresses))


def _tasks(group: DrawnGroup, addresses: Addresses) -> Iterator[str]:
    for bar in group.bars:
        if bar.reach:
            x, width = bar.reach
            yield f'<rect class="could" x="{x}%" y="{bar.y}" width="{width}%" height="21" rx="3"/>'
    for one in group.faint:
        yield _faint(one, addresses)
    for bar in group.bars:
        yield _bar(bar, addresses)


def _pass(one: PassMark, group: DrawnGroup, addresses: Addresses) -> str:
    at = f'x="{one.x}%" width="{one.width}%"'
    top = f'y="{group.y + 5}" height="16"'
    words = f'<svg {at} {top}><text x="5" y="12">{escape(one.words)}</text></svg>' if one.words else ""
    title = f"<title>{escape(one.title)}</title>"
    return (
        f'<g class="pass">{title}<rect class="reach" {at} y="{group.y}" height="{group.height}"/>'
        f'<a href="{addresses.contact}{one.pass_id}" tabindex="-1">{title}<rect {at} {top} rx="3"/>{words}</a></g>'
    )


def _faint(one: Faint, addresses: Addresses) -> str:
    task, why = addresses.of(one.chance.task.id)
    asks = f' data-why="{why}"' if why else ""
    return (
        f'<a id="o-{one.chance.id}" class="block faint" href="{task}" tabindex="-1"{asks}>'
        f"<title>{escape(one.title)}</title>"
        f'<rect x="{one.x}%" y="{one.y}" width="{one.width}%" height="8" rx="2"/></a>'
    )


def _bar(bar: Bar, addresses: Addresses) -> str:
    task, _ = addresses.of(bar.slot.task.id)
    kind = "" if bar.slot.starts else " always"
    at = f'x="{bar.x}%" y="{bar.y}" width="{bar.width}%" height="21"'
    return (
        f'<a id="b-{bar.slot.assignment_id}" class="block {bar.slot.status}{kind}" href="{task}" tabindex="-1">'
        f'<title>{escape(bar.title)}</title><rect {at} rx="3"/>{_words(bar, at) if bar.has_words else ""}</a>'
    )


def _words(bar: Bar, at: str) -> str:
    name = f'<tspan class="name" dx="5">{escape(bar.short)}</tspan>' if bar.short else ""
    fine = "" if bar.short else ' class="fine"'
    profit = f"{bar.mark}{compact(bar.slot.task.profit_as_sent)}"
    return f'<svg {at}><text{fine} x="4" y="14">{profit}{name}</text></svg>'


def _safe(pieces: Iterator[str]) -> SafeString:
    return mark_safe("".join(pieces))  # noqa: S308 - what people wrote is escaped above
