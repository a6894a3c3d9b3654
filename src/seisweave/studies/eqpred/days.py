"""The days that models are compared on: their maps, what is nowcast of them, and which of them may be learned from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256

import numpy as np
from jaxtyping import Bool, Float

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import Instant, as_time
from seisweave.errors import InputError
from seisweave.nowcast.channels import Channel, LaidChannels, LearnedChannel, check_learned
from seisweave.nowcast.maps import MapOptions, weave_values
from seisweave.nowcast.region.covariates import covariate_series
from seisweave.nowcast.region.fitting import map_scale
from seisweave.nowcast.region.observed import Observed, observe
from seisweave.nowcast.region.options import NowcastOptions
from seisweave.nowcast.region.settings import Settings
from seisweave.nowcast.region.split import split_steps

LONGEST = 100  # steps that the longest window of the paper looks back


@dataclass(frozen=True, eq=False)
class Days:
    """t steps of a catalog and a border in time.

    energy is the whole region's compressed energy, log10(Σ 10^(1.5 m))/1.5, which single networks nowcast; NaN where
    nobody watched. train and validation choose weights and when to stop; `border` is the first instant of what may not
    be looked at. `identity` is all that a fit on these days depends on. Networks are given maps over `map_scale`.
    channels are the covariates, standardised on the days to train on.
    """

    observed: Observed
    energy: Float[np.ndarray, " t"]
    train: Bool[np.ndarray, " t"]
    validation: Bool[np.ndarray, " t"]
    test: Bool[np.ndarray, " t"]
    border: np.datetime64
    nowcast: NowcastOptions
    maps: MapOptions
    identity: str
    map_scale: float = 1.0
    channels: tuple[LearnedChannel, ...] = ()

    def covariates(self) -> Float[np.ndarray, "k t1"]:
        """Covariates of every step and the one after, as series. Errors: InputError without any."""
        return covariate_series(self._laid(), self.channels)

    def covariate_maps(self) -> Float[np.ndarray, "t1 c2 h w"]:
        """The same as maps, two a channel: values and where they are missing. Errors: InputError without any."""
        return self._laid().standardised(self.channels)

    def _laid(self) -> LaidChannels:
        if self.observed.laid is None:
            raise InputError("a model takes covariates, and there is none; give --channel NAME=FILE.nc")
        return self.observed.laid

    def scaled(self, maps: Float[np.ndarray, "n h w"]) -> Float[np.ndarray, "n h w"]:
        """Maps as networks see them."""
        return maps if self.map_scale == 1.0 else maps / np.float32(self.map_scale)

    @property
    def paper(self) -> bool:
        """Whether smoothing sees the future."""
        return self.nowcast.centred

    @property
    def past(self) -> Bool[np.ndarray, " t"]:
        """Days that may be known."""
        return self.train | self.validation

    @property
    def extreme(self) -> Bool[np.ndarray, " t"]:
        """Days with an event of the threshold or above."""
        return self.observed.extreme(self.nowcast.extreme_from)


def paper_days(
    catalog: Catalog,
    nowcast: NowcastOptions,
    maps: MapOptions,
    *,
    complete_until: Instant | None = None,
    channels: Sequence[Channel] = (),
) -> Days:
    """Days in the paper's order: 70 % to train on, 10 % to validate on, the last 20 % to judge by; no embargo."""
    observed = observe(catalog, Settings(nowcast, maps), complete_until=complete_until, channels=channels)
    split = split_steps(observed.steps, nowcast.train_end, nowcast.val_end, embargo=0)
    parts = _Parts(split.train, split.validation, split.test)
    return _days(catalog, Settings(nowcast, maps), observed, parts, split.val_end)


def days_before(
    catalog: Catalog,
    observed: Observed,
    border: str,
    nowcast: NowcastOptions,
    maps: MapOptions,
    *,
    validation_years: int = 2,
) -> Days:
    """All days before a border, the last years of them to validate on, with an embargo before those."""
    end = as_time("border", border)
    middle = end - np.timedelta64(round(365.25 * validation_years), "D")
    gap = (LONGEST + nowcast.span) * observed.steps.step
    start, seen = observed.steps.start, observed.steps.observed
    parts = _Parts(
        train=(start < middle - gap) & seen,
        validation=(start >= middle) & (start + observed.steps.step <= end) & seen,
        test=(start >= end) & seen,
    )
    return _days(catalog, Settings(nowcast, maps), observed, parts, end)


def regional_energy(catalog: Catalog, maps: MapOptions, observed: Observed) -> Float[np.ndarray, " t"]:
    """Compressed energy of all events on the grid, step by step; NaN where nobody watched."""
    out = np.empty(len(observed))
    values, _ = weave_values(catalog, replace(maps, value="energy"), observed.steps)
    for k in range(0, len(observed), 1024):  # in doubles, a part at a time
        out[k : k + 1024] = values[k : k + 1024].sum(axis=(1, 2), dtype=np.float64)
    return np.log10(np.maximum(out, 1.0)) / 1.5


@dataclass(frozen=True, eq=False)
class _Parts:
    """Which days choose weights, which say when to stop, which are judged."""

    train: Bool[np.ndarray, " t"]
    validation: Bool[np.ndarray, " t"]
    test: Bool[np.ndarray, " t"]


def _days(catalog: Catalog, settings: Settings, observed: Observed, parts: _Parts, border: np.datetime64) -> Days:
    nowcast, maps = settings.nowcast, settings.maps
    rests_on = {"catalog": catalog.provenance.sha256, "maps": asdict(maps), "border": str(border)}
    rests_on |= {"protocol": nowcast.protocol, "threshold": nowcast.extreme_from, "span": nowcast.span}
    digest = sha256(json.dumps(rests_on, sort_keys=True).encode())
    for values in (observed.steps.start.view(np.int64), observed.maps, parts.train, parts.validation):
        digest.update(np.ascontiguousarray(values).tobytes())
    learned: tuple[LearnedChannel, ...] = ()
    if observed.laid is not None:
        learned = observed.laid.take(slice(0, len(observed))).learned(parts.train)
        check_learned(learned)
        digest.update(observed.laid.values.tobytes() + observed.laid.age.tobytes())
    energy = regional_energy(catalog, maps, observed)
    return Days(
        observed=observed,
        energy=energy,
        train=parts.train,
        validation=parts.validation,
        test=parts.test,
        border=border,
        nowcast=nowcast,
        maps=maps,
        identity=digest.hexdigest(),
        map_scale=map_scale(maps.value, observed.maps[parts.train]),
        channels=learned,
    )
