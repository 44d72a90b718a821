"""Passes beside those of other libraries: the same ones, to which fraction of a second, and how fast.

pip install --require-hashes -r benchmarks/orbits-requirements.txt, in an environment of its own, then
python -m benchmarks.orbits [--passes 1000] [--speed]
"""

import argparse
import resource
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.metadata import version
from random import Random
from statistics import mean
from time import process_time

import numpy as np
from sgp4.api import WGS72, WGS84, Satrec
from sgp4.exporter import export_tle

from benchmarks.machine import machine
from benchmarks.orbits_rivals import RIVALS, START, Case, Edges, by_brahe_alone, by_satselect, by_sgp4_predict
from benchmarks.table import plain
from satselect.orbits import Conditions, EarthOrientation, Point, Station, opportunities, passes, read_elements

HEAD = ("library", "passes", "lost", "invented", *("50 %", "99 %", "worst", "grazing 99 %", "worst") * 2)
LEGEND = """\
Lost: of 5 s or more, found by at least two others. Invented: found by nobody else. Then by how many seconds the edges
are off the mean of brahe, satkit and sgp4-predict: as they come, and if satkit, too, has the constants of WGS 84, which
the two others have; elements are made for those of WGS 72. Grazing: the mask is 0.01 degrees below the maximum."""
SHORTEST_S = 5.0
_MEANS = {
    "as they come": ("brahe", "satkit", "sgp4-predict"),
    "WGS 84": ("brahe", "satkit, WGS 84", "sgp4-predict"),
}
_DAY_1 = (START - timedelta(days=1)).timetuple().tm_yday


@dataclass(slots=True)
class Tally:
    """What one library did."""

    passes: int = 0
    lost: int = 0
    invented: int = 0
    off: defaultdict[tuple[str, bool], list[float]] = field(default_factory=lambda: defaultdict(list))


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.orbits", description=__doc__)
    parser.add_argument("--passes", type=int, default=1000, help="how many to compare (%(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", action="store_true", help="200 satellites, 100 targets, 7 days instead")
    parser.add_argument("--pairs", type=int, default=40, help="of them that other libraries are given (%(default)s)")
    options = parser.parse_args(arguments)
    print(machine()["processor"], {name: version(name) for name in ("sgp4", *RIVALS) if "," not in name})
    if options.speed:
        speed(options.seed, options.pairs)
    else:
        tallies = compared(options.passes, options.seed)
        print(plain(HEAD, [_row(name, tally) for name, tally in tallies.items()]), LEGEND, sep="\n")
    return 0


def compared(count: int, seed: int) -> dict[str, Tally]:
    """The tally of each library over random cases with that many passes."""
    finders: dict[str, Callable[[Case], list[Edges]]] = {
        "satselect": by_satselect,
        "satselect, WGS 84": lambda case: by_satselect(case, WGS84),
        **RIVALS,
    }
    tallies = {name: Tally() for name in finders}
    for case, is_grazing in cases(Random(seed)):
        found = {name: finder(case) for name, finder in finders.items()}
        _count(found, tallies, is_grazing=is_grazing)
        if tallies["satselect"].passes >= count:
            break
    return tallies


def cases(random: Random) -> Iterator[tuple[Case, bool]]:
    """Orbits from 300 to 36,000 km, all inclinations, stations everywhere, all masks; every fifth one grazing."""
    number = 0
    while True:
        number += 1
        perigee = random.uniform(300, 1500) if random.random() < 0.7 else random.uniform(1500, 36_000)
        apogee = perigee + random.choice([random.uniform(0, 60), random.uniform(0, max(36_000 - perigee, 0.0))])
        lines = orbit_lines(random, perigee, apogee, number)
        place = random.uniform(-90, 90), random.uniform(-180, 180), random.uniform(0, 3000)
        mask = random.choice([0.0, 5.0, 10.0, 20.0, 40.0, random.uniform(0, 85)])
        start = START + timedelta(seconds=random.uniform(0, 86_400))
        case = Case(lines, place, mask, start, random.choice([2.0, 24.0, 24.0]))
        if number % 5 == 0:
            highest = _highest(case)
            if not highest:
                continue
            case = Case(lines, place, random.choice(highest) - 0.01, start, case.hours)
        yield case, number % 5 == 0


