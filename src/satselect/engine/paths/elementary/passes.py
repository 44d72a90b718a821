"""To and fro along timelines with more and more labels, each pass with what the one before it proved.

The labels of a pass say what a path can still earn from each place on, so that the next one, from the other end, needs
only those that may be better than the plan that is known. Where nothing had to be forgotten the best label is proven.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from satselect.engine.limits import PORTION, Limits
from satselect.engine.paths.duality import Prices, Scratch, evaluate
from satselect.engine.paths.elementary.graph import Graph, graphs_of
from satselect.engine.paths.elementary.labels import Labels, Worth, spread
from satselect.engine.paths.lines import Lines
from satselect.engine.problem.rows import Bools, Ints

_FIRST, _MORE = 30, 3  # labels of a row in the first pass; how many times as many in the next one
_PAIRS = 20_000_000  # of places that are looked at, for the graph of a line
_ROOM, _LABELS = 100_000, 4_000_000  # labels, at first and at most: 100 MB
_SCRATCH = 4  # times the labels of a row


class Found(NamedTuple):
    """Units that no plan exceeds, the places of paths that come near it, (any,), and whether nothing has a price.

    Paths take a task once on a line; where nothing has a price, the last pass finds the best plan.
    """

    bound: int
    places: Ints
    is_free: bool


class _Line(NamedTuple):
    """A timeline that is passed: its number, its first place, and its graph from either end."""

    number: int
    first: int
    graphs: tuple[Graph, Graph]

    @property
    def places(self) -> slice:
        """All of its places."""
        return slice(self.first, self.first + int((self.graphs[0].task >= 0).sum()))


def passed(lines: Lines, prices: Prices, earned: Callable[[], int], step: int, limits: Limits) -> Iterator[Found]:
    """What passes find at these prices, one after the other, until one is exact or the limits are over.

    earned: tells units of a plan that is known by then; profits are multiples of the step.
    """
    known = _known(lines, limits)
    if not known:
        return
    tasks, scratch = np.where(_is_free(lines, known), 0, prices.tasks), Scratch.of(len(lines.who))
    total = evaluate(lines, tasks, prices.rows, scratch)
    tops, places = scratch.best[lines.bounds[1:] - 1].copy(), scratch.taken.copy()
    held = total - int(tops.sum())
    labels, most, is_back = [Labels.of(0, 0)] * len(known), _FIRST, 0
    is_open = True
    while is_open:
        is_open = False
        for k, line in enumerate(known):
            least = earned() + step - held - int(tops.sum() - tops[line.number])
            done = labelled(line.graphs[is_back], scratch.reduced[line.places], labels[k], least, most, limits)
            if done is None:
                return
            labels[k] = done
            best, path = _best(line.graphs[is_back], done, scratch.reduced[line.places])
            tops[line.number] = min(tops[line.number], max(best, least - 1))
            places[line.places] = False
            places[line.first + path] = True
            is_open |= bool(done.counts[2])
        is_free = not (tasks.any() or prices.rows.any())
        yield Found(held + int(tops.sum()), np.flatnonzero(places), is_free)
        is_back, most = 1 - is_back, most * _MORE


def _known(lines: Lines, limits: Limits) -> list[_Line]:
    """The timelines on which a path could take a task twice, as far as their graphs are small enough."""
    known = []
    for number in np.unique(np.searchsorted(lines.bounds, np.flatnonzero(lines.repeats), "right") - 1).tolist():
        graphs = None if limits.is_over() else graphs_of(lines, number, _PAIRS)
        if graphs is not None and graphs[0].asks.any():
            known.append(_Line(number, int(lines.bounds[number]), graphs))
    return known


def _is_free(lines: Lines, known: list[_Line]) -> Bools:
    """Which tasks need no price, since all of their places are on one line, whose paths remember them: (tasks,)."""
    line = np.searchsorted(lines.bounds, np.arange(len(lines.who)), "right") - 1
    count = len(lines.places_of) - 1
    low, high = np.full(count, len(lines.bounds)), np.full(count, -1)
    np.minimum.at(low, lines.task, line)
    np.maximum.at(high, lines.task, line)
    is_known = np.isin(low, [one.number for one in known])
    return np.asarray((low == high) & is_known)


def labelled(graph: Graph, reduced: Ints, other: Labels, least: int, most: int, limits: Limits) -> Labels | None:
    """The labels of a line from one end; None if there was no time for all of them, or no room."""
    worth = _worth(graph, reduced)
    labels = Labels.of(len(graph.order), max(_ROOM, 2 * most))
    scratch = np.empty((3, max(_SCRATCH * most, _FIRST * _FIRST)), np.int64)
    while True:
        spread(graph, worth, labels, other, scratch, least, most, limits.work(PORTION))
        if labels.counts[1] == len(graph.order):
            return labels
        if limits.is_over() or labels.counts[0] > _LABELS:
            return None
        if labels.counts[0] + most > len(labels.profit):
            labels = labels.with_room(2 * len(labels.profit))


def _worth(graph: Graph, reduced: Ints) -> Worth:
    """What rows and tasks earn at these reduced profits of the places, (places,)."""
    n = len(reduced)
    most = np.zeros(int(graph.task.max(initial=0)) + 2, np.int64)  # the last one for rows and bits without a task
    np.maximum.at(most, graph.task[:n], reduced)
    gain = np.zeros(len(graph.task), np.int64)
    gain[:n] = np.where(reduced > 0, reduced, -1)
    return Worth(gain, most[graph.owner], most[graph.task])


def _best(graph: Graph, labels: Labels, reduced: Ints) -> tuple[int, Ints]:
    """The largest profit of a whole path, and its places on the line, (path,); -1 if there is none."""
    last = graph.order[-1]
    if labels.first[last] == labels.last[last]:
        return -1, np.zeros(0, np.int64)
    at = int(labels.first[last])  # of each row the largest profit comes first
    best, rows, firsts = int(labels.profit[at]), [], labels.first[graph.order]
    while at >= 0:
        rows.append(int(graph.order[np.searchsorted(firsts, at, "right") - 1]))
        at = int(labels.source[at])
    path = np.array([row for row in rows if row < len(reduced)], np.int64)
    # Whoever takes a task again has paid as much as it earns at most: without its lesser place nothing is lost.
    path = path[np.argsort(-reduced[path], kind="stable")]
    return best, path[np.unique(graph.task[path], return_index=True)[1]]
