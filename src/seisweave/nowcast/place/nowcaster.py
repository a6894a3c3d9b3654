"""The nowcast by place: the chance of an event of a magnitude or more in the days ahead, in each cell.

The one object that knows catalogs and days. Fitting trains networks on the past: one on all of it, which gives the
nowcasts, and some on all but the last years, whose nowcasts of those years say how far such a network can be trusted
(`trained.py`). On disk it is one folder: weights as safetensors, everything else as JSON.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.catalog.catalog import Catalog, Provenance
from seisweave.catalog.instants import Instant, as_time, first_instant, in_short
from seisweave.displayed import Displayed
from seisweave.errors import InputError
from seisweave.nowcast.channels import Channel, LearnedChannel, check_fresh, given_channels, lay_channels
from seisweave.nowcast.chosen_maps import TooFewEventsError, held
from seisweave.nowcast.clock import check_alone, turned_to
from seisweave.nowcast.known import DAY, MIDNIGHT, known_of
from seisweave.nowcast.maps import select_events
from seisweave.nowcast.place.baselines import Neuron
from seisweave.nowcast.place.chosen import choose_place
from seisweave.nowcast.place.correction import Correction
from seisweave.nowcast.place.data import past_data, place_data
from seisweave.nowcast.place.etas_rates import PlaceEtas, add_feature, etas_log_rates
from seisweave.nowcast.place.fit import log_rates
from seisweave.nowcast.place.nowcast import PlaceNowcast
from seisweave.nowcast.place.options import PlaceNetworkOptions, PlaceOptions, PlaceSettings
from seisweave.nowcast.place.stored import read_place, write_place
from seisweave.nowcast.place.trained import train_parts
from seisweave.progress import Progress

if TYPE_CHECKING:
    from seisweave.nowcast.place.network import PlaceNetwork


@dataclass(frozen=True, eq=False, repr=False)
class PlaceNowcaster(Displayed):
    """A network by place that was fitted to a catalog: to all days from `first` to before `known_until`.

    etas is the fitted ETAS, with a correction of its own, where the network starts from its rates. channels are the
    covariates it was trained with, given are their values (`with_channels`), which are not written with it; updates
    says how often it went on learning.

    >>> from seisweave.nowcast.place.example import example_place
    >>> small = example_place(end="1993-01-01")
    >>> nowcaster = train_place_nowcaster(small.catalog, small.settings)
    >>> made = nowcaster.nowcast(small.catalog, "1993-02-01")
    >>> made.probability.shape, nowcaster.known_until  # four magnitudes, two by two cells
    ((4, 2, 2), '1993-01-01')
    """

    network: PlaceNetwork
    neuron: Neuron
    correction: Correction
    options: PlaceOptions
    network_options: PlaceNetworkOptions
    seed: int
    first: str
    known_until: str
    provenance: Provenance
    etas: PlaceEtas | None = None
    channels: tuple[LearnedChannel, ...] = ()
    updates: int = 0
    given: tuple[Channel, ...] = ()

    @classmethod
    def fit(
        cls,
        catalog: Catalog,
        options: PlaceOptions | None = None,
        network_options: PlaceNetworkOptions | None = None,
        *,
        seed: int = 0,
        end: str | None = None,
        keep: Path | None = None,
        progress: Progress | None = None,
    ) -> PlaceNowcaster:
        """The old name of `train_place_nowcaster`."""
        warnings.warn("PlaceNowcaster.fit is now train_place_nowcaster", DeprecationWarning, stacklevel=2)
        settings = PlaceSettings(options or PlaceOptions(), network_options or PlaceNetworkOptions(), seed, end)
        return train_place_nowcaster(catalog, settings, progress=progress, keep=keep)

    @property
    def long_term(self) -> Float[np.ndarray, "m rows columns"]:
        """Chances on any day, of the days from it on."""
        return self.neuron.rate

    def with_channels(self, channels: Sequence[Channel]) -> PlaceNowcaster:
        """The same with values of the channels it was trained with, as they are known now.

        Errors: InputError for one that is missing, and one that it does not know.
        """
        return replace(self, given=given_channels(channels, self.channels))

    def nowcast(
        self,
        catalog: CatalogLike,
        day: Instant | None = None,
        *,
        complete_until: Instant | None = None,
        now: Instant | None = None,
    ) -> PlaceNowcast:
        """Nowcast a day from what came before it; by default the first day that is not known whole.

        That is the day of the last event, which has only begun. With `complete_until` the catalog is complete until
        that instant: days before it are known whole, be they quiet. With `now` instead the days begin at that instant,
        whatever the time of day: all that came before it is known, nothing after it is looked at. Of channels counts
        what is known at the first instant of the day.

        Errors: InputError for a catalog that begins later than the one it was fitted to, or ends before the day, a time
        within a day, and channels that are missing or too old.
        """
        catalog = as_catalog(catalog)
        events = select_events(catalog, self.options.maps)
        if not len(events) or events.times.min() >= as_time("first", self.first) + np.timedelta64(1, "D"):
            raise InputError(f"the catalog begins after {self.first}, which the network remembers; give all of it")
        if now is not None:
            check_alone(now, date=day, complete_until=complete_until)
            return self._from(now, catalog)
        known = known_of(catalog, complete_until)
        wanted = known.end() if day is None else first_instant("date", day, MIDNIGHT, DAY)
        if not as_time("first", self.first) < wanted <= known.end():
            remedy = known.remedy(wanted, "--date") if wanted > known.end() else "give a later --date"
            raise InputError(
                f"the catalog runs from {self.first} to before {in_short(known.end())} ({known.why()}), nothing is"
                f" known of {in_short(wanted)}; {remedy}"
            )
        return self._of_day(wanted, catalog, wanted)

    def _from(self, now: Instant, catalog: Catalog) -> PlaceNowcast:
        """The nowcast of the days from an instant on."""
        turned = turned_to(catalog, now)
        if turned.begins <= as_time("first", self.first) + DAY:
            raise InputError(
                f"now is {in_short(turned.now)}, and the network remembers from {self.first} on; give a later one"
            )
        by_that_clock = replace(self, options=replace(self.options, gaps=turned.gaps(self.options.gaps)))
        made = by_that_clock._of_day(turned.begins, turned.catalog, turned.now)
        return replace(made, day=turned.now.astype("datetime64[D]"), begins=turned.now)

    def _of_day(self, wanted: np.datetime64, catalog: Catalog, begins: np.datetime64) -> PlaceNowcast:
        """The nowcast of a day whose past is known, which in truth begins at an instant."""
        data = place_data(catalog, self.options, start=self.first, end=str(wanted + DAY))
        last, alone = np.arange(len(data.steps)) == len(data.steps) - 1, None
        if self.etas is not None:
            expected = etas_log_rates(self.etas.model, data, self.options, last)
            data, alone = add_feature(data, last, expected), self.etas.correction(expected, 0.0 * expected)[0]
        seen = data.features[-1:]
        if self.channels:
            given = given_channels(self.given, self.channels)
            laid = lay_channels(given, self.options.maps, np.array([begins]), data.steps.step)
            check_fresh(laid, self.channels, begins)
            seen = np.concatenate([seen, laid.standardised(self.channels)], axis=1)
        rates, lean = log_rates(self.network, seen), self.neuron.log_rates(data.counts[-1:])
        with np.errstate(all="ignore"):
            probability = self.correction(rates, lean)[0]
        if not (np.isfinite(probability) & (probability >= 0.0) & (probability <= 1.0)).all():
            raise InputError(f"the model gives no chances for {wanted}: it is damaged; fit it again")
        west, _, south, _ = self.options.maps.edges
        rows, columns = self.options.maps.shape
        return PlaceNowcast(
            day=wanted.astype("datetime64[D]"),
            days=self.options.days,
            magnitudes=self.options.thresholds,
            probability=probability,
            long_term=self.long_term,
            latitude=south + self.options.maps.side_deg * (np.arange(rows) + 0.5),
            longitude=west + self.options.maps.side_deg * (np.arange(columns) + 0.5),
            etas=alone,
        )

    def unfinished(self, catalog: CatalogLike, *, complete_until: Instant | None = None) -> str:
        """What nowcasts do not count of a catalog's end, or take as quiet, in one line; empty where that is nothing."""
        return known_of(as_catalog(catalog), complete_until).note()

    def write(self, folder: str | Path) -> Path:
        """Write a folder, which is made if missing: weights as safetensors, everything else as JSON."""
        return write_place(vars(self), Path(folder))