def speed(seed: int, pairs: int) -> None:
    """Ours on all pairs; each of the others on some of them, with steps that lose nothing, and with larger ones."""
    random = Random(seed)
    satellites = [orbit_lines(random, height := random.uniform(450, 800), height + 5, i + 1) for i in range(200)]
    places = [(np.degrees(np.arcsin(random.uniform(-1, 1))), random.uniform(-180, 180), 0.0) for _ in range(100)]
    elements = [read_elements("\n".join(lines))[0] for lines in satellites]
    targets = [Point(*place, name=str(number)) for number, place in enumerate(places)]
    start = process_time()
    found = opportunities(
        elements, targets, START, START + timedelta(days=7), conditions=Conditions(minimum_elevation=10)
    )
    ours = process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    rows = [("satselect", "20000", str(len(found)), f"{ours:.1f} s", "1", f"{peak:.0f} MB")]
    some = [(random.choice(satellites), random.choice(places)) for _ in range(pairs)]
    chosen = [Case(lines, place, 10.0, START, 168.0) for lines, place in some]
    wanted = sum(map(len, map(by_satselect, chosen)))
    for name, finder in _timed():
        start = process_time()
        count = sum(len(finder(case)) for case in chosen)
        all_s = (process_time() - start) * 20_000 / pairs
        rows.append((name, str(pairs), f"{count} of {wanted}", f"{all_s:.0f} s", f"{all_s / ours:.1f}", ""))
    print(plain(("library", "pairs", "passes", "all pairs", "times", "memory"), rows))


def _timed() -> Iterator[tuple[str, Callable[[Case], list[Edges]]]]:
    yield "brahe, 5 s", by_brahe_alone
    yield "brahe, 60 s", lambda case: by_brahe_alone(case, 60.0)
    yield "sgp4-predict, 5 s", by_sgp4_predict
    yield "sgp4-predict, 60 s", lambda case: by_sgp4_predict(case, 60.0)
    yield "sgp4-predict, own steps", lambda case: by_sgp4_predict(case, None)
    yield "satkit, 5 s", RIVALS["satkit"]
    yield "skyfield", RIVALS["skyfield"]


def orbit_lines(random: Random, perigee: float, apogee: float, number: int) -> tuple[str, str]:
    """Two-line elements of an orbit with these heights in km, all else random, of an epoch up to two days before."""
    axis = 6378.135 + (perigee + apogee) / 2
    angle = [random.uniform(0, 2 * np.pi) for _ in range(3)]
    record = Satrec()
    epoch = (START - START.replace(year=1949, month=12, day=31)) / timedelta(days=1) - random.uniform(0, 2)
    eccentricity, tilt = (apogee - perigee) / 2 / axis, random.uniform(0, np.pi)
    rate = 60 * (398_600.8 / axis**3) ** 0.5
    drag = 1e-5 if perigee < 1000 else 0.0
    record.sgp4init(WGS72, "i", number, epoch, drag, 0, 0, eccentricity, angle[0], tilt, angle[1], rate, angle[2])
    first, second = export_tle(record)
    return first, second


def _highest(case: Case) -> list[float]:
    station = Station(*case.place)
    (elements,) = read_elements("\n".join(case.lines))
    found = passes(elements, station, case.start, case.end, earth=EarthOrientation.none())
    return [one.maximum_elevation for one in found if not one.is_cut and 1 < one.maximum_elevation < 85]


def _count(found: dict[str, list[Edges]], tallies: dict[str, Tally], *, is_grazing: bool) -> None:
    for name, edges in found.items():
        tally = tallies[name]
        others = [found[other] for other in found if other.split(",")[0] != name.split(",")[0]]
        tally.passes += len(edges)
        tally.invented += sum(_is_long(one) and not any(_same(one, other) for other in others) for one in edges)
        for one in edges:
            for of_what, names in _MEANS.items():
                means = [other for other in (_same(one, found[of]) for of in names) if other]
                if len(means) == len(names) and _is_long(one):
                    off = [abs(one[edge] - mean(other[edge] for other in means)) for edge in (0, 1)]
                    tally.off[of_what, is_grazing] += off
        known = [one for of in others for one in of if _is_long(one) and sum(bool(_same(one, o)) for o in others) > 1]
        tally.lost += len({round(one[0], -1) for one in known if not _same(one, edges)})


def _is_long(one: Edges) -> bool:
    return one[1] - one[0] >= SHORTEST_S


def _same(one: Edges, among: list[Edges]) -> Edges | None:
    return next((other for other in among if other[0] < one[1] and one[0] < other[1]), None)


def _row(name: str, tally: Tally) -> tuple[str, ...]:
    figures: list[str] = []
    for of_what in _MEANS:
        for is_grazing in (False, True):
            off = tally.off[of_what, is_grazing]
            found = [f"{value:.4f}" for value in np.quantile(off, (0.5, 0.99, 1.0))] if off else ["-"] * 3
            figures += found[is_grazing:]
    return name, str(tally.passes), str(tally.lost), str(tally.invented), *figures


if __name__ == "__main__":
    sys.exit(main())
