"""A station: it fetches what is new, keeps it, forecasts from it, writes the page, and waits."""

from seisweave.watch.checking import check_station
from seisweave.watch.clock import Clock, SystemClock
from seisweave.watch.loop import watch
from seisweave.watch.options import ModelStep, NetworkStep, PageStep, Station, WatchOptions
from seisweave.watch.turn import Turned, turn
from seisweave.watch.work import Means

__all__ = [
    "Clock",
    "Means",
    "ModelStep",
    "NetworkStep",
    "PageStep",
    "Station",
    "SystemClock",
    "Turned",
    "WatchOptions",
    "check_station",
    "turn",
    "watch",
]
