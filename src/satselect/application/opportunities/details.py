"""What is told of an opportunity that was worked out from orbits: what transitions go by, and people read."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from satselect.orbits import Opportunity as Sight

TOLD = ("off_nadir", "roll", "maximum_elevation", "sun_elevation", "side")
_DECIMALS = 3  # of degrees: some 10 m on the ground, from 600 km


def details_of(sight: "Sight") -> dict[str, Any]:
    """Where the place is nearest to the satellite's way: angles in degrees, and the side on which it lies."""
    off_nadir = round(sight.least_off_nadir, _DECIMALS)
    return {
        "off_nadir": off_nadir,
        # By which satellites turn: to take what lies to the left after what lies to the right is a long way (decision
        # 0127).
        "roll": -off_nadir if sight.side == "left" else off_nadir,
        "maximum_elevation": round(sight.maximum_elevation, _DECIMALS),
        "sun_elevation": round(sight.sun_elevation, _DECIMALS),
        "side": sight.side,
    }
