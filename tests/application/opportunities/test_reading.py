import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from satselect.application.errors import NoOrbitsError
from satselect.application.opportunities.library import needing_orbits
from satselect.application.opportunities.reading import elements_in
from satselect.web.problems import KINDS
from tests.api.test_elements import message
from tests.uninstalled import run_without

WITHOUT = """
import django
django.setup()
from datetime import UTC, datetime
from satselect.application.opportunities.reading import elements_in
elements_in(sys.argv[1], at=datetime.now(UTC))
"""


def test_without_the_extra_the_error_says_what_is_missing() -> None:
    done = run_without("sgp4", WITHOUT, [json.dumps(message())])
    assert re.search("^satselect.*NoOrbitsError: .*extra 'orbits'", done.stderr, re.MULTILINE)
    assert KINDS[NoOrbitsError].status == 501


def test_another_module_that_is_missing_is_no_matter_of_the_extra() -> None:
    with pytest.raises(ModuleNotFoundError, match="sgp5"), needing_orbits():
        import sgp5  # type: ignore[import-not-found]  # noqa: F401


def test_elements_are_judged_by_the_time_they_are_put() -> None:
    sent = message(-1)
    epoch = datetime.fromisoformat(str(sent["EPOCH"])).replace(tzinfo=UTC)
    found = elements_in(json.dumps(sent), at=epoch + timedelta(days=29))
    assert (found.epoch, found.number) == (epoch, 799501234)
