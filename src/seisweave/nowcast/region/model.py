"""A trained model: two networks and the numbers fitted beside them; and how nowcasts follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch
from jaxtyping import Bool, Float, Shaped

from seisweave.displayed import Displayed
from seisweave.errors import InputError
from seisweave.nowcast.channels import LearnedChannel
from seisweave.nowcast.history import History
from seisweave.nowcast.region.autoencoder import Autoencoder
from seisweave.nowcast.region.calibration import Calibration
from seisweave.nowcast.region.covariates import covariate_series, missing_series, n_series
from seisweave.nowcast.region.novelty import novelty, smooth
from seisweave.nowcast.region.observed import Observed
from seisweave.nowcast.region.sequence import Standard, channels, nowcast_steps, sequence
from seisweave.nowcast.region.settings import Settings
from seisweave.nowcast.region.temporal import TemporalNetwork
from seisweave.nowcast.region.vae import VariationalAutoencoder
from seisweave.nowcast.seeding import seeded

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

_NO_NUMBERS = "the model gives no numbers for days that it knows: it is damaged; train it again"
_LEAST_NOVELTY = 1e-12  # so that the logarithm of a perfect reconstruction exists


@dataclass(frozen=True)
class Fitted:
    """Numbers fitted on the past.

    Steps begin at `origin`; everything before `known_until` was seen, the last `n_validation` steps of it to choose
    the weights. map_scale divides the maps; novelty_threshold is what only `alarm_share` of the training days exceed,
    alarm_threshold the same of the nowcasts. channels are the covariates, with their standardisation.
    """

    origin: np.datetime64
    known_until: np.datetime64
    n_validation: int
    map_scale: float
    standard: Standard
    novelty_threshold: float
    alarm_threshold: float
    calibration: Calibration
    updates: int = 0
    channels: tuple[LearnedChannel, ...] = ()


@dataclass(frozen=True, eq=False)
class TrainedNetworks:
    """Trained networks, the numbers fitted beside them, and the logs of their training."""

    settings: Settings
    autoencoder: Autoencoder
    temporal: TemporalNetwork
    fitted: Fitted
    histories: Mapping[str, History] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, repr=False)
class Nowcasts(Displayed):
    """Nowcasts of t steps, and what came of them as far as it is known.

    start is the first instant of each. novelty is measured, smoothed is its LOESS (NaN where masked or not yet known).
    nowcast_novelty is the nowcast of novelty (paper mode: of smoothed novelty), alarm whether it reaches the threshold,
    probability that of an extreme event; NaN (False) where the history is too short. activity is log(1 + N) of the
    step before, which the probability knows too. largest is the largest magnitude that came, -inf for none, NaN where
    nobody watched, or nobody can know yet.

    >>> day = np.datetime64("2019-07-04", "us") + np.arange(3) * np.timedelta64(1, "D")
    >>> made = Nowcasts(day, *np.ones((3, 3)), np.array([False, True, True]), *np.full((3, 3), 0.1))
    >>> [str(start)[:10] for start in made.take(made.alarm).start]
    ['2019-07-05', '2019-07-06']
    """

    start: Shaped[np.ndarray, " t"]
    novelty: Float[np.ndarray, " t"]
    smoothed: Float[np.ndarray, " t"]
    nowcast_novelty: Float[np.ndarray, " t"]
    alarm: Bool[np.ndarray, " t"]
    probability: Float[np.ndarray, " t"]
    activity: Float[np.ndarray, " t"]
    largest: Float[np.ndarray, " t"]

    def __len__(self) -> int:
        return len(self.start)

    def take(self, index: np.ndarray | slice) -> Nowcasts:
        """Some of the steps."""
        return Nowcasts(**{name: getattr(self, name)[index] for name in self.__dataclass_fields__})

    def to_pandas(self) -> pd.DataFrame:
        """One row a step, by its first instant."""
        import pandas as pd

        columns = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "start"}
        return pd.DataFrame(columns, index=pd.Index(self.start, name="start"))

    def to_xarray(self) -> xr.Dataset:
        """The same over `start`."""
        return self.to_pandas().to_xarray()


@dataclass(frozen=True, eq=False)
class Series:
    """Novelty of observed steps, raw and smoothed (t); its logarithm in the prospective protocol.

    Novelty is skewed: after a magnitude of 7 it is tens of standard deviations above its mean, where nothing that is
    linear in it can be trusted. The paper's figures are of novelty itself.
    """

    raw: Float[np.ndarray, " t"]
    smoothed: Float[np.ndarray, " t"]


def new_networks(settings: Settings, learned: tuple[LearnedChannel, ...] = ()) -> tuple[Autoencoder, TemporalNetwork]:
    """Networks with first weights drawn from the seed; the temporal one knows some covariates."""
    kind = VariationalAutoencoder if settings.autoencoder.variational else Autoencoder
    own = channels(paper=settings.nowcast.centred)
    with seeded(settings.training.seed):
        autoencoder = kind(settings.maps.shape, settings.autoencoder)
        temporal = TemporalNetwork(settings.temporal, own + n_series(learned))
    with torch.no_grad():  # where none was missing to learn from, that one is changes nothing
        temporal.enter.weight[:, [own + k for k in missing_series(learned)]] = 0.0
    return autoencoder, temporal


def series_of(autoencoder: Autoencoder, observed: Observed, settings: Settings, map_scale: float) -> Series:
    """Novelty of every step."""
    raw = novelty(autoencoder, observed.maps if map_scale == 1.0 else observed.maps / np.float32(map_scale))
    if not np.isfinite(raw[observed.steps.observed]).all():
        raise InputError(_NO_NUMBERS)
    if not settings.nowcast.centred:
        raw = np.log(np.maximum(raw, _LEAST_NOVELTY))
    return Series(raw, smooth(raw, settings.nowcast.span, centred=settings.nowcast.centred))


def covariates_of(observed: Observed, learned: tuple[LearnedChannel, ...]) -> Float[np.ndarray, "k t1"] | None:
    """The covariates of every step and the one after, as the temporal network sees them; None without any."""
    return None if observed.laid is None or not learned else covariate_series(observed.laid, learned)


def plain(series: Float[np.ndarray, " t"], settings: Settings) -> Float[np.ndarray, " t"]:
    """Novelty from what stands in a `Series`."""
    return series if settings.nowcast.centred else np.exp(series)


def nowcast_series(
    temporal: TemporalNetwork,
    series: Series,
    standard: Standard,
    settings: Settings,
    covariates: Float[np.ndarray, "k t1"] | None = None,
) -> Float[np.ndarray, " t1"]:
    """The series' nowcast for each step and the one after the last; NaN where no whole window lies before it."""
    paper, window = settings.nowcast.centred, settings.temporal.window
    first = window if paper else settings.reach
    ends = np.arange(first, len(series.raw) + 1)
    out = np.full(len(series.raw) + 1, np.nan)
    seen = sequence(series.raw, series.smoothed, standard, paper=paper, covariates=covariates)
    out[ends] = nowcast_steps(temporal, seen.inputs, ends)
    scale, mean = (
        (standard.smoothed_scale, standard.smoothed_mean) if paper else (standard.raw_scale, standard.raw_mean)
    )
    return out * scale + mean


