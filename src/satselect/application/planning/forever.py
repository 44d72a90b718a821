"""The end of time."""

from datetime import UTC, datetime

FOREVER = datetime.max.replace(tzinfo=UTC)
