"""What a plan is made from, as it is in the tables."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from satselect.application.errors import StaleError
from satselect.application.planning.buffer.load import Situation
from satselect.application.planning.horizon.levels import levels_at, still_to_come
from satselect.schemas.horizons import Kind, Replan
from satselect.schemas.tasks import Status
from satselect.store.models import Fleet, Satellite, Task
from satselect.store.queries.buffer.demands import Demand, demands_of
from satselect.store.queries.buffer.heads import Head, buffered_signatures, heads
from satselect.store.queries.plans import (
    Chance,
    Competing,
    Contact,
    OutageTimes,
    Planned,
    chances,
    chances_of,
    outages_within,
    passes_within,
    planned,
    untimed_signatures,
)
from satselect.store.queries.supplies import TimedSupply, longest_gap, timed_supplies


@dataclass(frozen=True, slots=True)
class Settings:
    """How a fleet plans, as its columns say it."""

    horizon_s: float
    frozen_s: float
    step_s: float
    stay: float
    replan: str
    longest_s: float
    ageing_per_hour: float


@dataclass(frozen=True, slots=True)
class Scene:
    """A fleet that plans, at a version and a time, with the batches up to the last one.

    Attributes:
        settings: how it plans.
        satellites: id to slug, oldest first.
        supplies: all that there is, by id.
        levels: what each reservoir holds, by the id of its supply.
        outages: within the horizon.
        passes: within the horizon, by start; one that is under way starts now.
        planned: what is scheduled, and not over with its turnaround and any transition.
        chances: opportunities within the horizon, of tasks that are buffered or scheduled, oldest task first.
        heads: the best buffered tasks that ask for no interval, oldest first.
        demands: what the tasks of a signature ask for.
    """

    fleet_id: int
    version: int
    seq: int
    at: datetime
    settings: Settings
    satellites: Mapping[int, str]
    supplies: Mapping[int, TimedSupply]
    levels: Mapping[int, int]
    outages: Sequence[OutageTimes]
    passes: Sequence[Contact]
    planned: Sequence[Planned]
    chances: Sequence[Chance]
    heads: Sequence[Head]
    demands: Mapping[int, Demand]

    @property
    def frozen_until(self) -> datetime:
        """What starts before this does not change any more."""
        return self.at + timedelta(seconds=self.settings.frozen_s)

    @property
    def until(self) -> datetime:
        """The end of the horizon."""
        return self.at + timedelta(seconds=self.settings.horizon_s)

    def is_fact(self, one: Planned) -> bool:
        """Whether an assignment stays as it is."""
        if one.starts is None or one.status == Status.COMPLETED or self.settings.replan == Replan.NEVER:
            return True
        return one.starts < self.frozen_until or one.starts >= self.until


def _settings(fleet_id: int) -> Settings:
    columns = ("horizon_s", "frozen_s", "step_s", "stay", "replan", "longest_s", "ageing_per_hour")
    row = Fleet.objects.values_list(*columns).get(id=fleet_id)
    if row[0] is None:
        # The version was read before: in between an operator may have taken the horizon away.
        raise StaleError("the fleet does not plan in time any more")
    return Settings(*row)


def read_scene(now: Situation) -> Scene:
    """The fleet as it is; its version was read before: whatever changes later is noticed when a plan is recorded.

    Raises:
        StaleError: it does not plan in time any more.
    """
    base = read_base(now)
    since = now.at - longest_gap(base.supplies.values())
    live = planned(now.fleet_id, since=since)
    who = Competing(fleet_id=now.fleet_id, last_seq=now.seq, at=now.at)
    found = chances(who, starts=now.at, ends=base.until, longest_s=base.settings.longest_s)
    others = {one.signature_id for one in live}.union(one.signature_id for one in found)
    demands = {**base.demands, **demands_of(sorted(others - base.demands.keys()))}
    return replace(base, planned=live, chances=found, demands=demands)


def read_base(now: Situation) -> Scene:
    """The same without what grows with the horizon: opportunities, and what is planned.

    Raises:
        StaleError: it does not plan in time any more.
    """
    fleet_id, at, settings = now.fleet_id, now.at, _settings(now.fleet_id)
    until = at + timedelta(seconds=settings.horizon_s)
    supplies = {one.id: one for one in timed_supplies(fleet_id)}
    signatures = buffered_signatures(fleet_id)
    untimed = {id: signatures[id] for id in untimed_signatures(signatures)}
    copies = {id: _copies(demand, supplies) for id, demand in untimed.items()}
    is_ageing = bool(settings.ageing_per_hour)
    return Scene(
        fleet_id=fleet_id,
        version=now.version,
        seq=now.seq,
        at=at,
        settings=settings,
        satellites=_satellites(fleet_id),
        supplies=supplies,
        levels=levels_at([one for one in supplies.values() if one.kind == Kind.RESERVOIR], fleet_id, at),
        outages=outages_within(fleet_id, at, until),
        passes=list(still_to_come(passes_within(fleet_id, at, until), supplies.values(), fleet_id, at)),
        planned=(),
        chances=(),
        heads=heads(fleet_id, copies, last_seq=now.seq, at=at, is_ageing=is_ageing) if copies else [],
        demands=untimed,
    )


def with_batch(scene: Scene, now: Situation, batch_id: UUID) -> Scene:
    """The same with the tasks of one more batch, younger than all: only what is theirs is read."""
    # Supplies are read anew, and satellites below: an open fleet may have made some for the batch.
    fleet_id, at, supplies = scene.fleet_id, scene.at, {one.id: one for one in timed_supplies(scene.fleet_id)}
    ids = set(Task.objects.filter(batch=batch_id).values_list("signature_id", flat=True))
    demands = demands_of(sorted(ids))
    copies = {id: _copies(demands[id], supplies) for id in untimed_signatures(ids)}
    is_ageing = bool(scene.settings.ageing_per_hour)
    who = Competing(fleet_id=fleet_id, last_seq=now.seq, at=at)
    mine = Task.objects.filter(batch=batch_id).values_list("id", flat=True)
    found = chances_of(who, set(mine), starts=at, ends=scene.until)
    # Of a signature with new tasks all heads are read anew: a new one may be worth more than the best so far.
    others = [head for head in scene.heads if head.signature_id not in copies]
    waiting = heads(fleet_id, copies, last_seq=now.seq, at=at, is_ageing=is_ageing) if copies else []
    return replace(
        scene,
        version=now.version,
        seq=now.seq,
        satellites=_satellites(fleet_id),
        supplies=supplies,
        chances=[*scene.chances, *found],
        heads=sorted((*others, *waiting), key=lambda head: head.age),
        demands={**scene.demands, **demands},
    )


def _satellites(fleet_id: int) -> dict[int, str]:
    return dict(Satellite.objects.filter(fleet=fleet_id).order_by("id").values_list("id", "slug"))


def _copies(demand: Demand, supplies: Mapping[int, TimedSupply]) -> int | None:
    """How many untimed tasks that ask for this could fit together at most; None if any number does."""
    if not demand.amounts:
        return None
    there: defaultdict[int, int] = defaultdict(int)
    for one in supplies.values():
        if (amount := demand.amounts.get(one.resource_id)) is not None:
            there[one.resource_id] += one.capacity // amount
    return min(there[resource] for resource in demand.amounts)
