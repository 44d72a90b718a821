#!/bin/sh
# Guess: overlap(t, t) finds what is under way at t, and merge_overlaps joins intervals that touch.
# True: an empty range overlaps nothing, at(t) is the question; touching intervals stay apart unless strict=False, and
# merging drops what they carried (data becomes None) unless a reducer is given: whose contact it was is gone.
# intervaltree 3.2.1, 2026-11-28.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check intervaltree==3.2.1
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

print("intervaltree", version("intervaltree"))
from intervaltree import Interval, IntervalTree

tree = IntervalTree([Interval(0, 10, "first"), Interval(10, 20, "second")])
print("at 5:", tree.at(5), "; overlap(5, 5):", tree.overlap(5, 5))
assert len(tree.at(5)) == 1 and tree.overlap(5, 5) == set()

tree.merge_overlaps()
apart = len(tree)
tree.merge_overlaps(strict=False)
(merged,) = tree
print("after merge_overlaps():", apart, "; strict=False:", merged)
assert apart == 2 and (merged.begin, merged.end, merged.data) == (0, 20, None)
PROGRAM
