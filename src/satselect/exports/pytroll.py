"""A plan as an acquisition schedule of pytroll-schedule: for receiving stations, whose tasks are passes."""

from datetime import datetime
from xml.etree import ElementTree

from satselect.exports.facts import visible
from satselect.exports.times import SECOND, inward
from satselect.exports.timetable import Timetable


def write(plan: Timetable) -> bytes:
    """The XML in UTF-8: a request to receive each task that has a satellite and times, in whole seconds inward.

    Passes that the plan was made around are no part of it: they are no request.
    """
    root = ElementTree.Element("acquisition-schedule")
    first, last = inward(plan.start, plan.end, SECOND)
    properties = {
        "project": "satselect",
        "type": "request",
        "station": visible(plan.name),
        "file-start": _time(first),
        "file-end": _time(last),
        "requested-by": "satselect",
        "requested-on": _time(plan.made_at),
    }
    told = ElementTree.SubElement(root, "properties")
    for name, text in properties.items():
        ElementTree.SubElement(told, name).text = text
    for task in plan.tasks:
        if task.satellite is not None and task.start is not None and task.end is not None:
            start, end = map(_time, inward(task.start, task.end, SECOND))
            facts = {"satellite": visible(task.satellite), "start-time": start, "end-time": end}
            ElementTree.SubElement(root, "pass", facts)
    ElementTree.indent(root, " ")
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _time(moment: datetime) -> str:
    """As 2026-12-01-10:31:05."""
    return moment.replace(tzinfo=None, microsecond=0).isoformat("-")
