"""Settings of property tests."""

import os

from hypothesis import settings

# Compiled code is slow the first time, so no example has a deadline. A gate must say the same of the same commit twice.
settings.register_profile("explore", deadline=None)
settings.register_profile("gate", deadline=None, derandomize=True)
settings.load_profile("gate" if os.environ.get("CI") else "explore")
