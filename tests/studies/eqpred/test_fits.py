"""Fits are shared, kept whole, and never made twice; their keys outlive a move of files."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.nowcast.worlds import MAPS, precursor_world

from seisweave.nowcast.region.options import NowcastOptions
from seisweave.studies.eqpred.days import paper_days
from seisweave.studies.eqpred.fits.files import Fit, key_of, read_fit, write_fit
from seisweave.studies.eqpred.fits.plan import chains_of, fit_of, key_of_predictor, trials_of
from seisweave.studies.eqpred.fits.train import disturbed, fit_predictor
from seisweave.studies.eqpred.fits.workers import run_chains
from seisweave.studies.eqpred.models.registry import MODELS

KEYS = {  # of version 0.1: fits that are kept stay known when files move
    "Mlp": "aa4bf3fefd54101f3d22a6ca",
    "Lstm": "c3cf2baf70c464453bf2aa7e",
    "Conv2dFc": "458c2532f1131325845c0d44",
    "Conv2dLstm": "514275bad25aac0436eb002d",
    "ConvLstmFc": "7481f156900d7d5de0860334",
    "DenseAutoencoder": "44a36120fbca6eab60a33d7a",
    "MlpPredictor": "2b46ecba3298794403755d49",
    "LstmPredictor": "ea4d4cecb0e4fa8fcf762782",
    "Conv1dPredictor": "03d0e5c489de444a487c3a48",
    "ConvAutoencoder": "814ab5142bb689231c2c29a3",
    "Autoencoder": "28a427d97078031a2b0ea804",
    "TemporalNetwork": "f49614017003ef83ffb8b0b8",
    "VariationalAutoencoder": "4a5379fd1fbd2ef25bca974a",
}


def few_epochs(model, epochs=2):
    parts = {name: getattr(model, name) for name in ("single", "autoencoder", "predictor")}
    short = {n: replace(p, training=replace(p.training, epochs=epochs)) for n, p in parts.items() if p is not None}
    return replace(model, **short)


@pytest.fixture(scope="module")
def days():
    return paper_days(precursor_world(700), NowcastOptions(protocol="paper", threshold=4.5), MAPS)


def test_fits_kept_by_earlier_versions_are_found():
    keys = {}
    for model in MODELS.values():
        for part in filter(None, (model.single, model.autoencoder, model.predictor)):
            keys.setdefault(part.network.__name__, key_of(part, "days", 3, "above"))
    assert keys == KEYS


def test_a_fit_is_kept_whole_or_not_at_all(tmp_path):
    fit = Fit({"novelty": np.arange(3.0)}, {"seconds": 1.5})
    write_fit(fit, tmp_path, "one")
    again = read_fit(tmp_path, "one")
    assert again.series["novelty"].tolist() == [0, 1, 2]
    assert again.facts == {"seconds": 1.5}
    assert read_fit(tmp_path, "none") is None
    (tmp_path / "one.npz").write_bytes((tmp_path / "one.npz").read_bytes()[:-40])
    assert read_fit(tmp_path, "one") is None, "a torn file is no fit"


def test_the_name_of_a_fit_says_what_it_depends_on():
    part = MODELS["MLP"].single
    names = {key_of(part, "days", 0), key_of(part, "days", 1), key_of(part, "others", 0)}
    names |= {key_of(part.trial(window=3), "days", 0), key_of(MODELS["LSTM"].single, "days", 0)}
    assert len(names) == 5
    on_other_devices = replace(part, training=replace(part.training, accelerator="cpu"))
    assert key_of(on_other_devices, "days", 0) == key_of(part, "days", 0)


def test_trials_stay_within_the_paper_s_ranges():
    trials = trials_of(MODELS["Conv2D-FC"], 6)
    assert trials[0] == MODELS["Conv2D-FC"]
    assert 2 <= len(trials) <= 7
    for trial in trials[1:]:
        for name, values in trial.single.ranges.items():
            assert getattr(trial.single.options, name) in values
    assert trials == trials_of(MODELS["Conv2D-FC"], 6)


@pytest.mark.slow_without_compiler
def test_fits_are_shared_and_never_made_twice(tmp_path, days):
    models = [few_epochs(MODELS[name]) for name in ("MLP", "MLP+MLP", "MLP+LSTM")]
    chains = chains_of(models, [days], range(1))
    assert len(chains) == 2, "an autoencoder and a single network"
    run_chains(chains, [days], tmp_path, jobs=1)
    made = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.npz")}
    assert len(made) == 4
    run_chains(chains, [days], tmp_path, jobs=1)
    assert made == {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    lost = key_of_predictor(models[1], days, 0)
    before = read_fit(tmp_path, lost).series["forecast"]
    (tmp_path / f"{lost}.npz").unlink()
    run_chains(chains, [days], tmp_path, jobs=1, until=0.0)
    assert fit_of(models[1], days, 0, tmp_path) is None, "no time was left"
    run_chains(chains, [days], tmp_path, jobs=1)
    assert read_fit(tmp_path, lost).series["forecast"].tobytes() == before.tobytes()


@pytest.mark.slow_without_compiler
def test_a_failure_is_kept_and_said(tmp_path, days):
    wild = few_epochs(MODELS["MLP"], 20)
    wild = replace(wild, single=replace(wild.single, training=replace(wild.single.training, learning_rate=9.0)))
    model = replace(wild, single=replace(wild.single, network=Exploding))
    run_chains(chains_of([model], [days], range(1)), [days], tmp_path, jobs=1)
    assert "the loss is" in fit_of(model, days, 0, tmp_path).facts["failed"]


class Exploding(torch.nn.Module):
    def __init__(self, shape, options):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def forward(self, maps):
        return maps.mean(dim=(2, 3)) * self.weight

    def loss(self, batch):
        return self.weight.sum() * float("nan")


@pytest.mark.slow_without_compiler
def test_the_paper_s_protocol_scores_high_where_there_is_nothing_to_know(days):
    """Noise with its days in no order, smoothed by a centred LOESS of 11 days: the network learns the smoother."""
    raw = np.random.default_rng(3).gamma(1.0, size=len(days.observed))
    wide = replace(days, nowcast=replace(days.nowcast, span=11))
    part = few_epochs(MODELS["EQPRED"], 60).predictor.trial(window=20, filters=8)
    made = fit_predictor(part, wide, disturbed(raw, "shuffled", 0, paper=True), 0)
    judged = days.test
    error = made.series["forecast"][:-1][judged] - made.series["truth"][judged]
    assert 1 - error.var() / made.series["truth"][judged].var() > 0.8