def train_place_nowcaster(
    catalog: CatalogLike,
    settings: PlaceSettings | None = None,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    keep: str | Path | None = None,
    complete_until: Instant | None = None,
    channels: Sequence[Channel] = (),
) -> PlaceNowcaster:
    """Train a nowcaster by place on all whole days of a catalog, or on those before `settings.end`.

    Arguments:
        catalog: events, from the first day to be remembered on.
        settings: cells, network, seed and end of the past.
        jobs: networks that are trained at the same time, each in a process; by default one. Results do not depend
            on it.
        progress: called with a `Step` after every epoch; with several jobs after every network.
        keep: folder for finished networks, from which a run that was interrupted goes on.
        complete_until: the instant until which the catalog is complete, quiet days included. By default the time of
            its last event: the day that this leaves unfinished is not counted.
        channels: covariates that the network is to know, see `read_channel`.

    Errors: InputError for a catalog that is too short, or has too few events, a channel without a value on the days to
    learn from, and a folder that keeps another run.

    >>> from seisweave.synthetic import EtasOptions, etas_world
    >>> box = (-118.0, -117.0, 33.0, 34.0)
    >>> catalog = etas_world(EtasOptions(box=box, days=1200, background_per_day=1.0), seed=1).catalog
    >>> cells = PlaceOptions(magnitudes=(2.5, 3.0, 3.5, 4.0), box=box)
    >>> network = PlaceNetworkOptions(epochs=1, calibration_years=1, calibration_fits=1, rates="sums")
    >>> stages = []
    >>> nowcaster = train_place_nowcaster(
    ...     catalog, PlaceSettings(cells, network), progress=lambda step: stages.append(step.stage))
    >>> stages
    ['calibration 1 of 1: epoch 1', 'network: epoch 1']
    """
    catalog = as_catalog(catalog)
    settings = choose_place(catalog, settings or PlaceSettings(), complete_until=complete_until).settings
    try:
        data = past_data(catalog, settings, complete_until, channels)
        folder = None if keep is None else Path(keep)
        parts = train_parts(data, settings, jobs=jobs or 1, progress=progress, keep=folder)
        return PlaceNowcaster(**parts, provenance=catalog.provenance, given=tuple(channels))
    except TooFewEventsError as error:
        raise InputError(f"{error}; {held(catalog, settings.place.maps)}") from None


