"""How a model is fitted on the past: autoencoder, novelty, temporal network, threshold, calibration, in this order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import nn

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import Instant
from seisweave.errors import InputError
from seisweave.nowcast.channels import Channel, LearnedChannel, check_learned
from seisweave.nowcast.chosen_maps import TooFewEventsError
from seisweave.nowcast.examples import TensorRows
from seisweave.nowcast.history import Epoch, History
from seisweave.nowcast.options import TrainingOptions
from seisweave.nowcast.region.calibration import calibrate_in_turn
from seisweave.nowcast.region.model import (
    Fitted,
    Series,
    TrainedNetworks,
    covariates_of,
    features,
    new_networks,
    nowcast_series,
    plain,
    series_of,
)
from seisweave.nowcast.region.observed import Observed, observe
from seisweave.nowcast.region.sequence import Sequence, Standard, sequence
from seisweave.nowcast.region.settings import Settings
from seisweave.nowcast.region.split import split_steps
from seisweave.nowcast.region.temporal import Stateful, TemporalNetwork
from seisweave.nowcast.step_words import step_words
from seisweave.nowcast.training import train
from seisweave.progress import Progress, Step
from seisweave.spreading import on_a_cluster, seen_by_all, sent

_AUTOENCODER_SHARE = 0.85  # of the whole work


@dataclass(frozen=True, eq=False)
class Past:
    """What a model may know: a catalog as observed, and which of its steps to train and to validate on (t each)."""

    observed: Observed
    train: Bool[np.ndarray, " t"]
    validation: Bool[np.ndarray, " t"]
    known_until: np.datetime64


@dataclass(frozen=True)
class Work:
    """Where work under way is kept, whether it is taken up again, and who is told about it."""

    keep: Path | None = None
    resume: bool = False
    progress: Progress | None = None

    def train(
        self, name: str, network: nn.Module, examples: TensorRows, checks: TensorRows, options: TrainingOptions
    ) -> History:
        """Train one of the networks in its own folder."""
        keep = None if self.keep is None else self.keep / name
        return train(
            network, examples, checks, options, keep=keep, resume=self.resume, progress=self._teller(name, options)
        )

    def _teller(self, name: str, options: TrainingOptions) -> Callable[[Epoch], None] | None:
        tell = self.progress
        if tell is None:
            return None
        first, share = (
            (0.0, _AUTOENCODER_SHARE) if name == "autoencoder" else (_AUTOENCODER_SHARE, 1 - _AUTOENCODER_SHARE)
        )

        def told(epoch: Epoch) -> None:
            done = first + share * (epoch.epoch + 1) / options.epochs
            tell(Step(f"{name}, epoch {epoch.epoch + 1} of {options.epochs} at most, loss {epoch.best:.4g}", done))

        return told


def past_of(
    catalog: Catalog, settings: Settings, complete_until: Instant | None = None, channels: tuple[Channel, ...] = ()
) -> Past:
    """What may be known of a catalog, up to the end of validation."""
    observed = observe(catalog, settings, complete_until=complete_until, channels=channels)
    split = split_steps(observed.steps, settings.nowcast.train_end, settings.nowcast.val_end, embargo=settings.embargo)
    return Past(observed, split.train, split.validation, split.val_end)


def fit_model(settings: Settings, past: Past, work: Work, before: TrainedNetworks | None = None) -> TrainedNetworks:
    """Fit everything on the past; or go on from an earlier model, whose scales stay since its weights know them.

    On a dask cluster one worker does all of it, and keeps what it has done where all workers see the folder.

    Errors: InputError for a past without normal days, or without an extreme event.
    """
    if on_a_cluster():  # whose workers may not be allowed to start processes of their own
        settings = replace(settings, training=replace(settings.training, workers=0))
    keep = seen_by_all(work.keep)
    return sent(lambda tell: _fit(settings, past, Work(keep, work.resume, tell), before), work.progress)


def _fit(settings: Settings, past: Past, work: Work, before: TrainedNetworks | None) -> TrainedNetworks:
    learned = _learned(past) if before is None else before.fitted.channels
    autoencoder, temporal = new_networks(settings, learned)
    if before is not None:
        autoencoder.load_state_dict(before.autoencoder.state_dict())
        temporal.load_state_dict(before.temporal.state_dict())
    given = past.observed.maps[past.train]
    scale = before.fitted.map_scale if before is not None else map_scale(settings.maps.value, given)
    normal = ~past.observed.extreme(settings.nowcast.extreme_from)
    _check_normal(settings, past, normal)
    histories = {
        "autoencoder": work.train(
            "autoencoder",
            autoencoder,
            _maps(past, past.train & normal, scale),
            _maps(past, past.validation & normal, scale),
            settings.training,
        )
    }
    series = series_of(autoencoder, past.observed, settings, scale)
    standard = before.fitted.standard if before is not None else _standard(series, past)
    covariates = covariates_of(past.observed, learned)
    whole = sequence(series.raw, series.smoothed, standard, paper=settings.nowcast.centred, covariates=covariates)
    histories["temporal"] = fit_temporal(settings, past, whole, temporal, work)
    nowcast_novelty = nowcast_series(temporal, series, standard, settings, covariates)
    novelty_threshold, alarm_threshold = _thresholds(settings, past, series, nowcast_novelty[:-1])
    known, (novelty, activity) = past.train | past.validation, features(nowcast_novelty, past.observed)[:-1].T
    fitted = Fitted(
        origin=past.observed.steps.start[0],
        known_until=past.known_until,
        n_validation=round((past.known_until - _first(past)) / past.observed.steps.step),
        map_scale=scale,
        standard=standard,
        novelty_threshold=novelty_threshold,
        alarm_threshold=alarm_threshold,
        calibration=calibrate_in_turn(
            novelty[known],
            activity[known],
            past.observed.extreme(settings.nowcast.extreme_from)[known],
            past.validation[known],
        ),
        updates=0 if before is None else before.fitted.updates + 1,
        channels=learned,
    )
    return TrainedNetworks(settings, autoencoder, temporal, fitted, histories)


def _first(past: Past) -> np.datetime64:
    return past.observed.steps.start[past.validation][0]


def _check_normal(settings: Settings, past: Past, normal: np.ndarray) -> None:
    for name, part in (("training", past.train), ("validation", past.validation)):
        if not (part & normal).any():
            raise InputError(
                f"no {name} {step_words(settings.maps.step).one} is without an event of magnitude"
                f" {settings.nowcast.extreme_from}; give a higher --threshold, or other dates"
            )
    if not (past.observed.extreme(settings.nowcast.extreme_from) & (past.train | past.validation)).any():
        raise TooFewEventsError(
            f"no event of magnitude {settings.nowcast.extreme_from} or above before the test; give a lower"
            " --threshold, or a longer catalog"
        )


def map_scale(value: str, maps: Float[np.ndarray, "t h w"]) -> float:
    """Root mean square of the training maps where their unit says nothing; magnitudes stay magnitudes."""
    if value not in ("energy", "count"):
        return 1.0
    power = float(np.square(maps, dtype=np.float64).mean())
    return float(np.sqrt(power)) or 1.0


def _maps(past: Past, rows: np.ndarray, scale: float) -> TensorRows:
    maps = past.observed.maps[rows]
    return TensorRows((torch.from_numpy(maps if scale == 1.0 else maps / np.float32(scale)),))


def _standard(series: Series, past: Past) -> Standard:
    return Standard.of(series.raw[past.train], series.smoothed[past.train])


def _learned(past: Past) -> tuple[LearnedChannel, ...]:
    """Channels standardised on the steps to train on."""
    if past.observed.laid is None:
        return ()
    learned = past.observed.laid.take(slice(0, len(past.observed))).learned(past.train)
    check_learned(learned)
    return learned


def fit_temporal(settings: Settings, past: Past, whole: Sequence, network: TemporalNetwork, work: Work) -> History:
    """Train the temporal network on the whole series at once, or window by window with a carried state."""
    options = settings.temporal
    training = replace(
        settings.training,
        epochs=options.temporal_epochs,
        patience=options.temporal_patience,
        learning_rate=options.temporal_learning_rate,
        batch=1,
        workers=0,
        devices=1,
    )
    late = np.arange(len(past.observed)) >= settings.reach
    train, validation = past.train & late, past.validation & late
    if not options.stateful:
        return work.train("temporal", network, whole.examples(train), whole.examples(validation), training)
    examples, checks = (whole.windows(part, options.window) for part in (train, validation))
    return work.train("temporal", Stateful(network), examples, checks, training)


def _thresholds(
    settings: Settings, past: Past, series: Series, nowcast_novelty: Float[np.ndarray, " t"]
) -> tuple[float, float]:
    """What only a share of the training days exceed: novelty that is called extreme, nowcasts that are an alarm."""
    share = 1.0 - settings.nowcast.alarm_share
    if settings.nowcast.centred:
        level = float(np.nanquantile(series.smoothed[past.train], share))
        return level, level
    return (
        float(np.nanquantile(plain(series.raw, settings)[past.train], share)),
        float(np.nanquantile(plain(nowcast_novelty, settings)[past.train], share)),
    )
