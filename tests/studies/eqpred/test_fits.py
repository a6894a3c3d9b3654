"""Fits are shared, kept whole, and never made twice; their keys outlive a move of files."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.nowcast.worlds import MAPS, precursor_world

from seisweave.nowcast.region.novelty import smooth
from seisweave.nowcast.region.options import NowcastOptions
from seisweave.nowcast.seeding import seeded
from seisweave.studies.eqpred.days import paper_days
from seisweave.studies.eqpred.fits.code import codes_of, fit_codes, nowcast_codes
from seisweave.studies.eqpred.fits.files import Fit, key_of, read_fit, write_fit
from seisweave.studies.eqpred.fits.plan import chains_of, fit_of, key_of_predictor, trials_of
from seisweave.studies.eqpred.fits.search import search_settings
from seisweave.studies.eqpred.fits.train import disturbed, fit_predictor
from seisweave.studies.eqpred.fits.workers import run_chains
from seisweave.studies.eqpred.models.code_network import CodeNetwork
from seisweave.studies.eqpred.models.registry import CODE, MODELS
from seisweave.studies.eqpred.options import Effort, Fitting
from seisweave.studies.eqpred.rows import model_row

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
    "CodeNetwork": "f6427a3bf01092d51e487236",
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
    for part in (MODELS["Conv2D-FC"].single, MODELS["MLP+MLP"].autoencoder, MODELS["MLP+MLP"].predictor):
        trials = trials_of(part, 6, "name")
        assert trials[0] == part
        assert 2 <= len(trials) <= 7
        for trial in trials[1:]:
            for name, values in part.ranges.items():
                assert trial.setting(name) in values
        assert trials == trials_of(part, 6, "name")


def test_what_is_tried_of_each_network():
    """Batch, step size, layers and autoencoders, but never what a row is about."""
    assert {"batch", "learning_rate", "layers", "units", "window"} <= MODELS["MLP"].single.ranges.keys()
    assert {"batch", "learning_rate", "layers", "bottleneck"} <= MODELS["MLP+LSTM"].autoencoder.ranges.keys()
    assert {"learning_rate", "layers"} <= MODELS["MLP+LSTM"].predictor.ranges.keys()
    assert "bottleneck" in MODELS["EQPRED"].autoencoder.ranges
    assert "bottleneck" not in MODELS["latent 64"].autoencoder.ranges
    assert MODELS["W/O skip connections"].autoencoder.trial(bottleneck=64, batch=16).options.short_skips is False


def test_a_search_chooses_part_by_part(tmp_path, monkeypatch, days):
    """An autoencoder by its maps, a predictor by its error on the novelty of that one; controls take the same."""
    names = ("EQPRED", "EQPRED, days shuffled", "MLP")
    made = []

    def fits(models, days, seeds, fitting):
        for model in models:
            part = model.single or model.predictor or model.autoencoder
            made.append(model)
            if model.single or model.predictor:
                truth = np.random.default_rng(0).normal(size=len(days[0].observed))
                series = {"truth": truth, "forecast": np.append(truth + part.training.learning_rate, 0.0)}
                key = key_of(part, days[0].identity, 0) if model.single else key_of_predictor(model, days[0], 0)
            else:
                series, key = {}, key_of(part, days[0].identity, 0)
            write_fit(Fit(series, {"validation_loss": -float(part.training.batch)}), tmp_path, key)

    monkeypatch.setattr("seisweave.studies.eqpred.fits.search.make_fits", fits)
    search = search_settings([MODELS[name] for name in names], days, 8, Fitting.begin(Effort(), tmp_path))
    chosen = dict(zip(names, search.models, strict=True))
    assert chosen["EQPRED"].autoencoder.training.batch == 128
    assert chosen["EQPRED"].predictor.training.learning_rate == 1e-3
    assert chosen["MLP"].single.training.learning_rate == 3e-4
    assert chosen["EQPRED, days shuffled"] == replace(
        chosen["EQPRED"], name="EQPRED, days shuffled", disturb="shuffled"
    )
    assert {model.autoencoder for model in made if model.predictor} == {chosen["EQPRED"].autoencoder}
    assert not any(model.disturb for model in made), "a control is not tuned on what it cannot know"
    assert search.trials.groupby(["model", "part"]).chosen.sum().eq(1).all()


@pytest.mark.parametrize("name", ["energy", "count", "max_magnitude"])
def test_maps_without_a_unit_are_scaled_by_the_training_days(name):
    world = precursor_world(300)
    made = paper_days(world, NowcastOptions(protocol="paper", threshold=4.5), replace(MAPS, value=name))
    power = float(np.mean(np.square(made.scaled(made.observed.maps[made.train]), dtype=float)))
    assert (abs(power - 1.0) < 1e-5) is (name != "max_magnitude")
    assert (made.map_scale == 1.0) is (name == "max_magnitude")


def test_codes_are_nowcast_as_eq_8_says(tmp_path, days):
    """From the autoencoder that novelty rests on; a fit kept without codes is made again, the same."""
    both = [few_epochs(MODELS[name], 3) for name in ("EQPRED", CODE)]
    small = [replace(m, predictor=m.predictor.trial(window=8, filters=4)) for m in both]
    run_chains(chains_of(small, [days], range(1)), [days], tmp_path, jobs=1)
    kept = fit_of(small[0], days, 0, tmp_path, autoencoder=True)
    code = kept.series["code"]
    assert code.shape == (len(days.observed), 16)
    made = fit_of(small[1], days, 0, tmp_path)
    z = np.column_stack([smooth(each, 5, centred=True) for each in code.T])
    z = (z - z[days.train].mean(axis=0)) / z[days.train].std(axis=0)
    assert made.series["truth"] == pytest.approx(np.sqrt((z**2).mean(axis=1)))
    assert np.isnan(made.series["forecast"][:8]).all()
    assert np.isfinite(made.series["forecast"][8:]).all()
    assert model_row(small[1], days, [0], tmp_path).by_seed[0]["nse"] == made.facts["nse"] < 1.0
    name = key_of(small[0].autoencoder, days.identity, 0)
    write_fit(Fit({"novelty": kept.series["novelty"]}, kept.facts), tmp_path, name)
    (tmp_path / f"{key_of_predictor(small[1], days, 0)}.npz").unlink()
    run_chains(chains_of(small, [days], range(1)), [days], tmp_path, jobs=1)
    assert read_fit(tmp_path, name).series["code"].tobytes() == code.tobytes()


def test_a_code_that_repeats_is_nowcast(days):
    """Two numbers that come back every four days are known; their nowcast knows nothing of the day itself."""
    step = np.arange(len(days.observed))
    raw = np.column_stack([np.sin(np.pi * step / 2), np.cos(np.pi * step / 2)])
    plain = replace(days, nowcast=replace(days.nowcast, span=1))
    part = MODELS[CODE].predictor.trial(window=8, filters=8, epochs=150)
    assert fit_codes(part, plain, raw, 0).facts["nse"] > 0.95
    inputs, ends = codes_of(raw, plain).inputs, np.arange(290, 315)
    with seeded(0):
        network = CodeNetwork(part.options, len(inputs), 2)
    changed = inputs.copy()
    changed[:, 300] += 3.0
    moved = (nowcast_codes(network, changed, ends) != nowcast_codes(network, inputs, ends)).any(axis=1)
    assert ends[moved].min() == 301
    assert ends[moved].max() <= 308


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


def test_the_paper_s_protocol_scores_high_where_there_is_nothing_to_know(days):
    """Noise with its days in no order, smoothed by a centred LOESS of 11 days: the network learns the smoother."""
    raw = np.random.default_rng(3).gamma(1.0, size=len(days.observed))
    wide = replace(days, nowcast=replace(days.nowcast, span=11))
    part = few_epochs(MODELS["EQPRED"], 60).predictor.trial(window=20, filters=8)
    made = fit_predictor(part, wide, disturbed(raw, "shuffled", 0, paper=True), 0)
    judged = days.test
    error = made.series["forecast"][:-1][judged] - made.series["truth"][judged]
    assert 1 - error.var() / made.series["truth"][judged].var() > 0.8
