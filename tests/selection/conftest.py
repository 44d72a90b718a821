"""Settings of property tests: compiled code is slow the first time, so no example has a deadline."""

from hypothesis import settings

settings.register_profile("satselect", deadline=None)
settings.load_profile("satselect")
