"""Who calls. With AUTH=open everyone is the local operator."""

from satselect.store.defaults import LOCAL
from satselect.store.models import User


def local_operator() -> User:
    """The user whom every database starts with."""
    return User.objects.get(username=LOCAL)
