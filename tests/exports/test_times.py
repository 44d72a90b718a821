from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satselect.exports.times import MILLISECOND, SECOND, inward, milliseconds, rfc_3339

MOMENTS = st.datetimes(timezones=st.just(UTC))
FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@given(MOMENTS, MOMENTS, st.sampled_from([MILLISECOND, SECOND]))
def test_nothing_begins_earlier_or_ends_later(one: datetime, other: datetime, unit: timedelta) -> None:
    start, end = sorted([one, other])
    first, last = inward(start, end, unit)
    assert (first - FIRST) % unit == (last - FIRST) % unit == timedelta(0)
    if first < last or start == first:
        assert start <= first <= last <= end
        assert first - start < unit
        assert end - last < unit
    else:  # no whole unit lies within
        assert start - unit < first == last
        assert first + unit > end


@pytest.mark.parametrize("start", [FIRST, LAST, LAST.replace(microsecond=0)])
def test_the_ends_of_the_calendar_have_no_overflow(start: datetime) -> None:
    first, last = inward(start, start, SECOND)
    assert first == last == start.replace(microsecond=0)
    assert inward(FIRST, LAST, SECOND) == (FIRST, LAST.replace(microsecond=0))


@given(MOMENTS)
def test_rfc_3339_is_exact(moment: datetime) -> None:
    assert datetime.fromisoformat(rfc_3339(moment)) == moment


@given(MOMENTS)
def test_milliseconds_are_exact(moment: datetime) -> None:
    whole = moment - moment.microsecond % 1000 * timedelta(microseconds=1)
    assert datetime(1970, 1, 1, tzinfo=UTC) + milliseconds(moment) * MILLISECOND == whole
