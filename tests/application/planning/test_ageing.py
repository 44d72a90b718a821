"""Who waited long competes with more than the profit."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satselect.application.explanation.explain import explain
from satselect.application.fleets.fleets import edit_fleet
from satselect.application.planning.buffer.ageing import aged, rank_key
from satselect.application.tasks.change import Report, fail
from satselect.application.tasks.edit import edit
from satselect.schemas.fleets import FLEET_PATCH, MAX_AGEING
from satselect.schemas.reading.faults import InvalidError
from satselect.schemas.reading.validation import validate
from satselect.store.models import Fleet, Supply, Task, User
from tests.application.buffers import NOW, buffer, names, run, task
from tests.application.constellations import act

HOUR = timedelta(hours=1)
START = datetime(2020, 1, 1, tzinfo=UTC)
moments = st.integers(0, 10**9).map(lambda seconds: START + timedelta(seconds=seconds))
rates = st.integers(0, 10**6).map(lambda n: n / 10_000)
profits = st.floats(0, 1e12) | st.integers(0, 10**9).map(lambda n: n / 1000)


def set_rate(per_hour: float) -> None:
    edit_fleet(Fleet.objects.get(), {"ageing_per_hour": per_hour}, act())


def report(at: datetime = NOW) -> Report:
    return Report(User.objects.get(), at)


@given(profits, profits, moments, moments, moments, rates)
def test_the_order_of_two_tasks_never_changes(
    first: float, second: float, sent: datetime, sent_later: datetime, at: datetime, rate: float
) -> None:
    one, other = rank_key(first, sent, rate), rank_key(second, sent_later, rate)
    before, after = aged(first, sent, at, rate), aged(second, sent_later, at, rate)
    rounded = 1e-15 * (abs(one) + abs(other) + before + after)  # what floats can't tell apart may swap
    assert before <= after + rounded if one <= other else after <= before + rounded


@given(profits, profits, moments, moments, rates)
def test_of_equally_old_tasks_the_order_is_that_of_their_profits(
    first: float, second: float, sent: datetime, at: datetime, rate: float
) -> None:
    less, more = sorted([first, second])
    assert aged(less, sent, at, rate) <= aged(more, sent, at, rate)
    assert rank_key(less, sent, rate) <= rank_key(more, sent, rate)


@given(st.integers(0, 10**6), moments, st.integers(0, 10**5), rates)
def test_an_hour_adds_the_rate_to_the_digit(thousandths: int, sent: datetime, hours: int, rate: float) -> None:
    profit = thousandths / 1000
    assert aged(profit, sent, sent, rate) == profit
    grown = aged(profit, sent, sent + hours * HOUR, rate)
    assert grown == round(profit + rate * hours, 6)


@pytest.mark.usefixtures("database")
def test_without_ageing_the_most_profitable_wins_however_long_others_waited() -> None:
    buffer(task("old", "camera", profit=5))
    buffer(task("new", "camera", profit=6), at=NOW + 1000 * HOUR)
    assert names(run(NOW + 1000 * HOUR)) == ["new"]


@pytest.mark.usefixtures("database")
def test_who_waited_long_enough_wins() -> None:
    set_rate(0.1)
    buffer(task("old", "camera", profit=5))
    buffer(task("new", "camera", profit=6), at=NOW + 11 * HOUR)
    iteration = run(NOW + 11 * HOUR)
    assert names(iteration) == ["old"]
    assert (iteration.profit, iteration.objective, iteration.bound, iteration.gap) == (5, 6.1, 6.1, 0)
    assert (iteration.status, iteration.settings["ageing_per_hour"]) == ("optimal", 0.1)


@pytest.mark.usefixtures("database")
def test_two_who_wait_gain_more_than_one_though_the_buffer_was_kept() -> None:
    set_rate(1.0)
    buffer(task("large", "a", "b", profit=10), task("a", "a", profit=4), task("b", "b", profit=4))
    buffer(task("rival", "a", "b", profit=20))
    assert names(run()) == ["rival"]
    assert names(run(NOW + 3 * HOUR)) == ["a", "b"]


@pytest.mark.usefixtures("database")
def test_a_rate_that_changes_ranks_what_waits_anew() -> None:
    buffer(task("old", "camera", profit=5), task("older and better", "camera", profit=5.5))
    buffer(task("new", "camera", profit=6), at=NOW + 11 * HOUR)
    for rate, best in ((1.0, 5.5), (0.0, 6), (0.0001, 6), (2.0, 5.5)):
        set_rate(rate)
        found = Task.objects.order_by("-rank_key").first()
        assert found is not None
        assert found.profit == best
    assert names(run(NOW + 11 * HOUR)) == ["older and better"]


@pytest.mark.usefixtures("database")
def test_any_number_of_tasks_is_ranked_anew() -> None:
    buffer(*[task(str(n), "camera", profit=n) for n in range(1000)])
    set_rate(1.0)
    gained = {each.profit - each.rank_key for each in Task.objects.all()}
    assert max(gained) - min(gained) < 1e-9 < min(gained)


@pytest.mark.usefixtures("database")
def test_a_task_that_is_tried_again_is_ranked_by_the_rate_of_now() -> None:
    buffer(task("first", "camera", profit=5, max_attempts=3))
    run()
    set_rate(1.0)
    fail(Task.objects.get(), report())
    buffer(task("second", "camera", profit=6), at=NOW + 2 * HOUR)
    assert names(run(NOW + 2 * HOUR)) == ["first"]
    set_rate(0.0)
    fail(Task.objects.get(name="first"), report())
    assert names(run(NOW + 2 * HOUR)) == ["second"]


@pytest.mark.usefixtures("database")
def test_an_edited_task_keeps_its_age() -> None:
    set_rate(1.0)
    buffer(task("first", "camera", profit=1))
    edit(Task.objects.get(), {"profit": 5}, report(NOW + HOUR))
    buffer(task("second", "camera", profit=6), at=NOW + 2 * HOUR)
    assert names(run(NOW + 2 * HOUR)) == ["first"]


@pytest.mark.usefixtures("database")
def test_break_even_is_the_profit_to_which_waiting_adds_the_rest() -> None:
    set_rate(0.5)
    buffer(task("old", "camera", profit=5), task("old disk", "disk"))
    buffer(task("new", "camera", profit=7), at=NOW + HOUR)
    assert names(run(NOW + HOUR)) == ["old disk", "new"]
    assert explain(Task.objects.get(name="old"), at=NOW + HOUR, time_limit_s=5).break_even == 6.5


@pytest.mark.usefixtures("database")
def test_heads_are_found_by_age_too() -> None:
    """Of one signature only as many are read as fit: the oldest has to be among them."""
    set_rate(1.0)
    buffer(task("old", "camera", profit=1))
    buffer(*[task(str(n), "camera", profit=2 + n / 10) for n in range(9)], at=NOW + 10 * HOUR)
    Supply.objects.update(capacity=2)
    assert names(run(NOW + 10 * HOUR)) == ["old", "8"]


@given(st.integers(0, 10**15 - 1), st.integers(1, 10**6), moments, st.integers(0, 10_000 * 100), st.integers(0, 10**9))
def test_equally_old_tasks_that_differ_by_a_millionth_are_told_apart(
    millionths: int, more: int, submitted: datetime, steps: int, rate: int
) -> None:
    less, greater = millionths / 10**6, (millionths + more) / 10**6
    at, per_hour = submitted + steps * HOUR / 100, min(rate / 10_000, MAX_AGEING)
    assert aged(less, submitted, at, per_hour) < aged(greater, submitted, at, per_hour)


@pytest.mark.parametrize("rate", [100_000.5, 1e6])
def test_a_rate_at_which_profits_are_lost_is_refused(rate: float) -> None:
    with pytest.raises(InvalidError, match="/ageing_per_hour: must be at most 100000, not"):
        validate(FLEET_PATCH, {"ageing_per_hour": rate})


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("hours", [0, 1, 100, 200_000])
def test_a_rate_that_dwarfs_profits_loses_none_of_their_order(hours: int) -> None:
    """Their rank keys are equal floats; one of them is worth more all the same."""
    set_rate(1e6)
    buffer(task("less", "camera", profit=1e-7), task("more", "camera", profit=2e-7), task("none", "camera", profit=0))
    assert names(run(NOW + hours * HOUR)) == ["more"]


@pytest.mark.usefixtures("database")
def test_equally_old_tasks_on_different_resources_compete_by_profit_at_a_high_rate() -> None:
    set_rate(1e6)
    buffer(task("less", "camera", profit=1e-7), task("more", "camera", "disk", profit=2e-7))
    assert names(run(NOW + HOUR)) == ["more"]


@pytest.mark.usefixtures("database")
def test_equally_old_and_profitable_tasks_go_in_the_order_they_came_at_a_high_rate() -> None:
    set_rate(1e6)
    buffer(task("first", "camera", profit=1e-7), task("second", "camera", profit=1e-7))
    buffer(task("third", "camera", profit=1e-7))
    for name in ("first", "second", "third"):
        assert names(run(NOW + 200_000 * HOUR)) == [name]


@pytest.mark.usefixtures("database")
def test_the_most_profitable_of_equally_old_tasks_are_read_and_explained_at_a_high_rate() -> None:
    set_rate(1e6)
    profits = [3, 1, 4, 1, 5, 9, 2, 6]
    buffer(*[task(f"{n} {profit}", "camera", profit=profit / 1e7) for n, profit in enumerate(profits)])
    Supply.objects.update(capacity=3)
    iteration = run(NOW + HOUR)
    assert names(iteration) == ["4 5", "5 9", "7 6"]
    assert (iteration.profit, iteration.objective, iteration.bound) == (2e-6, 3000000.000002, 3000000.000002)
    for each in Task.objects.filter(status="buffered"):
        assert explain(each, at=NOW + HOUR, time_limit_s=5).break_even == 5e-7


@pytest.mark.usefixtures("database")
def test_who_waited_a_step_longer_wins_at_a_high_rate_however_much_more_others_are_worth() -> None:
    set_rate(1e6)
    buffer(task("old", "camera", profit=1e-7))
    buffer(task("new", "camera", profit=9_999), at=NOW + HOUR / 100)
    assert names(run(NOW + 1000 * HOUR)) == ["old"]
