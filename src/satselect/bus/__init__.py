"""Carries notices of pending batches from those who accept them to those who settle them."""

from satselect.bus.base import Bus


def connect(url: str) -> Bus:
    """The bus at `nats://host:port/name`. It connects in the background, and again whenever it has to."""
    # Here, so that only who has a bus loads its client.
    from satselect.bus.jetstream import JetStreamBus

    return JetStreamBus(url)
