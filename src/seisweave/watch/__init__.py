"""A station: it fetches what is new, keeps it, forecasts from it, writes the page, and waits."""

from seisweave.watch.checking import check_station
from seisweave.watch.clock import SystemClock
from seisweave.watch.loop import watch
from seisweave.watch.options import Station, WatchOptions
from seisweave.watch.turns import turn
from seisweave.watch.work import Means

__all__ = ["Means", "Station", "SystemClock", "WatchOptions", "check_station", "turn", "watch"]
