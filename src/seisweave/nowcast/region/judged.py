"""A catalog nowcast, and judged on days a nowcaster has not seen: its summary, its table, the map of its worst day."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import Instant
from seisweave.nowcast.region.model import Nowcasts, nowcasts_of
from seisweave.nowcast.region.novelty import reconstruct
from seisweave.nowcast.region.nowcaster import Nowcaster
from seisweave.nowcast.region.observed import Observed
from seisweave.nowcast.region.scores import score
from seisweave.nowcast.step_words import step_words

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class ReconstructedMap:
    """The map of one step, what the autoencoder makes of it, and the largest magnitude that came."""

    start: np.datetime64
    original: Float[np.ndarray, "h w"]
    again: Float[np.ndarray, "h w"]
    largest: float


@dataclass(frozen=True, eq=False)
class JudgedNowcasts:
    """The nowcasts of a catalog, what was observed, and the summary with all scores, as it stands in summary.json."""

    nowcaster: Nowcaster
    observed: Observed
    nowcasts: Nowcasts
    summary: dict[str, Any]

    @property
    def shown(self) -> Bool[np.ndarray, " t"]:
        """Steps to show: those of the test, or all that were watched where there is no test."""
        test = self.nowcaster.split(self.observed.steps).test
        return test if test.any() else self.observed.steps.observed

    def shown_nowcasts(self) -> Nowcasts:
        """Nowcasts from the first step to show on."""
        return self.nowcasts.take(slice(int(np.argmax(self.shown)), None))

    def largest_map(self) -> ReconstructedMap:
        """Of the steps to show, the one of the largest event."""
        largest = np.where(self.shown, np.nan_to_num(self.observed.largest, nan=-np.inf), -np.inf)
        step = int(np.argmax(largest))
        scale = np.float32(self.nowcaster.model.fitted.map_scale)
        again = reconstruct(self.nowcaster.model.autoencoder, self.observed.maps[step : step + 1] / scale)[0] * scale
        return ReconstructedMap(self.observed.steps.start[step], self.observed.maps[step], again, float(largest[step]))

    def table(self) -> pd.DataFrame:
        """One row a step: what was nowcast, what came, and whether the model was trained on it."""
        import pandas as pd

        split, nowcasts = self.nowcaster.split(self.observed.steps), self.nowcasts
        part = np.full(len(nowcasts), "", dtype=object)
        for name in ("train", "validation", "test"):
            part[:-1][getattr(split, name)] = name
        return pd.DataFrame(
            {
                "start": nowcasts.start,
                "part": part,
                "novelty": nowcasts.novelty,
                "smoothed": nowcasts.smoothed,
                "nowcast": nowcasts.nowcast_novelty,
                "alarm": nowcasts.alarm,
                "probability": nowcasts.probability,
                "largest_magnitude": np.where(np.isfinite(nowcasts.largest), nowcasts.largest, np.nan),
            }
        )


def judge(nowcaster: Nowcaster, catalog: Catalog, *, complete_until: Instant | None = None) -> JudgedNowcasts:
    """Nowcast a catalog and score what comes after the days the model knows.

    Where there is no such day, the scores say so. Days count where they are known whole, see `Nowcaster.nowcast`.

    Errors: InputError for a catalog that is shorter than the window of the nowcaster.
    """
    observed = nowcaster.observe(catalog, complete_until=complete_until)
    nowcasts = nowcasts_of(nowcaster.model, observed)
    return JudgedNowcasts(nowcaster, observed, nowcasts, _summary(nowcaster, catalog, observed, nowcasts))


def _summary(nowcaster: Nowcaster, catalog: Catalog, observed: Observed, nowcasts: Nowcasts) -> dict[str, Any]:
    from seisweave.version import __version__

    split, fitted = nowcaster.split(observed.steps), nowcaster.model.fitted
    histories = nowcaster.model.histories
    nothing = {"note": f"no {step_words(observed.steps.step).one} to judge by"}
    return {
        "kind": "nowcast",
        "n_days": len(observed),
        "n_days_masked": int((~observed.steps.observed).sum()),
        "known_until": str(fitted.known_until)[:19],
        "n_calibration_days": fitted.calibration.n,
        "n_calibration_positives": fitted.calibration.n_positives,
        "long_term_rate": fitted.calibration.base_rate,
        "novelty_threshold": fitted.novelty_threshold,
        "alarm_threshold": fitted.alarm_threshold,
        "seconds": {name: round(history.seconds, 2) for name, history in histories.items()},
        "epochs": {name: len(history.epochs) for name, history in histories.items()},
        "scores": score(nowcaster.model, observed, nowcasts, split) if split.test.any() else nothing,
        "settings": nowcaster.settings.to_dict(),
        "seed": nowcaster.settings.training.seed,
        **({"channels": [asdict(channel) for channel in fitted.channels]} if fitted.channels else {}),
        "version": __version__,
        "source": catalog.provenance.source,
        "input_sha256": catalog.provenance.sha256,
    }
