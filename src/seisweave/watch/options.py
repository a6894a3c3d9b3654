"""What a station does: which events it follows, and with which models it forecasts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from seisweave.catalog.download import EventQuery
from seisweave.catalog.store.follow import FollowOptions
from seisweave.errors import InputError
from seisweave.issued.options import IssueOptions
from seisweave.report.today.options import TodayOptions

_UNITS_S = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


def seconds_of(name: str, given: str) -> float:
    """A span of time in seconds, from a text. Errors: InputError for what is none.

    >>> [seconds_of("every", text) for text in ("90s", "5min", "1h", "1.5 d")]
    [90.0, 300.0, 3600.0, 129600.0]
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(s|min|h|d)\s*", given)
    if found is None or not float(found[1]) > 0.0:
        raise InputError(f'{name} {given!r} is no span of time above 0; write it like "30min", "1h" or "7d"')
    return float(found[1]) * _UNITS_S[found[2]]


@dataclass(frozen=True)
class WatchOptions:
    """Which events a station follows, and how often.

    Errors: InputError for spans that are none, and what `EventQuery` refuses.

    >>> WatchOptions("USGS", "1990-01-01", box=(-118.0, -117.0, 35.0, 36.0)).query.min_magnitude is None
    True
    """

    service: str = field(metadata={"help": "Event service: USGS, INGV, GEONET, ..., or its address."})
    start: str = field(metadata={"help": "First time, UTC, like 1990-01-01."})
    box: tuple[float, float, float, float] | None = field(
        default=None, metadata={"help": "West, east, south, north in degrees; west above east crosses the date line."}
    )
    min_magnitude: float | None = field(default=None, metadata={"help": "Least magnitude."})
    begin_with: Path | None = field(
        default=None,
        metadata={"help": "Catalog of the same service, with its ids, that the store is begun with: no first load."},
    )
    every: str = field(default="1h", metadata={"help": "From one turn to the next, like 30min, 1h, 1d."})
    reread: str = field(default="7d", metadata={"help": "How far back events are asked for anew every time."})
    reread_all: str = field(
        default="30d", metadata={"help": "Within which time all events before that are asked for anew, in turns."}
    )
    not_event_type: str | None = field(
        default=None, metadata={"help": "Types of events that no model sees, like 'quarry blast'; they are kept."}
    )

    def __post_init__(self) -> None:
        for name in ("every", "reread", "reread_all"):
            seconds_of(name, getattr(self, name))
        _ = self.query

    @property
    def query(self) -> EventQuery:
        """What the service is asked for."""
        return EventQuery(start=self.start, box=self.box, min_magnitude=self.min_magnitude)

    @property
    def every_s(self) -> float:
        """Seconds from one turn to the next."""
        return seconds_of("every", self.every)

    @property
    def following(self) -> FollowOptions:
        """How often what the service had is looked at again."""
        return FollowOptions(*(seconds_of(n, getattr(self, n)) / 86400.0 for n in ("reread", "reread_all")))


@dataclass(frozen=True)
class NetworkStep:
    """A fault network that new events are given to, and that goes on with them now and then.

    Errors: InputError for a span that is none.
    """

    begin_with: Path = field(metadata={"help": "Result folder of `seisweave faults`; it stays as it is."})
    update: str = field(
        default="never", metadata={"help": "How often the network goes on with its new events, like 7d; or never."}
    )

    def __post_init__(self) -> None:
        if self.update != "never":
            seconds_of("update", self.update)


@dataclass(frozen=True)
class EtasStep:
    """An ETAS model that forecasts are issued with, and what is issued."""

    model: Path = field(metadata={"help": "Folder of `seisweave etas fit`."})
    options: IssueOptions = field(default_factory=IssueOptions)


@dataclass(frozen=True)
class PlaceStep:
    """A nowcaster by place: window, magnitudes and cells of its forecasts are those that it was trained for."""

    model: Path = field(metadata={"help": "Folder of `seisweave nowcast place`."})


@dataclass(frozen=True)
class PageStep:
    """The page of today: its file, in the station's folder, and what it speaks of."""

    page: str = field(default="today.html", metadata={"help": "Name of the page's file."})
    options: TodayOptions = field(default_factory=TodayOptions)

    def __post_init__(self) -> None:
        if Path(self.page).name != self.page or not self.page.endswith(".html"):
            raise InputError(f"page {self.page!r} is no name of a page; give one like today.html")


@dataclass(frozen=True)
class Station:
    """A station: its folder, what it follows, and its steps; None leaves a step out.

    In the folder are `store`, `issued`, `network`, `assigned.parquet`, the page, and `state.json`.

    >>> Station(Path("station"), WatchOptions("USGS", "1990-01-01", every="30min")).watch.every_s
    1800.0
    """

    folder: Path
    watch: WatchOptions
    network: NetworkStep | None = None
    etas: EtasStep | None = None
    place: PlaceStep | None = None
    page: PageStep | None = None
