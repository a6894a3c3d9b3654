"""Covariates in the nowcasts: one that leads events is found, the same with its days shuffled is not.

Run: python benchmarks/channels.py [--seeds 5 --days 3000]

Worlds of `covariate_world`: 16 cells, one event a day, whose rate follows the covariate of the day before. A perfect
nowcast of it gains ½ β² nats an event over the mean rate, some of which the events before tell too. By place: networks
with the covariate, and with its days shuffled, against the same network without; fitted once, scored on the last 30 %
of the days. Of the region: the chance of an event of magnitude 4 or above on the next day, likewise.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from machine import machine
from seisweave.evaluation import information_gain
from seisweave.nowcast import (
    AutoencoderOptions,
    BacktestOptions,
    Channel,
    MapOptions,
    NowcastOptions,
    PlaceNetworkOptions,
    PlaceOptions,
    Settings,
    TemporalOptions,
    TrainingOptions,
    WindowOptions,
    backtest,
    read_channel,
    train_nowcaster,
)
from seisweave.synthetic import CovariateOptions, CovariateWorld, covariate_world

BETAS = (0.0, 0.3, 0.8)
NAMES = ("planted", "shuffled")


def channels_of(world: CovariateWorld, seed: int) -> dict[str, list[Channel]]:
    """None, the covariate, and the same in another order, by way of files."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "strain.nc"
        made: dict[str, list[Channel]] = {"none": []}
        for name, each in zip(NAMES, (world, world.shuffled(seed)), strict=True):
            each.dataset().to_netcdf(path, engine="h5netcdf")
            made[name] = [read_channel(path, "strain")]
    return made


def by_place(world: CovariateWorld, seed: int) -> dict[str, np.ndarray]:
    """Gain of each over none, M ≥ 3, with its interval."""
    days = world.options.days
    first, end = (str(world.day[0] + np.timedelta64(k, "D"))[:10] for k in (round(0.7 * days), days))
    cells = PlaceOptions(magnitudes=(3.0, 3.5, 4.0, 4.5), box=world.options.box)
    network = PlaceNetworkOptions(calibration_years=1, calibration_fits=1, rates="sums")
    asked = BacktestOptions(cells, network, WindowOptions(first, end, every_years=20, etas=False), (seed,))
    made = {name: backtest(world.catalog, asked, channels=each) for name, each in channels_of(world, seed).items()}
    none = made["none"]
    number = np.arange(len(none.day))
    gain = {
        name: information_gain(
            made[name].network[seed][:, 0], none.network[seed][:, 0], none.happened[:, 0], day=number
        )
        for name in NAMES
    }
    return {name: np.array([each.value, each.low, each.high]) for name, each in gain.items()}


def by_region(world: CovariateWorld, seed: int) -> dict[str, np.ndarray]:
    """Gain of each over none, M ≥ 4 in the whole region."""
    settings = Settings(
        NowcastOptions(threshold=4.0),
        MapOptions(box=world.options.box, cell_deg=0.1),
        AutoencoderOptions(),
        TemporalOptions(window=20, temporal_epochs=150),
        TrainingOptions(seed=seed, accelerator="cpu"),
    )
    made = {}
    for name, each in channels_of(world, seed).items():
        nowcaster = train_nowcaster(world.catalog, settings, channels=each)
        made[name] = nowcaster.nowcast(world.catalog)
    rows = nowcaster.split(nowcaster.observe(world.catalog).steps).test
    came, number = made["none"].largest[:-1][rows] >= 4.0, np.arange(rows.sum())
    chance = {name: each.probability[:-1][rows] for name, each in made.items()}
    gain = {name: information_gain(chance[name], chance["none"], came, day=number) for name in NAMES}
    return {name: np.array([each.value, each.low, each.high]) for name, each in gain.items()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--days", type=int, default=3000)
    parser.add_argument("--region", action="store_true", help="The region's nowcast; by default that by place.")
    asked = parser.parse_args()
    print(machine())
    print("| β | at most | seed | planted | shuffled |\n|---|---|---|---|---|")
    for beta in BETAS:
        for seed in range(asked.seeds):
            world = covariate_world(CovariateOptions(days=asked.days, beta=beta), seed=seed)
            found = (by_region if asked.region else by_place)(world, seed)
            told = [f"{v:+.3f} [{low:+.3f}, {high:+.3f}]" for v, low, high in (found[name] for name in NAMES)]
            print(f"| {beta:g} | {world.options.gain_nats:.3f} | {seed} | {' | '.join(told)} |", flush=True)


if __name__ == "__main__":
    main()
