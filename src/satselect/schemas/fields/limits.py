"""How much one request may ask for."""

from dataclasses import dataclass

MAX_NAME_CHARACTERS = 200
MAX_ADDRESS_CHARACTERS = 2_000
# Doubles hold every whole number up to it exactly (decision 0011).
MAX_PROFIT = 1e12
MAX_AMOUNT = 10**12
MAX_RESOURCES_PER_TASK = 1_000
MAX_SATELLITES_PER_TASK = 1_000
MAX_ATTEMPTS = 100
MAX_PAYLOAD_BYTES = 8_192


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits that an operator may set.

    Attributes:
        body_bytes: of one body.
        depth: of what is nested in JSON.
        tasks: in one request.
        uses: resources of all tasks of a request, each counted for every task that uses it.
        candidates: satellites of all tasks of a batch, each counted for every task that may run on it.
    """

    body_bytes: int = 16 * 1024 * 1024
    depth: int = 32
    tasks: int = 10_000
    uses: int = 100_000
    candidates: int = 1_000_000
