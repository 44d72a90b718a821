"""Puts the process together, of the settings."""

from functools import cached_property, partial
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from satselect.application.planning.planner import Planner
    from satselect.application.runtime import Runtime
    from satselect.application.shutdown import Shutdown


class Wiring(AppConfig):
    """Holds what a process has one of."""

    name = "satselect.config"

    @cached_property
    def runtime(self) -> "Runtime":
        """Made when it is first asked for, which commands that only look at tables never do: it loads the engine.

        What serves asks before it has threads (`config.asgi`).
        """
        # Here and not above: Django imports this module before there are models.
        from django.conf import settings
        from django.utils import timezone

        from satselect.application.dispatch.settling import LeavesToWorkers, SettlesHere
        from satselect.application.events.feed import Feed
        from satselect.application.explanation.marginal_value import MarginalValues
        from satselect.application.explanation.questions import Places
        from satselect.application.ordering.prices import PlanPrices
        from satselect.application.positions import Positions
        from satselect.application.runtime import Runtime
        from satselect.application.shutdown import Shutdown
        from satselect.application.webhooks.trial import Trials
        from satselect.bus import connect

        shutdown, positions = Shutdown(), Positions(settings.SECRET_KEY)
        planner = _planner(shutdown)
        bus = settings.SATSELECT_BUS_URL
        return Runtime(
            shutdown=shutdown,
            positions=positions,
            planner=planner,
            settler=LeavesToWorkers(planner, partial(connect, bus)) if bus else SettlesHere(planner),
            feed=Feed(clock=timezone.now, positions=positions),
            places=Places(
                most=settings.SATSELECT_MAX_QUESTIONS,
                of_user=settings.SATSELECT_MAX_QUESTIONS_OF_USER,
                shutdown=shutdown,
            ),
            marginal_values=MarginalValues(),
            plan_prices=PlanPrices(),
            trials=Trials(),
        )


def _planner(shutdown: "Shutdown") -> "Planner":
    from django.conf import settings
    from django.utils import timezone

    from satselect.application.planning.buffer.buffer_cache import BufferCache
    from satselect.application.planning.fleet_locks import FleetLocks
    from satselect.application.planning.planner import Planner

    return Planner(
        clock=timezone.now,
        time_limit_s=settings.SATSELECT_TIME_LIMIT_S,
        buffers=BufferCache(),
        locks=FleetLocks(shutdown),
    )
