"""Resources over time: shades that say what is in the cell."""

from satselect.console.reading.iterations.heat import STEPS, read_heat
from satselect.store.models import Fleet
from tests.console.worlds import World


def test_use_and_prices_are_those_of_each_iteration(world: World) -> None:
    fleet = Fleet.objects.get(slug="default")
    heat = read_heat(fleet, by_price=False)
    camera = next(row for row in heat.rows if row.resource == "camera")
    disk = next(row for row in heat.rows if row.resource == "disk")
    assert [cell.share for cell in camera.cells] == [1.0, 1.0]
    assert [cell.share for cell in disk.cells] == [1.0, 0.0]
    assert [cell.shade for cell in disk.cells] == [STEPS - 1, 0]
    assert camera.cells[1].price == world.last.prices["camera"]
    assert [one.version for one in heat.iterations] == sorted(one.version for one in heat.iterations)


def test_the_dearest_is_darkest_where_prices_are_shown(world: World) -> None:
    heat = read_heat(Fleet.objects.get(slug="default"), by_price=True)
    cells = [cell for row in heat.rows for cell in row.cells]
    assert max(cells, key=lambda cell: cell.price or 0).shade == STEPS - 1
    assert all((cell.shade > 0) is bool(cell.price) for cell in cells)
