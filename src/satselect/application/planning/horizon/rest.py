"""What is planned beside what is planned anew."""

from dataclasses import dataclass

from satselect.engine.relaxation.proof import Proof


@dataclass(frozen=True, slots=True)
class Rest:
    """What is planned beside what is planned anew: what it earns, and what its proof rests on.

    Attributes:
        profit: facts too.
        objective: with the bonus of what stays.
        proof: of the last plans that it is of.
        step_s: seconds between two starts that these tried; None if no other start could earn more.
    """

    profit: float = 0.0
    objective: float = 0.0
    proof: Proof = Proof.DUALITY
    step_s: float | None = None


NOTHING = Rest()
