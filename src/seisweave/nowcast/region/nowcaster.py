"""The nowcaster: the one object that knows catalogs and days.

Feng & Fox (2021), section III-E: an autoencoder gives each day's novelty, the temporal network says tomorrow's from the
days up to today, and a threshold fitted on training days makes it an alarm. Added here: a probability of an extreme
event, calibrated on the days before the test, from the nowcast novelty and yesterday's number of events. Everything
that is fitted is fitted on the past; a nowcast for a step knows what came before the step's first instant.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.catalog.catalog import Catalog, Provenance
from seisweave.catalog.instants import Instant, first_instant, in_short
from seisweave.displayed import Displayed
from seisweave.errors import InputError
from seisweave.locks import hold
from seisweave.nowcast.channels import Channel, check_fresh, given_channels
from seisweave.nowcast.chosen_maps import TooFewEventsError, held
from seisweave.nowcast.claims import claim
from seisweave.nowcast.clock import check_alone, turned_to
from seisweave.nowcast.known import Known, known_of
from seisweave.nowcast.maps import Steps, select_events
from seisweave.nowcast.region.chosen import choose_settings
from seisweave.nowcast.region.fitting import Work, fit_model, past_of
from seisweave.nowcast.region.model import Nowcasts, TrainedNetworks, nowcasts_of
from seisweave.nowcast.region.observed import Observed, observe
from seisweave.nowcast.region.settings import Settings
from seisweave.nowcast.region.split import Split
from seisweave.nowcast.region.stored import read_model, write_model
from seisweave.nowcast.region.updating import updated_model
from seisweave.nowcast.step_words import step_words
from seisweave.progress import Progress


@dataclass(frozen=True, eq=False, repr=False)
class Nowcaster(Displayed):
    """A model that was trained on a catalog.

    >>> from seisweave.nowcast import MapOptions, NowcastOptions, Settings, TemporalOptions, TrainingOptions
    >>> from seisweave.synthetic import EtasOptions, etas_world
    >>> catalog = etas_world(EtasOptions(days=400), seed=1).catalog
    >>> quick = Settings(NowcastOptions(threshold=3.5), MapOptions(cell_deg=0.5),
    ...     temporal=TemporalOptions(window=8, temporal_epochs=1),
    ...     training=TrainingOptions(epochs=1, accelerator="cpu"))
    >>> nowcaster = train_nowcaster(catalog, quick)  # on the first 80 % of the days
    >>> made = nowcaster.nowcast(catalog)
    >>> str(made.start[-1])[:10], bool(0 < made.probability[-1] < 1)  # the first day that is not known whole
    ('1991-02-03', True)
    """

    model: TrainedNetworks
    provenance: Provenance
    given: tuple[Channel, ...] = ()

    @classmethod
    def fit(cls, catalog: Catalog, settings: Settings | None = None, work: Work | None = None) -> Nowcaster:
        """The old name of `train_nowcaster`."""
        warnings.warn("Nowcaster.fit is now train_nowcaster", DeprecationWarning, stacklevel=2)
        settings, work = choose_settings(catalog, settings or Settings()).settings, work or Work()
        return cls(fit_model(settings, past_of(catalog, settings), work), catalog.provenance)

    @property
    def settings(self) -> Settings:
        """Options of every stage."""
        return self.model.settings

    def update(
        self,
        catalog: CatalogLike,
        *,
        epochs: int = 20,
        progress: Progress | None = None,
        complete_until: Instant | None = None,
    ) -> Nowcaster:
        """Go on training with the days that have come since, from the present weights; returns a new nowcaster.

        The days up to the end of the catalog become the past: the last of them, as many as were validated on before,
        choose when to stop (after at most `epochs`, five times as many for the temporal network); those before train.
        Threshold and calibration are fitted anew (Feng & Fox, section IV-E: "trained on rolling basis").

        Errors: InputError for a catalog without new days.
        """
        catalog = as_catalog(catalog)
        observed = self.observe(catalog, complete_until=complete_until)
        model = updated_model(self.model, observed, epochs=epochs, progress=progress)
        return replace(self, model=model, provenance=catalog.provenance)

    def with_channels(self, channels: Sequence[Channel]) -> Nowcaster:
        """The same with values of the channels it was trained with, as they are known now.

        Errors: InputError for one that is missing, and one that it does not know.
        """
        return replace(self, given=given_channels(channels, self.model.fitted.channels))

    def observe(
        self,
        catalog: CatalogLike,
        since: Instant | None = None,
        until: Instant | None = None,
        *,
        complete_until: Instant | None = None,
    ) -> Observed:
        """The part of a catalog that nowcasts from `since` to `until` depend on; all of it by default."""
        origin, step, catalog = self.model.fitted.origin, self.settings.maps.step, as_catalog(catalog)
        first = None if since is None else first_instant("since", since, origin, step)
        end = None if until is None else first_instant("until", until, origin, step)
        if first is not None:
            self._check_known(first, known_of(catalog, complete_until))
        return observe(
            catalog,
            self.settings,
            origin=origin,
            since=first,
            until=end,
            complete_until=complete_until,
            channels=given_channels(self.given, self.model.fitted.channels),
        )

    def nowcast(
        self,
        catalog: CatalogLike,
        since: Instant | None = None,
        until: Instant | None = None,
        *,
        complete_until: Instant | None = None,
        now: Instant | None = None,
    ) -> Nowcasts:
        """Nowcast the whole steps of a catalog and the one after them; `since` and `until` take a part of them.

        Each nowcast knows the steps before its own alone (in the paper protocol: the span of the smoothing more). The
        step of the last event has only begun: it is the one after, and is nowcast from what came before it. With
        `complete_until` the catalog is complete until that instant: steps before it are whole, be they quiet. With
        `now` instead the one step that begins at that instant is nowcast, from all that came before it.

        Errors: InputError for a catalog that is shorter than the window, begins too late for `since`, or ends before;
        and for times within a step; for channels that are missing, or too old for the last of the nowcasts.
        """
        if now is not None:
            check_alone(now, since=since, until=until, complete_until=complete_until)
            return self._nowcast_at(as_catalog(catalog), now)
        observed = self.observe(catalog, since, until, complete_until=complete_until)
        if observed.laid is not None:
            check_fresh(observed.laid, self.model.fitted.channels, observed.steps.start[-1] + observed.steps.step)
        return nowcasts_of(self.model, observed)

    def _nowcast_at(self, catalog: Catalog, now: Instant) -> Nowcasts:
        """The nowcast of the step that begins at an instant."""
        settings = self.settings
        turned = turned_to(catalog, now, self.model.fitted.origin, settings.maps.step)
        maps = replace(settings.maps, gaps=turned.gaps(settings.maps.gaps))
        model, begins = replace(self.model, settings=replace(settings, maps=maps)), turned.begins
        by_that_clock = replace(self, model=model, given=tuple(each.later(turned.later) for each in self.given))
        made = by_that_clock.nowcast(turned.catalog, begins, begins, complete_until=begins)
        return replace(made.take(made.start == begins), start=np.array([turned.now]))

    def step_of(
        self, catalog: CatalogLike, date: Instant | None = None, *, complete_until: Instant | None = None
    ) -> np.datetime64:
        """The step that begins on a date, by its first instant; by default the first that is not known whole.

        Errors: InputError for a catalog without events, a date within a step, and one after that step.
        """
        fitted, step = self.model.fitted, self.settings.maps.step
        events = select_events(as_catalog(catalog), self.settings.maps)
        if not len(events):
            raise InputError("the catalog has no event that can be used (time, magnitude, type); give one with events")
        known = known_of(as_catalog(catalog), complete_until)
        if date is None:
            return known.end(fitted.origin, step)
        wanted = first_instant("date", date, fitted.origin, step)
        self._check_known(wanted, known)
        return wanted

    def unfinished(self, catalog: CatalogLike, *, complete_until: Instant | None = None) -> str:
        """What nowcasts do not count of a catalog's end, or take as quiet, in one line; empty where that is nothing."""
        return known_of(as_catalog(catalog), complete_until).note(self.model.fitted.origin, self.settings.maps.step)

    def _check_known(self, wanted: np.datetime64, known: Known) -> None:
        """Refuse a step whose past is not known whole."""
        step = self.settings.maps.step
        end = known.end(self.model.fitted.origin, step)
        if wanted > end:
            raise InputError(
                f"the catalog ends on {in_short(end)} ({known.why(step)}), nothing is known of the"
                f" {step_words(step).many} from there to {in_short(wanted)}; {known.remedy(wanted, '--date')}"
            )

    def without_end(self) -> Nowcaster:
        """The same, for days after those it was once trained and judged on."""
        nowcast = replace(self.settings.nowcast, end=None)
        return replace(self, model=replace(self.model, settings=replace(self.settings, nowcast=nowcast)))

    def split(self, steps: Steps) -> Split:
        """Which steps were trained and validated on, and which are left to judge by."""
        known, step = self.model.fitted.known_until, steps.step
        border, gap = known - self.model.fitted.n_validation * step, self.settings.embargo * step
        return Split(
            train=(steps.start < border - gap) & steps.observed,
            validation=(steps.start >= border) & (steps.start < known) & steps.observed,
            test=(steps.start >= known + gap) & steps.observed,
            train_end=border,
            val_end=known,
        )

    def write(self, folder: str | Path) -> Path:
        """Write a folder of safetensors, JSON and CSV, which is made if missing."""
        return write_model(self.model, self.provenance, Path(folder))


