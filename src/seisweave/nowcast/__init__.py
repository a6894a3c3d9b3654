"""From daily maps of a catalog to nowcasts: of a region's next extreme event, and by place.

Nothing here loads torch before it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seisweave.lazy import lazy_names

if TYPE_CHECKING:
    from seisweave.nowcast.maps import MapOptions, weave, write_maps
    from seisweave.nowcast.options import TrainingOptions
    from seisweave.nowcast.place import PlaceNetworkOptions, PlaceNowcast, PlaceNowcaster, PlaceOptions
    from seisweave.nowcast.region import (
        AutoencoderOptions,
        Nowcaster,
        NowcastOptions,
        Nowcasts,
        Settings,
        TemporalOptions,
        open_nowcaster,
        save_nowcaster,
    )

__all__ = [
    "AutoencoderOptions",
    "MapOptions",
    "NowcastOptions",
    "Nowcaster",
    "Nowcasts",
    "PlaceNetworkOptions",
    "PlaceNowcast",
    "PlaceNowcaster",
    "PlaceOptions",
    "Settings",
    "TemporalOptions",
    "TrainingOptions",
    "open_nowcaster",
    "save_nowcaster",
    "weave",
    "write_maps",
]

__getattr__ = lazy_names(
    __name__,
    {
        "AutoencoderOptions": "region",
        "MapOptions": "maps",
        "NowcastOptions": "region",
        "Nowcaster": "region",
        "Nowcasts": "region",
        "PlaceNetworkOptions": "place",
        "PlaceNowcast": "place",
        "PlaceNowcaster": "place",
        "PlaceOptions": "place",
        "Settings": "region",
        "TemporalOptions": "region",
        "TrainingOptions": "options",
        "open_nowcaster": "region",
        "save_nowcaster": "region",
        "weave": "maps",
        "write_maps": "maps",
    },
)
