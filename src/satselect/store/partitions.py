"""In how many parts the fleets are shared out among workers."""

PARTITIONS = 64
"""The database computes a fleet's partition from its id, so that nobody can be of another opinion."""
