"""Passwords, with which people sign in to the console. Programs show keys instead."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from satselect.application.act import Act
from satselect.application.audit import audit
from satselect.application.errors import BadPasswordError
from satselect.store.models import User
from satselect.store.sql.transactions import short_transaction


def set_password(user: User, password: str, act: Act) -> None:
    """Sets the password of the user; sessions that were opened with another one end.

    Raises:
        BadPasswordError: it is too easily guessed.
    """
    check_password(password, user)
    hashed = make_password(password)  # outside of the transaction: it is slow on purpose
    with short_transaction():
        # Django's sessions carry a digest of the password's hash, so those opened with the old one end by this.
        User.objects.filter(id=user.id).update(password=hashed)
        audit(act, "user.password", user.username, {})
    user.password = hashed


def check_password(password: str, user: User) -> None:
    """Returns if the password will do for the user, who may yet have to be made.

    Raises:
        BadPasswordError: it is too easily guessed.
    """
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise BadPasswordError(" ".join(error.messages)) from None
