"""Why the paper's scores need no earthquake: its protocol on the real novelty, on shuffled days, on Gaussian noise.

Run: python benchmarks/nowcast_paper.py CATALOG MODEL [MODEL ...] [--spans 1 5 7 11]

Each MODEL is a folder made by `seisweave nowcast train CATALOG --protocol paper`, one a seed. Its autoencoder gives the
novelty; the series is smoothed by centred LOESS of each span, and the temporal network is trained anew on the model's
own split. Rows: the novelty, the same with its days shuffled, Gaussian noise. NSE and F1 on the test days, beside
"tomorrow equals today".
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np

from machine import machine
from seisweave.catalog import read_catalog
from seisweave.evaluation import decide
from seisweave.evaluation.series import nash_sutcliffe, persistence
from seisweave.nowcast import open_nowcaster
from seisweave.nowcast.region.fitting import Past, Work, fit_temporal
from seisweave.nowcast.region.model import Series, new_networks, nowcast_series, series_of
from seisweave.nowcast.region.novelty import smooth
from seisweave.nowcast.region.sequence import Standard


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalog")
    parser.add_argument("models", nargs="+")
    parser.add_argument("--spans", type=int, nargs="+", default=[1, 5, 7, 11])
    arguments = parser.parse_args()
    print(machine())
    catalog = read_catalog(arguments.catalog)
    print("| model | series | span | NSE, F1 persistence | NSE, F1 temporal network | positives |\n" + "|---" * 6 + "|")
    for folder in arguments.models:
        nowcaster = open_nowcaster(folder)
        observed = nowcaster.observe(catalog)
        raw = series_of(nowcaster.model.autoencoder, observed, nowcaster.settings, nowcaster.model.fitted.map_scale).raw
        for span in arguments.spans:
            for name, series in controls(raw).items():
                print(f"| {folder} | {name} | {span} | {row(nowcaster, observed, series, span)} |", flush=True)


def controls(raw: np.ndarray) -> dict[str, np.ndarray]:
    """The series, its days shuffled, and noise; what is masked stays masked."""
    rng, known = np.random.default_rng(0), ~np.isnan(raw)
    shuffled, noise = raw.copy(), raw.copy()
    shuffled[known] = rng.permutation(raw[known])
    noise[known] = rng.normal(size=int(known.sum()))
    return {"novelty": raw, "days shuffled": shuffled, "Gaussian noise": noise}


def row(nowcaster, observed, raw: np.ndarray, span: int) -> str:
    settings = replace(nowcaster.settings, nowcast=replace(nowcaster.settings.nowcast, span=span))
    split = nowcaster.split(observed.steps)
    series = Series(raw, smooth(raw, span, centred=True))
    standard = Standard.of(series.raw[split.train], series.smoothed[split.train])
    network = new_networks(settings)[1]
    past = Past(observed, split.train, split.validation, split.val_end)
    fit_temporal(settings, past, series, standard, network, Work())
    threshold = float(np.nanquantile(series.smoothed[split.train], 1 - settings.nowcast.alarm_share))
    truth, made = series.smoothed[split.test], []
    for values in (persistence(series.smoothed), nowcast_series(network, series, standard, settings)[:-1]):
        nowcast = values[split.test]
        decisions = decide(nowcast, truth >= threshold, threshold)
        made.append(f"{nash_sutcliffe(nowcast, truth):.3f}, {decisions.f():.3f}")
    return f"{made[0]} | {made[1]} | {int((truth >= threshold).sum())}"


if __name__ == "__main__":
    main()
