"""The prospective nowcast in an expanding window: refitted every five years on everything before, scored on what came.

Run: python benchmarks/nowcast_backtest.py CATALOG [--refits 1995 2000 2005 2010 2015 2020] [--end 2026] [--seed 0]
     [--jobs 1] [--epochs 100] [--threshold 4.5]

A single test of a few years holds too few extreme events to resolve anything. Each refit trains on all days from 1981
on but the last two years before it, which validate. Probabilities of all refits are scored together, beside baselines
refitted at the same times. Quarry blasts are left out, the gap of 2019 is masked.
"""

from __future__ import annotations

import argparse
import json

import numpy as np
from joblib import Parallel, delayed

from machine import machine
from seisweave.catalog import Catalog, read_catalog
from seisweave.cli.nowcast_scores import baselines
from seisweave.evaluation import brier_skill, information_gain, pr_auc, roc_auc
from seisweave.nowcast import MapOptions, Nowcaster, NowcastOptions, Settings, TrainingOptions

GAP = "2019-10-15T07:07/2019-12-12T07:44"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalog")
    parser.add_argument("--refits", type=int, nargs="+", default=[1995, 2000, 2005, 2010, 2015, 2020])
    parser.add_argument("--first", type=int, default=1981)
    parser.add_argument("--end", type=int, default=2026)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--threshold", type=float, default=4.5)
    arguments = parser.parse_args()
    print(machine(), json.dumps(vars(arguments)))
    catalog = read_catalog(arguments.catalog)
    ends = [*arguments.refits[1:], arguments.end]
    spans = list(zip(arguments.refits, ends, strict=True))
    parts = Parallel(n_jobs=arguments.jobs)(delayed(refit)(catalog, arguments, *span) for span in spans)
    report(parts)


def refit(catalog: Catalog, arguments: argparse.Namespace, year: int, end: int) -> dict[str, np.ndarray]:
    """Fit on everything before a year, and nowcast until another: probabilities, rivals, what happened."""
    settings = Settings(
        NowcastOptions(
            threshold=arguments.threshold,
            start=f"{arguments.first}-01-01",
            train_end=f"{year - 2}-01-01",
            val_end=f"{year}-01-01",
            end=f"{end}-01-01",
        ),
        MapOptions(not_event_type="qb", gaps=GAP),
        training=TrainingOptions(seed=arguments.seed, epochs=arguments.epochs, accelerator="cpu"),
    )
    nowcaster = Nowcaster.fit(catalog, settings)
    made = nowcaster.nowcast(catalog, until=np.datetime64(f"{end}-01-01", "us"))
    past = (made.start < nowcaster.model.fitted.known_until) & ~np.isnan(made.probability) & ~np.isnan(made.largest)
    test = (made.start >= nowcaster.model.fitted.known_until) & ~np.isnan(made.largest)
    happened = np.nan_to_num(made.largest, nan=-np.inf) >= arguments.threshold
    said = {"nowcast": made.probability, **baselines(made, happened, past)}
    said["Poisson"] = np.full(len(made), nowcaster.model.fitted.calibration.base_rate)
    said |= {"happened": happened, "day": made.start.astype("datetime64[D]").astype(int)}
    print(f"{year} to {end}: {int(happened[test].sum())} positives", flush=True)
    return {name: values[test] for name, values in said.items()}


def report(parts: list[dict[str, np.ndarray]]) -> None:
    """One table: every model over Poisson, the nowcast over the neuron."""
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    happened, day, poisson = joined.pop("happened"), joined.pop("day"), joined.pop("Poisson")
    print(f"\n{len(day)} days, {int(happened.sum())} positives\n")
    base = f"base rate {happened.mean():.4f}"
    print(f"| model | nats per positive over Poisson | Brier skill | PR-AUC ({base}) | ROC-AUC |")
    print("|---|---|---|---|---|")
    joined["base rate of the test"] = np.full(len(day), happened.mean())
    for name, p in joined.items():
        gain = information_gain(p, poisson, happened, day=day)
        scores = f"{brier_skill(p, poisson, happened):.3f} | {pr_auc(p, happened):.3f} | {roc_auc(p, happened):.3f}"
        print(f"| {name} | {gain.value:+.2f} [{gain.low:+.2f}, {gain.high:+.2f}] | {scores} |")
    over = information_gain(joined["nowcast"], joined["neuron"], happened, day=day)
    print(f"\nnowcast over neuron: {over.value:+.3f} [{over.low:+.3f}, {over.high:+.3f}] nats per positive")


if __name__ == "__main__":
    main()
