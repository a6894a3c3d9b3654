"""EQPRED (Feng & Fox 2021): the novelty of a region's days, and the nowcast of its next extreme event.

Nothing here loads torch before it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seisweave.lazy import lazy_names

if TYPE_CHECKING:
    from seisweave.nowcast.region.model import Nowcasts
    from seisweave.nowcast.region.nowcaster import Nowcaster, open_nowcaster, train_nowcaster
    from seisweave.nowcast.region.options import AutoencoderOptions, NowcastOptions, TemporalOptions
    from seisweave.nowcast.region.settings import Settings

__all__ = [
    "AutoencoderOptions",
    "NowcastOptions",
    "Nowcaster",
    "Nowcasts",
    "Settings",
    "TemporalOptions",
    "open_nowcaster",
    "train_nowcaster",
]

__getattr__ = lazy_names(
    __name__,
    {
        "AutoencoderOptions": "options",
        "NowcastOptions": "options",
        "Nowcaster": "nowcaster",
        "Nowcasts": "model",
        "Settings": "settings",
        "TemporalOptions": "options",
        "open_nowcaster": "nowcaster",
        "save_nowcaster": "nowcaster",
        "train_nowcaster": "nowcaster",
    },
)
