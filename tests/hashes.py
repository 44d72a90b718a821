"""Hashes of passwords that take no time, for tests in the process that makes them."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class FastHasher(PBKDF2PasswordHasher):
    """The usual algorithm, so that a service can read what it made, with as few rounds as there can be."""

    iterations = 1
