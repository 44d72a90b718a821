"""Passwords that are hard to guess."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from satselect.scheduling import people
from satselect.scheduling.errors import BadPasswordError
from satselect.store.models import User


def set_password(user: User, password: str, *, at: datetime, by: User) -> None:
    """The user signs in to pages with this password from now on; sessions from before are over.

    Raises:
        BadPasswordError: it is too easily guessed.
    """
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise BadPasswordError(" ".join(error.messages)) from None
    people.set_password(user, password, at=at, by=by)
