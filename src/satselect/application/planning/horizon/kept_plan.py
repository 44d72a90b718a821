"""What a process keeps of a fleet's plan, so that planning again reads and solves only what changed.

A plan falls apart into groups of tasks that can't be in each other's way. Where nothing came, went or changed, the best
of a group stays the best as time goes on: time takes possibilities away, and what is planned, but for what begins to be
fixed, is none of them. And what stays where it is earns its bonus, which is the most that any plan can have of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from uuid import UUID

from satselect.application.planning.horizon.facts import Overused, overused
from satselect.application.planning.horizon.formulation import Places
from satselect.application.planning.horizon.groups import (
    Span,
    groups_of,
    spans_of_chances,
    spans_of_head,
    spans_of_planned,
)
from satselect.application.planning.horizon.outcome import Place, PlanOutcome
from satselect.application.planning.horizon.rest import Rest
from satselect.application.planning.horizon.scene import Scene
from satselect.application.planning.recorded_iteration import Recorded
from satselect.engine.planning.formulation.candidates import with_bonus
from satselect.engine.problem.exact import total
from satselect.engine.relaxation.proof import Proof, weakest
from satselect.schemas.tasks import Status
from satselect.store.queries.buffer.demands import Demand
from satselect.store.queries.plans import Chance, Planned
from satselect.store.queries.supplies import longest_gap


@dataclass(slots=True)
class KeptPlan:
    """The tasks of a fleet's horizon, and their plan, as they were at a version.

    Attributes:
        scene: as it was read last, without what is kept here.
        event_number: of the last event that is known.
        chances: what may run, by task.
        planned: what is planned, by task.
        changed: tasks that changed, came or left since they were planned, or were not planned to proof.
        touched: tasks to read again, for the last iteration changed them.
        groups: task to its group at the last planning.
        blocked: what was promised more often than it is there.
    """

    scene: Scene
    event_number: int
    chances: dict[UUID, Sequence[Chance]]
    planned: dict[UUID, Planned]
    changed: set[UUID] = field(default_factory=set)
    touched: set[UUID] = field(default_factory=set)
    groups: Mapping[UUID, int] = field(default_factory=dict)
    blocked: Overused = frozenset()
    proof: Proof = Proof.DUALITY
    step_s: float | None = None
    iteration_id: UUID | None = None
    _spans: dict[UUID, list[Span]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.chances)

    @classmethod
    def of(cls, scene: Scene, event_number: int) -> "KeptPlan":
        """What is to be kept of a fleet that was read whole: nothing of it is planned yet."""
        found: dict[UUID, list[Chance]] = {}
        for chance in scene.chances:
            found.setdefault(chance.task_id, []).append(chance)
        kept = cls(
            replace(scene, chances=(), planned=()),
            event_number,
            dict(found),
            {one.task_id: one for one in scene.planned},
        )
        kept.changed = kept.chances.keys() | kept.planned.keys()
        return kept

    def take(
        self,
        task_ids: Iterable[UUID],
        chances: Sequence[Chance],
        planned: Sequence[Planned],
        demands: Mapping[int, Demand],
        *,
        are_changed: bool,
    ) -> None:
        """These tasks were read again.

        Args:
            task_ids: which.
            chances: the opportunities that they have.
            planned: where they are planned.
            demands: what they ask for, where that was not known.
            are_changed: whether they are to be planned anew, with all whom they have to do with.
        """
        for id in task_ids:
            self.chances.pop(id, None)
            self.planned.pop(id, None)
            self._spans.pop(id, None)
            if are_changed:
                self.changed.add(id)
        for chance in chances:
            self.chances[chance.task_id] = [*self.chances.get(chance.task_id, ()), chance]
        self.planned |= {one.task_id: one for one in planned}
        self.scene = replace(self.scene, demands={**self.scene.demands, **demands})

    def roll_to(self, scene: Scene) -> None:
        """Time went on: what is over leaves, and what reached beyond the horizon may have more of it now."""
        before, at = self.scene, scene.at
        # What is over may still keep what follows waiting, for its turnaround or a transition.
        since = at - longest_gap(scene.supplies.values())
        for id, one in list(self.planned.items()):
            if one.starts is not None and one.ends is not None and one.ends <= since and one.starts < since:
                del self.planned[id]
        for id, some in list(self.chances.items()):
            last = max(chance.ends for chance in some)
            if last < at:
                del self.chances[id]
                self._spans.pop(id, None)
            elif before.until < last and before.until < scene.until:
                self.changed.add(id)
        self.scene = replace(scene, demands={**before.demands, **scene.demands})

    def settle(self, outcome: PlanOutcome, recorded: Recorded) -> None:
        """What was to be planned is planned, and recorded by that iteration."""
        found, numbers, iteration = outcome.plan, recorded.assigned, recorded.iteration
        moved = [one.task_id for one in outcome.moved]
        for id in (*outcome.selected, *moved):
            if id in self.chances:
                self._place(id, numbers[id], outcome.places[id])
            else:
                self.touched.add(id)
        self.touched.update(one.task_id for one in outcome.displaced)
        # Whatever was not planned to proof is planned again next time, though nothing changed.
        if found.status == "optimal":
            self.changed.clear()
        self.proof = weakest([self.proof, found.proof])
        if found.step is not None:
            self.step_s = max(found.step.total_seconds(), self.step_s or 0.0)
        self.scene, self.iteration_id = replace(self.scene, version=iteration.version), iteration.id

    def _place(self, task_id: UUID, number: int, place: Place) -> None:
        """A task that asks for an interval has got this one, by the assignment of that id."""
        status = Status.SCHEDULED.value
        some = self.chances[task_id] = [chance._replace(status=status) for chance in self.chances[task_id]]
        one = next(chance for chance in some if chance.id == place.opportunity_id)
        who = (number, task_id, one.name, one.profit, one.signature_id)
        self.planned[task_id] = Planned(*who, *place, status, one.worth, one.details)

    def part(self) -> tuple[Scene, Overused, Rest]:
        """What is to be planned anew, what of it takes nothing new, and what the rest earns."""
        scene, places = self.scene, Places(self.scene)
        facts = [one for one in self.planned.values() if scene.is_fact(one)]
        blocked = overused(scene, places.uses, facts)
        spans = self._all_spans(places)
        groups = groups_of(spans)
        wanted = self._wanted(groups, spans, is_all=blocked != self.blocked)
        self.groups, self.blocked = groups, blocked
        ids = {id for id, number in groups.items() if number in wanted}
        # Until its plan is proven (`settle`) all of the part counts as changed.
        self.changed = set(ids)
        # The oldest task first, as a scene that was read whole has them.
        mine = sorted((some for id, some in self.chances.items() if id in ids), key=lambda some: some[0].age)
        part = replace(
            scene,
            chances=list(chain.from_iterable(mine)),
            planned=[one for id, one in self.planned.items() if id in ids],
            heads=[head for head in scene.heads if head.id in ids],
        )
        return part, blocked, self._rest(ids)

    def _wanted(self, groups: Mapping[UUID, int], spans: Mapping[UUID, Sequence[Span]], *, is_all: bool) -> set[int]:
        """The groups that are to be planned anew."""
        if is_all:
            return set(groups.values())
        # Whoever left may have made room for whom it had to do with.
        left = {self.groups[id] for id in self.changed if id in self.groups}
        changed = self.changed | {id for id, number in self.groups.items() if number in left}
        wanted = {groups[id] for id in changed if id in groups}
        # What is used up comes back as time goes on, and what is held all the time, when its holder says so.
        wanted |= {groups[id] for id, some in spans.items() if any(span.times is None for span in some)}
        return wanted

    def _all_spans(self, places: Places) -> dict[UUID, list[Span]]:
        for id, some in self.chances.items():
            if id not in self._spans:
                self._spans[id] = spans_of_chances(places, some)
        spans = dict(self._spans)
        for id, one in self.planned.items():
            if id not in spans or one.starts is None:
                spans[id] = spans_of_planned(places, one)
        for head in self.scene.heads:
            spans[head.id] = spans_of_head(places, head)
        return spans

    def _rest(self, ids: set[UUID]) -> Rest:
        profits, objectives = [], []
        for id, one in self.planned.items():
            if id not in ids:
                worth = one.profit if one.worth is None else one.worth
                profits.append(worth)
                objectives.append(worth if self.scene.is_fact(one) else _with_bonus(worth, self.scene.settings.stay))
        return Rest(total(profits), total(objectives), self.proof, self.step_s)


_with_bonus = lru_cache(maxsize=100_000)(with_bonus)
"""Kept, as the fractions take their time, and of what stays the same are asked for again and again."""
