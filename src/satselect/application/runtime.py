"""What a process has one of: made by `config`, asked for by the edges (`web.runtime`).

Use cases are handed what they need of it. None of them reaches for it, or for a setting or the time of day.
"""

from dataclasses import dataclass

from satselect.application.dispatch.settling import Settler
from satselect.application.events.feed import Feed
from satselect.application.explanation.marginal_value import MarginalValues
from satselect.application.explanation.questions import Places
from satselect.application.ordering.prices import PlanPrices
from satselect.application.planning.planner import Planner
from satselect.application.positions import Positions
from satselect.application.shutdown import Shutdown
from satselect.application.webhooks.trial import Trials


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """The parts of a process.

    Attributes:
        positions: what places in rows that many share look like to those who may not know the numbers.
        shutdown: whether the process is about to end.
        planner: what it makes iterations with.
        settler: sees to it that what is submitted is settled.
        feed: the streams of those who follow events.
        places: those of questions that select and store nothing.
        marginal_values: what one more unit would have earned in the iterations that were asked about last.
        plan_prices: what resources cost over time, of the fleets that were asked about last.
        trials: of webhooks that are under way.
    """

    positions: Positions
    shutdown: Shutdown
    planner: Planner
    settler: Settler
    feed: Feed
    places: Places
    marginal_values: MarginalValues
    plan_prices: PlanPrices
    trials: Trials