def save_place(nowcaster: PlaceNowcaster, folder: Path) -> Path:
    """The old name of `PlaceNowcaster.write`."""
    warnings.warn("save_place is now PlaceNowcaster.write", DeprecationWarning, stacklevel=2)
    return nowcaster.write(folder)


def open_place_nowcaster(folder: str | Path) -> PlaceNowcaster:
    """Open a nowcaster that `PlaceNowcaster.write` wrote; nothing but numbers and text is ever read.

    Errors: InputError with one line for a folder without a model, with one of another format, or a damaged one.

    >>> from tempfile import mkdtemp
    >>> from seisweave.nowcast.place.example import example_place
    >>> small = example_place()
    >>> nowcaster = train_place_nowcaster(small.catalog, small.settings)
    >>> again = open_place_nowcaster(nowcaster.write(mkdtemp()))
    >>> bool((again.nowcast(small.catalog).probability == nowcaster.nowcast(small.catalog).probability).all())
    True
    """
    return PlaceNowcaster(**read_place(Path(folder)))


def open_place(folder: Path) -> PlaceNowcaster:
    """The old name of `open_place_nowcaster`."""
    warnings.warn("open_place is now open_place_nowcaster", DeprecationWarning, stacklevel=2)
    return open_place_nowcaster(folder)
