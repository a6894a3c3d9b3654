"""Settings of the nowcast chosen on validation days: the search behind the defaults. The test is not looked at.

Run: python benchmarks/nowcast_choices.py CATALOG [CHOICE ...] [--epochs 100] [--seed 0]

Each row changes one setting of the prospective default, trains on SCEDC 1990-2010, and is scored on 2011-2013: the
autoencoder's validation loss, NSE of the logarithm of the next day's raw novelty, and nats per positive over Poisson of
logistic neurons fitted on the training days: from the nowcast novelty alone, from it and yesterday's number of events,
from that number alone.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from time import process_time

import numpy as np

from machine import machine
from seisweave.catalog import Catalog, read_catalog
from seisweave.evaluation import information_gain
from seisweave.evaluation.series import nash_sutcliffe
from seisweave.nowcast import MapOptions, NowcastOptions, Settings, TrainingOptions
from seisweave.nowcast.region.calibration import calibrate
from seisweave.nowcast.region.fitting import Past, Work, fit_model
from seisweave.nowcast.region.model import features, nowcast_series, series_of
from seisweave.nowcast.region.observed import observe
from seisweave.nowcast.region.split import split_steps
from seisweave.studies.eqpred.options import BOX, CELL_DEG

CYCLE = {"epochs": 30, "learning_rate_schedule": "cycle"}
CHOICES: dict[str, dict[str, dict]] = {
    "default": {},
    "no long skips": {"autoencoder": {"long_skips": False}},
    "no short skips": {"autoencoder": {"short_skips": False}},
    "bottleneck 64": {"autoencoder": {"bottleneck": 64}},
    "variational": {"autoencoder": {"variational": True}},
    "mean magnitude": {"maps": {"value": "mean_magnitude"}},
    "maximum magnitude": {"maps": {"value": "max_magnitude"}},
    "magnitudes from 2": {"maps": {"min_magnitude": 2.0}},
    "span 1": {"nowcast": {"span": 1}},
    "span 10": {"nowcast": {"span": 10}},
    "span 20": {"nowcast": {"span": 20}},
    "window 40": {"temporal": {"window": 40}},
    "no attention": {"temporal": {"attention": False}},
    "cycle, 30 epochs, step 0.003": {"training": {**CYCLE, "learning_rate": 3e-3}},
    "cycle, 30 epochs": {"training": CYCLE},
    "batch 16": {"training": {"batch": 16}},
    "batch 128": {"training": {"batch": 128}},
}
DEFAULT = Settings(
    NowcastOptions(threshold=4.5, start="1990-01-01", train_end="2011-01-01", val_end="2014-01-01", end="2014-01-01"),
    MapOptions(box=BOX, cell_deg=CELL_DEG, not_event_type="qb"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalog")
    parser.add_argument("choices", nargs="*", help=f"of {', '.join(CHOICES)}; all by default")
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_intermixed_args()
    unknown = set(arguments.choices) - set(CHOICES)
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))}: no such choice; choose from {', '.join(CHOICES)}")
    training = TrainingOptions(epochs=arguments.epochs, seed=arguments.seed, accelerator="cpu")
    print(f"{machine()}, {arguments.epochs} epochs at most, seed {arguments.seed}")
    catalog = read_catalog(arguments.catalog)
    scores = "loss | NSE | novelty | novelty and number | number alone | positives"
    print(f"| choice | {scores} | seconds of processor |\n" + "|---" * 8 + "|")
    for name in arguments.choices or CHOICES:
        settings = replace(DEFAULT, training=training)
        for stage, change in CHOICES[name].items():
            settings = replace(settings, **{stage: replace(getattr(settings, stage), **change)})
        start = process_time()
        print(f"| {name} | {row(catalog, settings)} | {process_time() - start:.0f} |", flush=True)


def row(catalog: Catalog, settings: Settings) -> str:
    observed = observe(catalog, settings)
    split = split_steps(observed.steps, settings.nowcast.train_end, settings.nowcast.val_end, embargo=settings.embargo)
    model = fit_model(settings, Past(observed, split.train, split.validation, split.val_end), Work())
    series = series_of(model.autoencoder, observed, settings, model.fitted.map_scale)
    nowcast = nowcast_series(model.temporal, series, model.fitted.standard, settings)
    known, happened = features(nowcast, observed)[:-1], observed.extreme(settings.nowcast.threshold)
    day, judged = np.arange(len(observed)), split.validation
    best = model.histories["autoencoder"].best.validation_loss
    cells = [f"{best:.2g}", f"{nash_sutcliffe(nowcast[:-1][judged], series.raw[judged]):.3f}"]
    for columns in ([0], [0, 1], [1]):
        made = calibrate(known[:, columns][split.train], happened[split.train])
        p, base = made(known[:, columns])[judged], np.full(int(judged.sum()), made.base_rate)
        gain = information_gain(p, base, happened[judged], day=day[judged])
        cells.append(f"{gain.value:+.2f} [{gain.low:+.2f}, {gain.high:+.2f}]")
    return " | ".join([*cells, str(int(happened[judged].sum()))])


if __name__ == "__main__":
    main()
