"""The words of the pages, as filters for templates."""

from django.template import Library

from satselect.console import words

register = Library()
for write in (
    words.number,
    words.compact,
    words.share,
    words.duration,
    words.clock,
    words.day,
    words.moment,
    words.away,
    words.age,
    words.span,
    words.uses,
    words.cropped,
):
    register.filter(write.__name__, write)
