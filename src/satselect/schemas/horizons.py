"""How a fleet plans in time, and what its resources are then."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

LONGEST_HORIZON_S = 366 * 86_400  # as far as orbits are searched
USUAL_STEP_S = 10.0
USUAL_STAY = 0.02

HORIZON_WORDS = "seconds ahead for which the fleet plans in time; null for a fleet that does not"
FROZEN_WORDS = "seconds from now in which the plan does not change any more"
STEP_WORDS = "seconds between two starts that are tried in an opportunity longer than its task"
STAY_WORDS = "what a task that stays where it was planned is worth more, as a share of its profit"
REPLAN_WORDS = "whether what is planned competes again in each iteration, or stays once it is planned"
KIND_WORDS = (
    "in a plan: renewable (held from start to end of a task), budget (used up over the horizon), or reservoir (filled "
    "by tasks, drained by passes)"
)
TURNAROUND_WORDS = "seconds for which a renewable resource is busy after each use"
LEVEL_WORDS = "units that a reservoir holds now"
ABOVE_CAPACITY = "level is above its {units} units"


class Kind(StrEnum):
    """How a resource comes back in a plan."""

    RENEWABLE = "renewable"
    BUDGET = "budget"
    RESERVOIR = "reservoir"


class Replan(StrEnum):
    """Whether what is planned competes again."""

    ALWAYS = "always"
    NEVER = "never"


Horizon = Annotated[float, Field(gt=0, le=LONGEST_HORIZON_S, allow_inf_nan=False)]
Frozen = Annotated[float, Field(ge=0, le=LONGEST_HORIZON_S, allow_inf_nan=False)]
# The least is a millisecond: plans count in these.
Step = Annotated[float, Field(ge=0.001, le=86_400, allow_inf_nan=False)]
Stay = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Turnaround = Annotated[float, Field(ge=0, le=LONGEST_HORIZON_S, allow_inf_nan=False)]
Replanned = Annotated[Replan, Field(strict=False)]
KindOf = Annotated[Kind, Field(strict=False)]
