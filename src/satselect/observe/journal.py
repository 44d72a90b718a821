"""Facts as log lines."""

import logging
from dataclasses import fields

from satselect.observe.fleets import fleet_name
from satselect.telemetry.facts import Fact

log = logging.getLogger(__name__)

MACHINES = {"/livez", "/readyz", "/metrics"}
"""Routes that machines ask for all day: no news."""


def log_fact(fact: Fact) -> None:
    """Writes a fact down, with the name of its fleet."""
    if not log.isEnabledFor(fact.level) or getattr(fact, "route", None) in MACHINES:
        return
    told = {field.name: getattr(fact, field.name) for field in fields(fact)}
    if (fleet_id := told.pop("fleet_id", None)) is not None:
        told = {"fleet": fleet_name(fleet_id), **told}
    log.log(fact.level, fact.event, extra=told)