def train_nowcaster(
    catalog: CatalogLike,
    settings: Settings | None = None,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    keep: str | Path | None = None,
    complete_until: Instant | None = None,
    channels: Sequence[Channel] = (),
) -> Nowcaster:
    """Train a nowcaster on a catalog up to the end of validation; what comes after is not looked at.

    Arguments:
        catalog: events of the region.
        settings: options of every stage.
        jobs: processes at work: one trains, the others load examples; by default as `settings.training.workers` says.
            Results do not depend on it.
        progress: called with a `Step` after every epoch.
        keep: folder for the work under way, from which a run that was interrupted goes on.
        complete_until: the instant until which the catalog is complete, quiet days included. By default the time of
            its last event: the day that this leaves unfinished is not counted.
        channels: covariates that the temporal network is to know, see `read_channel`.

    Errors: InputError for a catalog that is too short, has no extreme event to calibrate on, or no day left after
    its gaps; and for a folder that keeps another run.

    >>> from seisweave.nowcast import MapOptions, NowcastOptions, Settings, TemporalOptions, TrainingOptions
    >>> from seisweave.synthetic import EtasOptions, etas_world
    >>> catalog = etas_world(EtasOptions(days=400), seed=1).catalog
    >>> quick = Settings(NowcastOptions(threshold=3.5), MapOptions(cell_deg=0.5),
    ...     temporal=TemporalOptions(window=8, temporal_epochs=1),
    ...     training=TrainingOptions(epochs=1, accelerator="cpu"))
    >>> epochs = []
    >>> nowcaster = train_nowcaster(catalog, quick, progress=lambda step: epochs.append(step.stage.split(",")[0]))
    >>> epochs, str(nowcaster.model.fitted.known_until)[:10]
    (['autoencoder', 'temporal'], '1990-11-16')
    """
    catalog = as_catalog(catalog)
    settings = choose_settings(catalog, settings or Settings(), complete_until=complete_until).settings
    past = past_of(catalog, settings, complete_until, tuple(channels))
    if keep is not None:
        laid = () if past.observed.laid is None else (past.observed.laid.values, past.observed.laid.age)
        events = [catalog.times, catalog.longitude, catalog.latitude, catalog.magnitude]
        columns = [*laid, *events, past.observed.steps.start]
        claim(Path(keep), settings.to_dict(), columns + ([] if catalog.event_type is None else [catalog.event_type]))
    at_work = settings
    if jobs is not None:
        at_work = replace(settings, training=replace(settings.training, workers=max(jobs - 1, 0)))
    work = Work(None if keep is None else Path(keep), keep is not None, progress)
    try:
        with hold(keep):
            model = replace(fit_model(at_work, past, work), settings=settings)
        return Nowcaster(model, catalog.provenance, tuple(channels))
    except TooFewEventsError as error:
        raise InputError(f"{error}; {held(catalog, settings.maps)}") from None


