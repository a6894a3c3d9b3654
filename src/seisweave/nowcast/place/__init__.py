"""The chance of an event in each cell, tomorrow or in the days ahead.

Nothing here loads torch before it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seisweave.lazy import lazy_names

if TYPE_CHECKING:
    from seisweave.nowcast.place.backtesting import Backtest, backtest
    from seisweave.nowcast.place.nowcaster import PlaceNowcast, PlaceNowcaster, open_place, save_place
    from seisweave.nowcast.place.options import PlaceNetworkOptions, PlaceOptions, WindowOptions

__all__ = [
    "Backtest",
    "PlaceNetworkOptions",
    "PlaceNowcast",
    "PlaceNowcaster",
    "PlaceOptions",
    "WindowOptions",
    "backtest",
    "open_place",
    "save_place",
]

__getattr__ = lazy_names(
    __name__,
    {
        "Backtest": "backtesting",
        "PlaceNetworkOptions": "options",
        "PlaceNowcast": "nowcaster",
        "PlaceNowcaster": "nowcaster",
        "PlaceOptions": "options",
        "WindowOptions": "options",
        "backtest": "backtesting",
        "open_place": "nowcaster",
        "save_place": "nowcaster",
    },
)
