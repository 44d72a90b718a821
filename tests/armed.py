"""What makes a process of the service die, or freeze, at a marked point, and its clock move.

The environment says what to do; only this module reads it, and only programs of tests call it.
"""

import os
import signal
import time
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

from django.utils import timezone

import satselect.engine.warm
from satselect.application import failpoints
from satselect.application.failpoints import Point


def arm() -> None:
    """Makes this process do what the environment says."""
    satselect.engine.warm.is_cached = lambda: True  # small problems need nothing compiled
    satselect.engine.warm.warm_up = lambda: None
    if file := os.environ.get("FAULT_CLOCK"):
        _move_clock(Path(file))
    if point := os.environ.get("FAULT_POINT"):
        failpoints.watch(_killer(Point(point)))


def _killer(point: Point) -> failpoints.Watcher:
    number = signal.Signals[os.environ.get("FAULT_SIGNAL", "SIGKILL")]
    delay_s = float(os.environ.get("FAULT_DELAY", "0"))
    passes = iter(range(int(os.environ.get("FAULT_PASSES", "0"))))

    def strike() -> None:
        time.sleep(delay_s)
        os.kill(os.getpid(), number)
        time.sleep(1)  # another thread may get the signal, and this one go on until all are stopped

    def watcher(reached: Point) -> None:
        if reached != point or next(passes, None) is not None:
            return
        failpoints.watch(None)  # once
        if delay_s:
            Thread(target=strike, daemon=True).start()
        else:
            strike()

    return watcher


def _move_clock(file: Path) -> None:
    now = timezone.now

    def moved() -> datetime:
        return now() + timedelta(seconds=float(file.read_text() or 0))

    timezone.now = moved
