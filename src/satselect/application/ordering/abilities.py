"""Whether a fleet can do what a product says, as the fleet is now."""

from collections.abc import Iterator

from satselect.application.opportunities.details import TOLD
from satselect.application.tasks.resources import could_run, faults_in
from satselect.schemas.ordering.products import SEEN
from satselect.schemas.reading.faults import Fault, pointer_of
from satselect.schemas.tasks import NewTask
from satselect.schemas.transitions import ANGLES, Transition
from satselect.store.models import Product
from satselect.store.queries.supplies import transitions_of


def faults_with(product: Product) -> list[Fault]:
    """What each order of it would fail for, with its place in the product; nothing if there is none."""
    faults = [*_unseen(product), *_told_twice(product), *_positions(product)]
    return faults + faults_in(_task(product), product.fleet)


def able_satellites(product: Product) -> set[str]:
    """The slugs of those that have what it needs: an order of it by another one alone would be rejected."""
    return could_run(_task(product), product.fleet)


def _task(product: Product) -> NewTask:
    return NewTask(name=product.title, resources=product.resources, profit=0, satellites=product.satellites)


def _unseen(product: Product) -> Iterator[Fault]:
    if product.sight is None:
        return
    for place, kind in enumerate(product.geometries):
        if kind not in SEEN:
            why = "can't be taken in one go: a product that needs sight is for points, lines and polygons"
            yield Fault(why, pointer_of("geometries", place))


def _told_twice(product: Product) -> Iterator[Fault]:
    """What orbits say is not for the product to say."""
    for name in product.details if product.sight is not None else ():
        if name in TOLD:
            yield Fault("is worked out from orbits, as the product needs sight", pointer_of("details", name))


def _positions(product: Product) -> Iterator[Fault]:
    """That an order would not say how a resource stands that has to turn, or to change modes."""
    for name, turn in transitions_of(product.fleet_id).items():
        if name in product.resources and not _is_known(product, turn):
            why = f"the transitions of {name!r} go by {turn.detail!r}, which {turn.asked}"
            yield Fault(why, pointer_of("details", turn.detail))


def _is_known(product: Product, turn: Transition) -> bool:
    if turn.position(product.details).is_known:
        return True
    return product.sight is not None and turn.rate is not None and turn.detail in ANGLES
