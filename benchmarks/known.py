"""Published values of public instances.

SPOT5: E. Bensana, M. Lemaitre, G. Verfaillie, "Earth observation satellite management", Constraints 4(3), 1999: proven
optima, but for 1504 the best value found then.
Set packing: X. Delorme, X. Gandibleux, J. Rodriguez, "GRASP for set packing problems", EJOR 153(3), 2004: the best
values known; those of 100 columns are optima.
"""

from decimal import Decimal

from benchmarks.problem import Known

_OPTIMA = {
    "spot5": "8 10, 11 22120, 28 56053, 29 12032, 54 70, 404 49, 408 3082, 412 16102, 503 9096, 1502 61158",
    "set-packing": (
        "pb_100rnd0100 372, pb_100rnd0200 34, pb_100rnd0300 203, pb_100rnd0400 16, pb_100rnd0500 639, pb_100rnd0600 64,"
        "pb_100rnd0700 503, pb_100rnd0800 39, pb_100rnd0900 463, pb_100rnd1000 40, pb_100rnd1100 306, pb_100rnd1200 23"
    ),
}
_BEST = {
    "spot5": "1504 124243",
    "set-packing": (
        "pb_200rnd0100 416, pb_200rnd0300 731, pb_200rnd0500 184, pb_200rnd0700 1004, pb_200rnd0900 1324,"
        "pb_200rnd1100 545, pb_200rnd1300 571, pb_200rnd1500 926, pb_200rnd1700 255, pb_500rnd0100 323,"
        "pb_500rnd0300 776, pb_500rnd0500 122, pb_500rnd0700 1141, pb_500rnd0900 2236"
    ),
}


def known(name: str) -> Known | None:
    """What was published about the instance of this name ("spot5 8"), if anything."""
    return _KNOWN.get(name)


def _table(published: dict[str, str], *, is_optimal: bool) -> dict[str, Known]:
    return {
        f"{folder} {instance.split()[0]}": Known(Decimal(instance.split()[1]), is_optimal)
        for folder, instances in published.items()
        for instance in instances.split(",")
    }


_KNOWN = _table(_OPTIMA, is_optimal=True) | _table(_BEST, is_optimal=False)
