"""Places in a row that many share: plain numbers for callers that see all of it, sealed for all others.

A number of an event, or a version of a fleet, counts what all accounts do. Who sees a part of it gets a token of the
same length for every number, which tells nothing of it, and which only the service can make.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hmac import compare_digest
from hmac import digest as hmac_digest

PATTERN = r"[0-9]{1,18}|[A-Za-z0-9_-]{43}"  # 18 digits fit into eight bytes; 43 letters are 32 bytes in base64
"""What a place may look like: a number, or a token."""

_NUMBER_BYTES, _NONCE_BYTES, _PROOF_BYTES = 8, 8, 16  # 16 of proof can't be guessed
_BYTES = _NONCE_BYTES + _NUMBER_BYTES + _PROOF_BYTES
_TOKEN_CHARACTERS = 43  # 32 bytes in base 64, without the sign that fills up


class Positions:
    """Seals and opens places with the secret that all processes of a service share.

    >>> positions = Positions("a secret")
    >>> token = positions.told(7, "events of 1", sees_all=False)
    >>> positions.read(token, "events of 1", sees_all=False), positions.read(token, "events of 2", sees_all=False)
    (7, None)
    """

    def __init__(self, secret: str) -> None:
        # A key for each purpose, so that nothing made for one says anything about another.
        self._keys = {
            purpose: hmac_digest(secret.encode(), f"satselect.places.{purpose}".encode(), "sha256")
            for purpose in ("name", "mask", "proof")
        }

    def told(self, number: int, row: str, *, sees_all: bool, is_new: bool = False) -> str:
        """What somebody is told of a place, to come back to.

        Args:
            number: of the place.
            row: the name of the row that it is in.
            sees_all: whether they may know the number itself.
            is_new: makes another token each time: where there need be nothing for the user at that place, two of the
                same would tell that nothing happened to others. Else it is the same each time, as caches want it.
        """
        return str(number) if sees_all else self._sealed(number, row, is_new=is_new)

    def read(self, text: str, row: str, *, sees_all: bool) -> int | None:
        """The place that somebody comes back to; None if it is none, or a number that is not for them.

        The start of the row is no secret: 0 is for everybody.
        """
        if text.isascii() and text.isdigit():
            number = int(text)
            return number if sees_all or number == 0 else None
        return self._opened(text, row)

    def _sealed(self, number: int, row: str, *, is_new: bool) -> str:
        plain = number.to_bytes(_NUMBER_BYTES)
        # Made of the number and not at random: the same place has the same token, and two numbers never share a mask.
        named = hmac_digest(self._keys["name"], plain + row.encode(), "sha256")[:_NONCE_BYTES]
        nonce = secrets.token_bytes(_NONCE_BYTES) if is_new else named
        hidden = nonce + self._masked(plain, nonce, row)
        return _text(hidden + self._proof(hidden, row))

    def _opened(self, token: str, row: str) -> int | None:
        """The number in a token; None if the service never made it for that row."""
        if len(token) != _TOKEN_CHARACTERS:
            return None
        try:
            raw = urlsafe_b64decode(f"{token}=")
        except ValueError:
            return None
        hidden, proof = raw[:-_PROOF_BYTES], raw[-_PROOF_BYTES:]
        # The last letter of 43 has bits to spare, so one token has several spellings: only the one that was made
        # counts.
        if len(raw) != _BYTES or _text(raw) != token or not compare_digest(proof, self._proof(hidden, row)):
            return None
        nonce, masked = hidden[:_NONCE_BYTES], hidden[_NONCE_BYTES:]
        return int.from_bytes(self._masked(masked, nonce, row))

    def _masked(self, number: bytes, nonce: bytes, row: str) -> bytes:
        stream = hmac_digest(self._keys["mask"], nonce + row.encode(), "sha256")
        return bytes(one ^ other for one, other in zip(number, stream, strict=False))

    def _proof(self, hidden: bytes, row: str) -> bytes:
        return hmac_digest(self._keys["proof"], hidden + row.encode(), "sha256")[:_PROOF_BYTES]


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