def save_nowcaster(nowcaster: Nowcaster, folder: Path) -> Path:
    """The old name of `Nowcaster.write`."""
    warnings.warn("save_nowcaster is now Nowcaster.write", DeprecationWarning, stacklevel=2)
    return nowcaster.write(folder)


def open_nowcaster(folder: str | Path) -> Nowcaster:
    """Open a nowcaster that was written; nothing but numbers and text is ever read.

    Errors: InputError for a folder without one, a damaged one, or one made by another version's settings.

    >>> from seisweave.nowcast import MapOptions, NowcastOptions, Settings, TemporalOptions, TrainingOptions
    >>> from seisweave.synthetic import EtasOptions, etas_world
    >>> catalog = etas_world(EtasOptions(days=400), seed=1).catalog
    >>> quick = Settings(NowcastOptions(threshold=3.5), MapOptions(cell_deg=0.5),
    ...     temporal=TemporalOptions(window=8, temporal_epochs=1),
    ...     training=TrainingOptions(epochs=1, accelerator="cpu"))
    >>> from tempfile import mkdtemp
    >>> nowcaster = train_nowcaster(catalog, quick)
    >>> again = open_nowcaster(nowcaster.write(mkdtemp()))
    >>> bool((again.nowcast(catalog).alarm == nowcaster.nowcast(catalog).alarm).all())
    True
    """
    return Nowcaster(*read_model(Path(folder)))
