"""What `seisweave nowcast` writes: the model, its scores, its nowcasts as a table, and three figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seisweave.nowcast.region.scores import score

if TYPE_CHECKING:
    import pandas as pd

    from seisweave.catalog.catalog import Catalog
    from seisweave.nowcast.region.model import Nowcasts
    from seisweave.nowcast.region.nowcaster import Nowcaster
    from seisweave.nowcast.region.observed import Observed


def write_all(folder: Path, nowcaster: Nowcaster, catalog: Catalog, *, maps: bool) -> dict[str, Any]:
    """Write all files of a result folder; returns what summary.json holds."""
    from seisweave.nowcast.maps import weave, write_maps

    summary, observed, nowcasts = summarize(nowcaster, catalog)
    nowcaster.write(folder)
    table(nowcasts, nowcaster, observed).to_csv(folder / "nowcasts.csv", index=False)
    if maps:
        write_maps(weave(catalog, nowcaster.settings.maps, observed.steps), folder / "maps.nc")
    for name, figure in figures(nowcaster, observed, nowcasts).items():
        figure.savefig(folder / name)
    text = json.dumps(_finite(summary), indent=2, allow_nan=False)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")
    return summary


def summarize(nowcaster: Nowcaster, catalog: Catalog) -> tuple[dict[str, Any], Observed, Nowcasts]:
    """Nowcast a catalog and score what comes after the days the model knows.

    Where there is no such day, the scores say so.
    """
    from seisweave.nowcast.region.model import nowcasts_of
    from seisweave.version import __version__

    observed = nowcaster.observe(catalog)
    nowcasts = nowcasts_of(nowcaster.model, observed)
    split, fitted = nowcaster.split(observed.steps), nowcaster.model.fitted
    histories = nowcaster.model.histories
    summary = {
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
        "scores": score(nowcaster.model, observed, nowcasts, split)
        if split.test.any()
        else {"note": "no day to judge by"},
        "settings": nowcaster.settings.to_dict(),
        "seed": nowcaster.settings.training.seed,
        "version": __version__,
        "source": catalog.provenance.source,
        "input_sha256": catalog.provenance.sha256,
    }
    return summary, observed, nowcasts


def table(nowcasts: Nowcasts, nowcaster: Nowcaster, observed: Observed) -> pd.DataFrame:
    """One row a step: what was nowcast, what came, and whether the model was trained on it."""
    import numpy as np
    import pandas as pd

    split = nowcaster.split(observed.steps)
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


def figures(nowcaster: Nowcaster, observed: Observed, nowcasts: Nowcasts) -> dict[str, Any]:
    """Losses, a map and its reconstruction, the series of the test (or of all days, where there is no test)."""
    import numpy as np

    from seisweave.nowcast.region.novelty import reconstruct
    from seisweave.report.nowcast_figures import loss_figure, map_figure, series_figure

    options, fitted = nowcaster.settings.nowcast, nowcaster.model.fitted
    test = nowcaster.split(observed.steps).test
    shown = test if test.any() else observed.steps.observed
    largest = np.where(shown, np.nan_to_num(observed.largest, nan=-np.inf), -np.inf)
    day = int(np.argmax(largest))
    scale = np.float32(fitted.map_scale)
    again = reconstruct(nowcaster.model.autoencoder, observed.maps[day : day + 1] / scale)[0] * scale
    title = f"{str(observed.steps.start[day])[:10]}, largest magnitude {largest[day]:.1f}"
    first = int(np.argmax(shown))
    note = "paper protocol, not causal" if options.centred else "prospective"
    return {
        "losses.png": loss_figure(nowcaster.model.histories),
        "map.png": map_figure(observed.maps[day], again, nowcaster.settings.maps, title=title),
        "series.png": series_figure(
            nowcasts.take(slice(first, None)),
            threshold=options.threshold,
            alarm_threshold=fitted.alarm_threshold,
            paper=options.centred,
            title=f"Novelty, its nowcast, and what came ({note})",
        ),
    }


def in_words(summary: dict[str, Any]) -> list[str]:
    """What the scores say, in a few sentences."""
    scores = summary["scores"]
    if "series" not in scores:
        return [scores["note"]]
    series, events = scores["series"], scores["events"]
    same = series["persistence"]
    said = [
        f"{scores['n_test_days']:,} test days, {scores['test_from']} to {scores['test_to']}: novelty nowcast with NSE"
        f" {series['nse']:.3f}, F1 {series['f1']:.3f} on {series['n_positives']} days of extreme novelty (by 'tomorrow"
        f" equals today': NSE {same['nse']:.3f}, F1 {same['f1']:.3f})"
    ]
    if "warning" in scores:
        said.append(scores["warning"])
    if "nowcast" in events:
        gain, over = _interval(events["nowcast"]["gain_nats"]), _interval(events["over_neuron"])
        said.append(
            f"against the {events['n_positives']} days with M ≥ {events['threshold']:g}: {gain} nats per positive over"
            f" Poisson, {over} over one neuron on yesterday's number of events"
        )
    return said


def _interval(said: dict[str, Any]) -> str:
    return f"{said['value']:+.2f} [{said['low']:+.2f}, {said['high']:+.2f}]"


def _finite(value: Any) -> Any:
    """The same with null for what is no number: JSON has none."""
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and value - value != 0 else value
