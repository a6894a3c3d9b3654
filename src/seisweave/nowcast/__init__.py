"""From daily maps of a catalog to nowcasts: of a region's next extreme event, and by place.

Nothing here loads torch before it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seisweave.lazy import lazy_names

if TYPE_CHECKING:
    from seisweave.nowcast.channel_files import read_channel, read_channels
    from seisweave.nowcast.channels import Channel
    from seisweave.nowcast.maps import MapOptions, weave, write_maps
    from seisweave.nowcast.options import TrainingOptions
    from seisweave.nowcast.place import (
        Backtest,
        BacktestOptions,
        PlaceNetworkOptions,
        PlaceNowcast,
        PlaceNowcaster,
        PlaceOptions,
        PlaceSettings,
        WindowOptions,
        backtest,
        open_place_nowcaster,
        train_place_nowcaster,
        update_place_nowcaster,
    )
    from seisweave.nowcast.region import (
        AutoencoderOptions,
        Nowcaster,
        NowcastOptions,
        Nowcasts,
        Settings,
        TemporalOptions,
        open_nowcaster,
        train_nowcaster,
    )

__all__ = [
    "AutoencoderOptions",
    "Backtest",
    "BacktestOptions",
    "Channel",
    "MapOptions",
    "NowcastOptions",
    "Nowcaster",
    "Nowcasts",
    "PlaceNetworkOptions",
    "PlaceNowcast",
    "PlaceNowcaster",
    "PlaceOptions",
    "PlaceSettings",
    "Settings",
    "TemporalOptions",
    "TrainingOptions",
    "WindowOptions",
    "backtest",
    "open_nowcaster",
    "open_place_nowcaster",
    "read_channel",
    "read_channels",
    "train_nowcaster",
    "train_place_nowcaster",
    "update_place_nowcaster",
    "weave",
    "write_maps",
]

__getattr__ = lazy_names(
    __name__,
    {
        "AutoencoderOptions": "region",
        "Backtest": "place",
        "BacktestOptions": "place",
        "Channel": "channels",
        "MapOptions": "maps",
        "NowcastOptions": "region",
        "Nowcaster": "region",
        "Nowcasts": "region",
        "PlaceNetworkOptions": "place",
        "PlaceNowcast": "place",
        "PlaceNowcaster": "place",
        "PlaceOptions": "place",
        "PlaceSettings": "place",
        "Settings": "region",
        "TemporalOptions": "region",
        "TrainingOptions": "options",
        "WindowOptions": "place",
        "backtest": "place",
        "open_nowcaster": "region",
        "open_place_nowcaster": "place",
        "read_channel": "channel_files",
        "read_channels": "channel_files",
        "save_nowcaster": "region",
        "train_nowcaster": "region",
        "train_place_nowcaster": "place",
        "update_place_nowcaster": "place",
        "weave": "maps",
        "write_maps": "maps",
    },
)
