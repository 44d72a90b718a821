"""The words of the pages, as filters for templates."""

from django.template import Library

from satselect.console import formatting

register = Library()
for write in (
    formatting.number,
    formatting.compact,
    formatting.change,
    formatting.share,
    formatting.duration,
    formatting.clock,
    formatting.day,
    formatting.interval,
    formatting.moment,
    formatting.away,
    formatting.age,
    formatting.span,
    formatting.spot,
    formatting.degrees,
    formatting.kilometres,
    formatting.uses,
    formatting.details,
    formatting.in_time,
    formatting.place,
    formatting.cropped,
):
    register.filter(write.__name__, write)
