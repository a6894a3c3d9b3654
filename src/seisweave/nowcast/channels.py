"""Covariates as dated channels: values of a file, each used only in steps that begin when it was known.

A covariate, such as strain from GNSS, water level or a tide, has values of spans of time, on a grid of its own or for
the whole region, and an instant from which each was known. What a step may see of it is the latest value that had begun
and was known at the step's first instant; what became known later, even of earlier days, changes nothing.

On the cells of maps a value is the mean over the cell's area. Networks see it standardised: less its mean, divided by
its standard deviation, both over the steps of the past alone, and held within what was seen there. Where a value is
missing, or too old, it is that mean, 0, and a second map says so.

Feng & Fox (2021) have the events alone; covariates are what they leave to later work.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Float32, Shaped

from seisweave.catalog.instants import in_short
from seisweave.errors import InputError
from seisweave.nowcast.channel_cells import area_means
from seisweave.nowcast.map_options import MapOptions

NAME = re.compile(r"[A-Za-z][\w-]{0,39}", re.ASCII)
_USUAL_SHARE, _SPARE_STEPS = 95.0, 2.0  # percent of the past's ages, steps: see `LearnedChannel`


@dataclass(frozen=True, eq=False)
class Channel:
    """A covariate: k values in order of time, of the whole region (y = x = 1, no coordinates) or of places.

    begin is where the span of each value begins, known_from when it was known (UTC); stated says whether the file says
    so, or it was taken to be the end of the span. latitude and longitude are those of the places' middles, degrees,
    rising both; NaN stands for what is missing. sha256 is that of the file.

    Errors: InputError for a name that is none, lengths that do not agree, and times or places that do not rise.

    >>> day = np.array(["2020-01-01", "2020-01-02"], "datetime64[us]")
    >>> print(Channel("tide", day, day, np.ones((2, 1, 1), np.float32), None, None).note())
    channel tide: 2 values of the whole region, 2020-01-01 to 2020-01-02; taken as known as the file says
    """

    name: str
    begin: Shaped[np.ndarray, " k"]
    known_from: Shaped[np.ndarray, " k"]
    values: Float32[np.ndarray, "k y x"]
    latitude: Float[np.ndarray, " y"] | None
    longitude: Float[np.ndarray, " x"] | None
    sha256: str = ""
    stated: bool = True

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise InputError(
                f"channel {self.name[:40]!r}: a name has letters, digits, - and _, at most 40; give another"
            )
        axes = [axis for axis in (self.latitude, self.longitude) if axis is not None]
        places = {0: (1, 1), 2: tuple(map(len, axes))}.get(len(axes))
        if self.values.shape[1:] != places or {len(self.begin), len(self.known_from)} != {len(self.values)}:
            raise InputError(
                f"channel {self.name}: values of shape {self.values.shape} do not agree with its times and places; give"
                " (times, latitudes, longitudes), or (times, 1, 1) without places"
            )
        if not all((each[1:] > each[:-1]).all() for each in (self.begin, *axes)):
            raise InputError(
                f"channel {self.name}: its times, latitudes or longitudes do not rise; bring them in order"
            )

    @property
    def spatial(self) -> bool:
        """Whether it differs from place to place."""
        return self.latitude is not None

    def take(self, rows: np.ndarray) -> Channel:
        """Some of the values."""
        return replace(self, begin=self.begin[rows], known_from=self.known_from[rows], values=self.values[rows])

    def later(self, span: np.timedelta64) -> Channel:
        """The same by a clock that is so much later."""
        return replace(self, begin=self.begin + span, known_from=self.known_from + span)

    def note(self) -> str:
        """What it holds, and since when its values are taken to be known, in one line."""
        kind = f"{self.values.shape[1]} by {self.values.shape[2]} places" if self.spatial else "the whole region"
        missing = float(np.isnan(self.values).mean())
        known = "as the file says" if self.stated else "at the end of the time each is of (the file has no known_from)"
        return (
            f"channel {self.name}: {len(self.begin):,} values of {kind}, {in_short(self.begin[0])} to"
            f" {in_short(self.begin[-1])}{f', {missing:.1%} missing' if missing else ''}; taken as known {known}"
        )

    def cells(self, maps: MapOptions) -> Float32[np.ndarray, "k rows columns"]:
        """Means over the area of the cells of maps; NaN where values cover less than half of a cell."""
        if self.latitude is None or self.longitude is None:
            return np.broadcast_to(self.values, (len(self.begin), *maps.shape))
        return area_means(self.values, self.latitude, self.longitude, maps)


@dataclass(frozen=True, eq=False)
class LaidChannels:
    """What t steps may see of c channels: values of cells, NaN where missing, and how many steps ago each was known.

    age is infinite where nothing was known yet.
    """

    channels: tuple[Channel, ...]
    values: Float32[np.ndarray, "t c rows columns"]
    age: Float[np.ndarray, "t c"]

    def take(self, rows: np.ndarray | slice) -> LaidChannels:
        """Some of the steps."""
        return replace(self, values=self.values[rows], age=self.age[rows])

    def learned(self, past: Bool[np.ndarray, " t"]) -> tuple[LearnedChannel, ...]:
        """How each channel is standardised on the steps of the past."""
        return tuple(
            LearnedChannel.of(channel, self.values[past, k], self.age[past, k])
            for k, channel in enumerate(self.channels)
        )

    def standardised(self, learned: Sequence[LearnedChannel]) -> Float32[np.ndarray, "t c2 rows columns"]:
        """Two maps a channel: its standardised values, 0 where missing or too old, and 1 where that is so."""
        out = np.zeros((len(self.values), 2 * len(learned), *self.values.shape[2:]), np.float32)
        for k, each in enumerate(learned):
            known = ~np.isnan(self.values[:, k]) & (self.age[:, k] <= each.most_age)[:, None, None]
            held = np.clip(self.values[:, k], each.low, each.high)
            out[:, 2 * k] = np.where(known, (held - each.mean) / each.scale, 0.0)
            out[:, 2 * k + 1] = ~known
        return out


@dataclass(frozen=True)
class LearnedChannel:
    """What a model keeps of a channel: its name, the file it was trained with, its standardisation on the past.

    Values are held between low and high, those of the past. A value known more than `most_age` steps ago is too old:
    that is twice the age that 95 % of the past's steps stayed below, and two steps more. n_missing of n_steps of the
    past had none anywhere.
    """

    name: str
    sha256: str
    spatial: bool
    mean: float
    scale: float
    low: float
    high: float
    most_age: float
    n_steps: int
    n_missing: int

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"{self.name[:40]!r} is no name of a channel")
        fine = (
            self.scale > 0.0 and self.low <= self.high and self.most_age >= 0.0 and 0 <= self.n_missing <= self.n_steps
        )
        if not fine:
            raise ValueError(f"the channel {self.name} has numbers out of range")

    @classmethod
    def of(
        cls, channel: Channel, values: Float32[np.ndarray, "p rows columns"], age: Float[np.ndarray, " p"]
    ) -> LearnedChannel:
        """From the steps of the past; of a past without any value all of it is missing."""
        known = values[~np.isnan(values)].astype(np.float64)
        ages = age[np.isfinite(age)]
        there = {"mean": 0.0, "scale": 1.0, "low": 0.0, "high": 0.0}
        if len(known):
            there = {"mean": known.mean(), "scale": known.std(), "low": known.min(), "high": known.max()}
            there["scale"] = there["scale"] if there["scale"] > 1e-9 * max(1e-9, np.abs(known).max()) else 1.0
        return cls(
            name=channel.name,
            sha256=channel.sha256,
            spatial=channel.spatial,
            **{name: float(value) for name, value in there.items()},
            most_age=float(2.0 * np.percentile(ages, _USUAL_SHARE) + _SPARE_STEPS) if len(ages) else _SPARE_STEPS,
            n_steps=len(values),
            n_missing=int(np.isnan(values).all(axis=(1, 2)).sum()),
        )

    def note(self) -> str:
        """How much of the past had no value, in one line; empty where that is nothing."""
        if not self.n_missing:
            return ""
        return (
            f"channel {self.name}: no value on {self.n_missing:,} of the {self.n_steps:,} steps to learn from; there it"
            " is the mean of the others, and the network is told"
        )


def lay_channels(
    channels: Sequence[Channel], maps: MapOptions, start: Shaped[np.ndarray, " t"], step: np.timedelta64
) -> LaidChannels:
    """What steps with these first instants may see of channels.

    Errors: InputError for two of one name.

    >>> day = np.datetime64("2020-01-01", "us") + np.arange(3) * np.timedelta64(1, "D")
    >>> tide = Channel("tide", day, day + np.timedelta64(1, "D"), np.float32([[[5]], [[6]], [[7]]]), None, None)
    >>> laid = lay_channels([tide], MapOptions(box=(0.0, 1.0, 0.0, 1.0), cell_deg=1.0), day, np.timedelta64(1, "D"))
    >>> laid.values.ravel()  # the first day knows nothing, the second what ended as it began
    array([nan,  5.,  6.], dtype=float32)
    """
    check_names([channel.name for channel in channels])
    values = np.full((len(start), len(channels), *maps.shape), np.nan, np.float32)
    age = np.full((len(start), len(channels)), np.inf)
    for k, channel in enumerate(channels):
        row = _latest(channel, start)
        seen = row >= 0
        used, place = np.unique(row[seen], return_inverse=True)
        values[seen, k] = channel.take(used).cells(maps)[place]
        age[seen, k] = (start[seen] - np.maximum(channel.known_from, channel.begin)[row[seen]]) / step
    return LaidChannels(tuple(channels), values, age)


def check_names(names: Sequence[str]) -> None:
    """Refuse a name that is there twice. Errors: InputError."""
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise InputError(f"channel {twice[0]} is given twice; give each a name of its own")


def given_channels(channels: Sequence[Channel], learned: Sequence[LearnedChannel]) -> tuple[Channel, ...]:
    """The channels that a model was trained with, in its order.

    Errors: InputError for one that is missing, that the model does not know, or that is of another kind.
    """
    check_names([channel.name for channel in channels])
    by_name: Mapping[str, Channel] = {channel.name: channel for channel in channels}
    for each in learned:
        if each.name not in by_name:
            raise InputError(
                f"the model was trained with the channel {each.name}, which is not given; add --channel"
                f" {each.name}=FILE.nc with its values until now"
            )
        if by_name[each.name].spatial != each.spatial:
            kinds = ("a series of the whole region", "maps")
            raise InputError(
                f"channel {each.name} holds {kinds[not each.spatial]}, and the model was trained with"
                f" {kinds[each.spatial]}; give a file like that one"
            )
    unknown = [channel.name for channel in channels if channel.name not in {each.name for each in learned}]
    if unknown:
        known = ", ".join(each.name for each in learned) or "no channel"
        raise InputError(f"the model was trained with {known}, not with {unknown[0]}; leave --channel {unknown[0]} out")
    return tuple(by_name[each.name] for each in learned)


def check_learned(learned: Sequence[LearnedChannel]) -> None:
    """Refuse a channel of which nothing was known on the steps to learn from. Errors: InputError."""
    for each in learned:
        if each.n_missing == each.n_steps:
            raise InputError(
                f"channel {each.name} has no value that was known on any of the {each.n_steps:,} steps to learn from;"
                " give one that reaches back further, or leave it out"
            )


def check_fresh(laid: LaidChannels, learned: Sequence[LearnedChannel], when: np.datetime64) -> None:
    """Refuse to nowcast the last of the steps, which begins at an instant, from values that are too old.

    Errors: InputError that names the channel, and its last value that was known.
    """
    for k, each in enumerate(learned):
        if laid.age[-1, k] <= each.most_age:
            continue
        channel, instant = laid.channels[k], in_short(when)
        row = int(_latest(channel, np.array([when]))[0])
        if row < 0:
            raise InputError(
                f"channel {each.name} has no value that was known at {instant}; give a file that reaches back further"
            )
        raise InputError(
            f"channel {each.name} is too old for {instant}: its last value known by then is known from"
            f" {in_short(channel.known_from[row])} on, the model allows {each.most_age:.3g} steps; give a newer"
            " file"
        )


def _latest(channel: Channel, start: Shaped[np.ndarray, " t"]) -> np.ndarray:
    """Number of the latest value that had begun and was known at each instant, -1 where none was."""
    usable = np.maximum(channel.begin, channel.known_from)
    order = np.argsort(usable, kind="stable")
    latest = np.maximum.accumulate(order)
    place = np.searchsorted(usable[order], start, side="right") - 1
    return np.where(place >= 0, latest[place], -1)
