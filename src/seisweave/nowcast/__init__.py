"""From daily maps of a catalog to the nowcast of the next extreme event.

Nothing here loads torch before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seisweave.nowcast.maps import MapOptions, weave, write_maps
    from seisweave.nowcast.model import Nowcasts
    from seisweave.nowcast.nowcaster import Nowcaster, open_nowcaster, save_nowcaster
    from seisweave.nowcast.options import AutoencoderOptions, NowcastOptions, TemporalOptions, TrainingOptions
    from seisweave.nowcast.settings import Settings

_HOME = {
    "AutoencoderOptions": "options",
    "MapOptions": "maps",
    "NowcastOptions": "options",
    "Nowcaster": "nowcaster",
    "Nowcasts": "model",
    "Settings": "settings",
    "TemporalOptions": "options",
    "TrainingOptions": "options",
    "open_nowcaster": "nowcaster",
    "save_nowcaster": "nowcaster",
    "weave": "maps",
    "write_maps": "maps",
}

__all__ = [
    "AutoencoderOptions",
    "MapOptions",
    "NowcastOptions",
    "Nowcaster",
    "Nowcasts",
    "Settings",
    "TemporalOptions",
    "TrainingOptions",
    "open_nowcaster",
    "save_nowcaster",
    "weave",
    "write_maps",
]


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
