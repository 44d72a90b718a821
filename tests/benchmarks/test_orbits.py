from itertools import islice
from random import Random

from benchmarks.orbits import Tally, _count, cases
from benchmarks.orbits_rivals import by_satselect
from satselect.orbits import read_elements


def test_the_cases_are_the_same_for_a_seed_and_ask_for_what_they_say() -> None:
    first, again = (list(islice(cases(Random(3)), 25)) for _ in range(2))
    assert first == again
    heights = []
    for case, is_grazing in first:
        (elements,) = read_elements("\n".join(case.lines))
        heights += [elements.axis_km * (1 + sign * elements.eccentricity) - 6378 for sign in (-1, 1)]
        edges = by_satselect(case)
        assert all(0 <= start < end <= case.hours * 3600 for start, end in edges)
        assert edges or not is_grazing
    assert min(heights) > 280
    assert max(heights) < 36_100


def test_what_is_lost_invented_or_off_is_counted() -> None:
    names = ("satselect", "brahe", "satkit", "sgp4-predict")
    tallies = {name: Tally() for name in (*names, "satkit, WGS 84")}
    same = [(100.0, 400.0), (6000.0, 6004.0)]
    found = {
        "satselect": [(100.3, 400.0), (9000.0, 9100.0)],
        "brahe": same,
        "satkit": same,
        "satkit, WGS 84": same,
        "sgp4-predict": [(6000.0, 6004.0)],
    }
    _count(found, tallies, is_grazing=False)
    assert [tallies[name].lost for name in names] == [0, 0, 0, 1]
    assert [tallies[name].invented for name in names] == [1, 0, 0, 0]
    assert tallies["satselect"].off["as they come", False] == []
    found["sgp4-predict"] = same
    _count(found, tallies, is_grazing=True)
    assert [round(value, 6) for value in tallies["satselect"].off["as they come", True]] == [0.3, 0.0]
