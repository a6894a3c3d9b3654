"""The chance of an event in each cell, tomorrow or in the days ahead.

Nothing here loads torch before it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seisweave.lazy import lazy_names

if TYPE_CHECKING:
    from seisweave.nowcast.place.backtesting import Backtest, backtest
    from seisweave.nowcast.place.nowcaster import (
        PlaceNowcast,
        PlaceNowcaster,
        open_place_nowcaster,
        train_place_nowcaster,
    )
    from seisweave.nowcast.place.options import (
        BacktestOptions,
        PlaceNetworkOptions,
        PlaceOptions,
        PlaceSettings,
        UpdateOptions,
        WindowOptions,
    )
    from seisweave.nowcast.place.update import update_place_nowcaster

__all__ = [
    "Backtest",
    "BacktestOptions",
    "PlaceNetworkOptions",
    "PlaceNowcast",
    "PlaceNowcaster",
    "PlaceOptions",
    "PlaceSettings",
    "UpdateOptions",
    "WindowOptions",
    "backtest",
    "open_place_nowcaster",
    "train_place_nowcaster",
    "update_place_nowcaster",
]

__getattr__ = lazy_names(
    __name__,
    {
        "Backtest": "backtesting",
        "BacktestOptions": "options",
        "PlaceNetworkOptions": "options",
        "PlaceNowcast": "nowcaster",
        "PlaceNowcaster": "nowcaster",
        "PlaceOptions": "options",
        "PlaceSettings": "options",
        "UpdateOptions": "options",
        "WindowOptions": "options",
        "backtest": "backtesting",
        "open_place": "nowcaster",
        "open_place_nowcaster": "nowcaster",
        "save_place": "nowcaster",
        "train_place_nowcaster": "nowcaster",
        "update_place_nowcaster": "update",
    },
)
