"""A small result folder of every kind that is no network, by the writers of the commands."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

import numpy as np
from tests.etas.planted import model_of
from tests.fuzz.valid_folders import _catalog, lay
from tests.nowcast.worlds import make_catalog
from tests.report.conftest import planted_network

import seisweave as sw
from seisweave.catalog.projection import LocalProjection
from seisweave.faults.assign import assign_events
from seisweave.faults.mapped import MappedFaults, MappedOptions, compare_with_mapped
from seisweave.faults.matching import match_networks
from seisweave.faults.mechanisms import MechanismOptions, compare_mechanisms, read_mechanisms


def make(kind: str, folder: Path, word: str) -> Path:
    """A folder of a kind, `word` in what it says of where it comes from."""
    _MAKERS[kind](folder, {"source": word, "selection": word, "notes": [word]})
    return folder


@cache
def network():
    made, xyz_km = planted_network(240)
    events = _catalog(40)
    rows = replace(events.take(np.arange(240) % len(events)), ids=np.arange(240).astype(str))
    here = LocalProjection(-117.5, 34.0)
    longitude, latitude = here.to_geographic(xyz_km[:, 0], xyz_km[:, 1])
    source = replace(rows, longitude=longitude, latitude=latitude, depth_km=xyz_km[:, 2])
    return replace(made, source=source, projection=here, input_sha256="ab" * 32)


@cache
def events():
    """A year of events that cluster, within one degree."""
    rng = np.random.default_rng(5)
    day = np.concatenate([rng.uniform(0, 400, 150), 100 + rng.exponential(2.0, 50)])
    longitude, latitude = rng.uniform(-117.9, -117.1, 200), rng.uniform(34.1, 34.9, 200)
    longitude[150:], latitude[150:] = rng.normal(-117.5, 0.01, (2, 50)) + np.array([[0.0], [152.0]])
    return make_catalog(day, 2.0 + rng.exponential(0.5, 200), longitude, latitude)


def _condensed(folder: Path, told: dict) -> None:
    from seisweave.condensation import CondensationOptions, condense
    from seisweave.synthetic import southern_california_like

    catalog = southern_california_like(seed=1, n_events=60).catalog.with_depth()
    sw.write_result(condense(catalog, CondensationOptions(samples=5, assign_samples=10)), folder, told=told)


def _declustered(folder: Path, told: dict) -> None:
    from seisweave.catalog.declustering.decluster import decluster
    from seisweave.catalog.declustering.options import DeclusterOptions

    sw.write_result(decluster(events(), DeclusterOptions(method="gardner-knopoff")), folder, told=told)


def _assigned(folder: Path, told: dict) -> None:
    here = network().source
    half = replace(here, ids=np.char.add("new", here.ids), times=here.times + np.timedelta64(900, "D"))
    sw.write_result(assign_events(network(), half.take(np.arange(60)), jobs=1), folder, told=told | {"network": "n"})


def _mechanisms(folder: Path, told: dict) -> None:
    listed = folder.with_suffix(".csv")
    listed.write_text("id,strike,dip,rake\n" + "".join(f"{k},{320 + k % 9},80,180\n" for k in range(60)))
    found = compare_mechanisms(network(), read_mechanisms(listed), MechanismOptions(draws=20))
    sw.write_result(found, folder, told=told)


def _matched(folder: Path, told: dict) -> None:
    sw.write_result(match_networks(network(), network()), folder, told=told | {"first": "one", "second": "two"})


def _compared(folder: Path, told: dict) -> None:
    points = np.array([[-117.9, 34.0, 0.0], [-117.1, 34.1, 0.0]])
    mapped = MappedFaults("traces", ("<Elsinore>",), points, np.array([[0, 1, 1]]), np.array([0]))
    sw.write_result(compare_with_mapped(network(), mapped, MappedOptions(draws=20), jobs=1), folder, told=told)


def _exported(folder: Path, told: dict) -> None:
    from seisweave.faults.exports import ExportOptions, export_network

    folder.mkdir()
    notes = export_network(network(), ["csv", "geojson"], folder, ExportOptions())
    content = {"formats": ["csv", "geojson"], **told, "options": asdict(ExportOptions()), "version": "0"}
    (folder / "exports.json").write_text(json.dumps(content | {"notes": [*notes, *told["notes"]]}))


@cache
def densities():
    past = events().select(end="2000-09-01")
    made = [sw.make_forecast(past, sw.ForecastOptions(model=name)) for name in ("uniform", "adaptive")]
    return {each.name: each for each in made}


def _forecast(folder: Path, told: dict) -> None:
    sw.write_result(next(iter(densities().values())), folder, told=told)


def scored():
    return sw.score_forecasts(densities(), events().select(start="2000-09-01"))


def _scores(folder: Path, told: dict) -> None:
    sw.write_result(scored(), folder, told=told)


def _issued(folder: Path, told: dict) -> None:
    from tests.issued.test_scores import catalog_of, said

    from seisweave.issued import evaluate_issued
    from seisweave.report.results.issued import write_issued_scores_folder

    folder.mkdir()
    share, record = np.full((2, 3), 1.0 / 6.0), folder.with_name(f"{folder.name} on record")
    for day in range(6):
        said(day, 0.5, 0.3, share).write(record)
    came = catalog_of(
        np.datetime64("2019-01-01", "us") + np.arange(20) * np.timedelta64(1, "D"), np.random.default_rng(1)
    )
    write_issued_scores_folder(evaluate_issued(record, came), folder, told)


@cache
def _etas():
    from seisweave.etas import MagnitudeLaw

    law, box = MagnitudeLaw(2.5, b=1.0, corner_magnitude=7.0, bin_width=0.01), (-118.0, -117.0, 34.0, 35.0)
    made = model_of(law=law, box=box, span=("2000-01-20", "2000-10-01"))
    return replace(made, n_targets=int((events().magnitude >= 2.5).sum()))


def _etas_fit(folder: Path, told: dict) -> None:
    sw.write_result(_etas(), folder, told=told, catalog=events(), jobs=1)


def _etas_simulated(folder: Path, told: dict) -> None:
    from seisweave.etas import SimulateOptions, forecast_etas

    made = forecast_etas(_etas(), events(), "2000-11-01", 7.0, SimulateOptions(n_catalogs=20), jobs=1)
    sw.write_result(made, folder, told=told)


def _etas_tested(folder: Path, told: dict) -> None:
    from seisweave.etas import EtasBacktestOptions, backtest_etas

    options = EtasBacktestOptions(start="2000-11-01", end="2000-11-04", n_catalogs=20)
    sw.write_result(backtest_etas(_etas(), events(), options, jobs=1), folder, told=told)


def _etas_compared(folder: Path, told: dict) -> None:
    from seisweave.etas import compare_models

    sw.write_result(compare_models({"one": _etas()}, events(), jobs=1), folder, told=told)


def _region(folder: Path, told: dict) -> None:
    beside = folder.with_name(f"{folder.name} model")
    beside.mkdir()
    sw.write_result(sw.open_result(lay("region", beside)), folder, told=told, catalog=_catalog(), maps=False)


def _place(folder: Path, told: dict) -> None:
    beside = folder.with_name(f"{folder.name} model")
    beside.mkdir()
    sw.write_result(sw.open_result(lay("place", beside)), folder, told=told, catalog=_catalog())


def _backtest(folder: Path, told: dict) -> None:
    from tests.nowcast.place.worlds import PLACE

    from seisweave.nowcast.place import Backtest
    from seisweave.nowcast.place.judged import judge_backtest

    rng = np.random.default_rng(2)
    rate = np.array([0.05, 0.03, 0.02, 0.02])[:, None, None] * np.ones((4, 2, 2))
    chances = [np.clip(rate * rng.uniform(0.5, 2.0, (200, 4, 2, 2)), 1e-6, 0.9) for _ in range(5)]
    happened = rng.random((200, 4, 2, 2)) < np.broadcast_to(rate, (200, 4, 2, 2))
    day = np.datetime64("2001-01-01", "us") + np.arange(200) * np.timedelta64(1, "D")
    poisson, networks = np.broadcast_to(rate, happened.shape), {0: chances[0], 7: chances[1]}
    made = Backtest(day, happened, networks, chances[2], poisson, chances[3], poisson * 0.9, chances[4], {})
    own = {"kind": "backtest by place", "place": asdict(PLACE)}
    sw.write_result(judge_backtest(made, PLACE), folder, told=own | told)


def _audit(folder: Path, told: dict) -> None:
    from seisweave.nowcast.region.audit import daily_energy, of_function, run_audit

    def seer(catalog):
        days = np.arange("2000-01-01", "2001-02-04", dtype="datetime64[D]")
        return days, daily_energy(catalog, days)

    audited = of_function(seer)
    sw.write_result(run_audit(audited, audited(events()).target, events()), folder, told=told)


def _figure_12(folder: Path, told: dict) -> None:
    from seisweave.studies.figure12 import Figure12, Window
    from seisweave.studies.figure12_models import Figure12Options

    folder.mkdir()
    spans = ("1999-07-01..2003-07-01", "all windows")
    windows = tuple(Window(span, 9, scored(), {"uniform": 0.1}) for span in spans)
    Figure12(Figure12Options(), told["source"], windows, 1.0).write(folder)


def _table(folder: Path, told: dict) -> None:
    from seisweave.studies.eqpred.paper import PaperTable
    from seisweave.studies.eqpred.rows import TableRow

    folder.mkdir()
    rows = [
        TableRow("EQPRED", "joint", {0: {"f1": 0.5, "nse": 0.25}, 1: {"f1": 0.75}}),
        TableRow(told["source"], "joint"),
    ]
    PaperTable("table4", [*rows, TableRow("W/O skip connections", "joint", missing=(1,))], None, {}, about=told).write(
        folder
    )


def _prospective(told: dict):
    from seisweave.studies.eqpred.prospective import ProspectiveTable

    row = {"target": "M ≥ 4", "steps": 90, "positives": 5, "base_rate": 0.05, "seed": 0, "brier_skill": 0.1}
    limits = {"gain_low": 0.1, "gain_high": 0.9, "over_neuron": 0.1, "over_neuron_low": -0.1, "over_neuron_high": 0.3}
    rows = [row | limits | {"model": "EQPRED", "seed": seed, "gain": 0.4 + seed / 10} for seed in (0, 1)]
    rows += [row | {"model": "true base rate", "gain": 2.0}, row | {"model": "<b>one</b>", "gain": 0.0}]
    return ProspectiveTable(rows, {}, {"MLP": [1]}, {"place": told["source"]}, [{"seconds": 1.0}], None, {}, told)


def _prospective_table(folder: Path, told: dict) -> None:
    folder.mkdir()
    _prospective(told).write(folder)


def _side_by_side(folder: Path, told: dict) -> None:
    from seisweave.studies.eqpred.side_by_side import SideBySide

    folder.mkdir()
    SideBySide("table1", {m: _prospective(told) for m in (4.0, 4.5)}, told).write(folder)


def _earthquakenpp(folder: Path, told: dict) -> None:
    """As `seisweave reproduce earthquakenpp` writes it."""
    from seisweave.evaluation import Interval
    from seisweave.storage import write_summary
    from seisweave.studies.earthquakenpp import EarthquakeNppOptions, EarthquakeNppTable, FormScore

    folder.mkdir()
    gains = {part: Interval(0.1, -0.1, 0.3, 9, 0.1) for part in ("tll", "sll", "total")}
    scores = [
        FormScore("SanJac_10", told["source"], np.ones((2, 9)), {"fit_log_likelihood": -9.0}, each)
        for each in (gains, None)
    ]
    made = EarthquakeNppTable(scores, {"SanJac_10": 1e-12}, EarthquakeNppOptions())
    made.table().to_csv(folder / "table.csv", index=False)
    own = {"kind": "earthquakenpp", **asdict(made.options), "difference_to_published_log_intensities": made.difference}
    write_summary(folder, {**own, **told})


def _figures(folder: Path, told: dict) -> None:
    from tests.studies.eqpred.test_figures import OPTIONS

    from seisweave.studies.eqpred.figures import eqpred_figures

    folder.mkdir()
    given = replace(events(), provenance=replace(events().provenance, source=told["source"]))
    eqpred_figures(given, OPTIONS).write(folder)


def _figure_5(folder: Path, told: dict) -> None:
    from tests.smoke.commands import small_figure_5

    from seisweave.report.sensitivity import SensitivityRow
    from seisweave.studies.figure5 import Figure5

    folder.mkdir()
    rows = tuple(
        SensitivityRow("rectangle", 0.1, 0.05, 36, each, 2, 0.75, 0.9, 299.0, 0.5) for each in ("global", "local")
    )
    Figure5(small_figure_5(0), rows, 1.0).write(folder)


_MAKERS: dict[str, Callable[[Path, dict], None]] = {
    "condense": _condensed,
    "catalog decluster": _declustered,
    "network assign": _assigned,
    "network mechanisms": _mechanisms,
    "network match": _matched,
    "network compare": _compared,
    "network export": _exported,
    "forecast": _forecast,
    "evaluate": _scores,
    "evaluate, on record": _issued,
    "etas fit": _etas_fit,
    "etas simulate": _etas_simulated,
    "etas backtest": _etas_tested,
    "etas evaluate": _etas_compared,
    "nowcast train": _region,
    "nowcast place": _place,
    "nowcast place-backtest": _backtest,
    "nowcast audit": _audit,
    "reproduce fig12": _figure_12,
    "reproduce table1": _table,
    "reproduce table1, prospective": _prospective_table,
    "reproduce table1, several thresholds": _side_by_side,
    "reproduce table1, earthquakenpp": _earthquakenpp,
    "reproduce eqpred-figures": _figures,
    "reproduce fig5": _figure_5,
}
KINDS = tuple(_MAKERS)
