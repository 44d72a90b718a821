"""What is left to be run in the background."""

from queue import Queue

from satselect.bus.background import Background


def test_what_is_left_runs_in_order_whatever_breaks() -> None:
    background, seen = Background("test"), Queue[int]()

    async def work(number: int) -> None:
        if number == 1:
            raise RuntimeError("its own")
        seen.put(number)

    for number in range(4):
        background.leave(work(number))
    assert [seen.get(timeout=5) for _ in range(3)] == [0, 2, 3]
    background.stop()