def features(nowcast_novelty: Float[np.ndarray, " t1"], observed: Observed) -> Float[np.ndarray, "t1 2"]:
    """What the probability of each step and the one after is made of: nowcast novelty, log(1 + N) of the step before.

    Where nobody watched the step before, the last known number stands.
    """
    known = np.maximum.accumulate(np.where(np.isnan(observed.activity), 0, np.arange(len(observed))))
    before = np.concatenate([[np.nan], observed.activity[known]])
    return np.column_stack([nowcast_novelty, before])


def nowcasts_of(model: TrainedNetworks, observed: Observed) -> Nowcasts:
    """Nowcasts of all observed steps and of the one after, and what came of them."""
    fitted, settings = model.fitted, model.settings
    series = series_of(model.autoencoder, observed, settings, fitted.map_scale)
    covariates = covariates_of(observed, fitted.channels)
    nowcast_novelty = nowcast_series(model.temporal, series, fitted.standard, settings, covariates)
    known = features(nowcast_novelty, observed)
    probability = fitted.calibration(known)
    _check_made(nowcast_novelty, probability, known[:, 1], settings)
    return Nowcasts(
        start=np.append(observed.steps.start, observed.steps.start[-1] + observed.steps.step),
        novelty=np.append(plain(series.raw, settings), np.nan),
        smoothed=np.append(plain(series.smoothed, settings), np.nan),
        nowcast_novelty=plain(nowcast_novelty, settings),
        alarm=np.nan_to_num(plain(nowcast_novelty, settings), nan=-np.inf) >= fitted.alarm_threshold,
        probability=probability,
        activity=known[:, 1],
        largest=np.append(observed.largest, np.nan),
    )


def _check_made(
    nowcast_novelty: Float[np.ndarray, " t1"],
    probability: Float[np.ndarray, " t1"],
    activity: Float[np.ndarray, " t1"],
    settings: Settings,
) -> None:
    """Refuse a model that gives no numbers where it has the days to give some. Errors: InputError."""
    first = settings.temporal.window if settings.nowcast.centred else settings.reach
    with np.errstate(over="ignore"):
        made = np.isfinite(plain(nowcast_novelty, settings))[first:]
    if not made.all() or not np.isfinite(probability[first:][~np.isnan(activity[first:])]).all():
        raise InputError(_NO_NUMBERS)
