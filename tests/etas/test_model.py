"""Models fitted to catalogs: what is chosen and told, kept on disk, refused when it is damaged."""

import json
from dataclasses import replace

import numpy as np
import pytest

import seisweave as sw
from seisweave import InputError
from seisweave.catalog import Catalog
from seisweave.etas import EtasDomain, EtasOptions, choose_etas, fit_etas, fit_events, open_etas
from seisweave.etas.domain import day_of, instant_of
from seisweave.report.told.etas import in_words
from seisweave.stored_json import digest_of
from seisweave.synthetic import EtasOptions as WorldOptions
from seisweave.synthetic import etas_world

BOX = (12.0, 14.0, 42.0, 44.0)


@pytest.fixture(scope="module")
def catalog():
    return etas_world(WorldOptions(box=BOX, days=1500, background_per_day=0.3), seed=3).catalog


@pytest.fixture(scope="module")
def model(catalog):
    return fit_etas(catalog, EtasOptions("adaptive", completeness=2.5))


def moved(catalog, turn):
    longitude = (catalog.longitude + turn + 180.0) % 360.0 - 180.0
    return replace(catalog, longitude=longitude)


@pytest.mark.slow_without_compiler
def test_a_region_across_the_date_line_is_fitted_as_any_other(catalog, model):
    elsewhere = fit_etas(moved(catalog, 167.0), EtasOptions("adaptive", completeness=2.5))
    assert elsewhere.n_targets == model.n_targets
    assert elsewhere.log_likelihood == pytest.approx(model.log_likelihood, abs=0.5)
    assert elsewhere.domain.area_km2 == pytest.approx(model.domain.area_km2, rel=1e-6)


@pytest.mark.slow_without_compiler
def test_what_was_chosen_is_told(catalog):
    chosen = choose_etas(catalog, EtasOptions())
    told = " | ".join(chosen.lines)
    for words in ("region from the catalog: 12 to 14", "complete from magnitude", "fitted from", "history only"):
        assert words in told
    unknown = replace(catalog, magnitude=np.where(np.arange(len(catalog)) < 7, np.nan, catalog.magnitude))
    assert choose_etas(unknown, EtasOptions()).lines[0].startswith(f"7 of {len(catalog):,} events without")


@pytest.mark.slow_without_compiler
def test_events_that_share_one_place_are_told_and_so_is_a_fit_that_rests_on_them(catalog):
    large = int(np.argmax(catalog.magnitude))
    since = catalog.times - catalog.times[large]
    piled = (since >= np.timedelta64(0, "s")) & (since < np.timedelta64(60, "D"))  # as at San Fernando in 1971
    turned = replace(
        catalog,
        longitude=np.where(piled, 13.0, catalog.longitude),
        latitude=np.where(piled, 43.0, catalog.latitude),
    )
    options = EtasOptions("standard", completeness=3.0)
    n = int((piled & (catalog.magnitude >= 3.0)).sum())
    assert f"{n - 1:,} of " in choose_etas(turned, options).lines[-1]
    assert f"the very place of another, {n:,} at 43 north, 13 east" in choose_etas(turned, options).lines[-1]
    assert not any("very place" in line for line in choose_etas(catalog, options).lines)
    found = {"branching_ratio_95": (0.5, 0.6), "branching_ratio": 0.5, "b": 1.0, "corner_magnitude": 8.0,
             "corner_magnitude_found": False, "largest_residual": 1.0, "band_of_residuals": 2.0}  # fmt: skip
    narrow, usual = fit_etas(turned, options), fit_etas(catalog, options)
    assert narrow.narrowest_km < 1e-6
    assert usual.narrowest_km > 1.0
    assert any("events that share one place" in line for line in in_words(narrow, found))
    assert not any("share one place" in line for line in in_words(usual, found))


@pytest.mark.slow_without_compiler
def test_targets_and_history_are_those_of_the_options(catalog):
    options = EtasOptions("standard", completeness=3.0, fit_region="12,42 13,42 13,44 12,44", fit_from="1991-01-01",
                          fit_until="1993-06-01")  # fmt: skip
    model = fit_etas(catalog, options)
    events = model.events(catalog)
    inside = (catalog.longitude < 13.0) & (catalog.magnitude >= 3.0 - 1e-9)
    span = (catalog.times >= np.datetime64("1991-01-01")) & (catalog.times < np.datetime64("1993-06-01"))
    assert model.n_targets == len(events.targets) == (inside & span).sum()
    assert len(events) == (inside & (catalog.times < np.datetime64("1993-06-01"))).sum()
    assert str(instant_of(events.start)) == "1991-01-01T00:00:00.000000"


@pytest.mark.slow_without_compiler
def test_a_model_comes_back_from_its_folder(catalog, model, tmp_path):
    model.write(tmp_path / "model")
    again = open_etas(tmp_path / "model")
    assert (again.value, again.scales, again.form) == (model.value, model.scales, model.form)
    np.testing.assert_array_equal(again.covariance, model.covariance)
    later = model.events(catalog, "1993-06-01", "1994-01-01")
    np.testing.assert_array_equal(again.score(later).tll, model.score(later).tll)
    assert sw.open_result(tmp_path / "model").value == model.value


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("value", "main.omega"), None),
        (("value", "main.omega"), 1e9),
        (("value",), {"main.omega": 0.1}),
        (("covariance",), [[1.0]]),
        (("scales", "spacing", "sd"), 0.0),
        (("scales",), {}),
        (("domain", "corners"), [[0, 0], [1, 1]]),
        (("domain", "corners"), [[0, 0], [200, 0], [200, 50], [0, 50]]),
        (("domain", "min_magnitude"), 99),
        (("n_targets",), -5),
        (("magnitudes", "b"), -1.0),
        (("magnitudes", "min_magnitude"), 1.0),
        (("start",), "2099-01-01"),
        (("form", "kernels"), []),
        (("form", "backgrounds"), ["uniform", "uniform"]),
        (("options", "form"), "other"),
        (("kind",), "seisweave nowcaster"),
    ],
)
def test_a_model_of_a_stranger_is_refused_in_one_line(model, tmp_path, path, value):
    model.write(tmp_path)
    content = json.loads((tmp_path / "model.json").read_text())
    place = content
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    noted = {k: v for k, v in content["sha256"].items() if k != "model"}
    content["sha256"] = noted | {"model": digest_of({**content, "sha256": noted})}  # the digest of a stranger fits
    (tmp_path / "model.json").write_text(json.dumps(content))
    with pytest.raises(InputError) as refusal:
        open_etas(tmp_path)
    assert "\n" not in str(refusal.value)
    assert str(tmp_path) in str(refusal.value)


@pytest.mark.slow_without_compiler
def test_a_changed_number_is_seen(model, tmp_path):
    model.write(tmp_path)
    text = (tmp_path / "model.json").read_text()
    (tmp_path / "model.json").write_text(text.replace('"n_targets": ', '"n_targets": 1'))
    with pytest.raises(InputError, match="damaged"):
        open_etas(tmp_path)


def small(n, **columns):
    day = np.datetime64("2020-01-01T00:00:00", "us") + np.arange(n) * np.timedelta64(36, "h")
    usual = {
        "times": day, "longitude": 13.0 + 0.01 * np.arange(n), "latitude": np.full(n, 43.0),
        "depth_km": np.full(n, 8.0), "magnitude": np.full(n, 3.0), "ids": np.arange(n).astype(str),
    }  # fmt: skip
    return Catalog(**{**usual, **columns})


@pytest.mark.parametrize(
    ("catalog", "options", "words"),
    [
        (small(0), {}, "none of 0 events has a time and a magnitude"),
        (small(3, magnitude=np.full(3, np.nan)), {}, "none of 3 events"),
        (small(3), {}, "give --completeness"),
        (small(1), {"completeness": 2.0}, "is empty"),
        (small(9), {"completeness": 5.0}, "reaches magnitude 5"),
        (small(9), {"completeness": 2.0, "fit_region": "0,0 1,0 1,1"}, "none of 9 events lies in the region"),
        (small(9), {"completeness": 2.0, "fit_until": "2001-01-01"}, "no event before 2001-01-01"),
        (small(9), {"completeness": 2.0, "fit_from": "2030-01-01"}, "is empty"),
        (small(9, longitude=np.linspace(-170, 170, 9)), {"completeness": 2.0}, "one plane holds 2,500"),
    ],
)
def test_bad_input_is_refused_with_what_to_do(catalog, options, words):
    with pytest.raises(InputError) as refusal:
        choose_etas(catalog, EtasOptions(**options))
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.slow_without_compiler
def test_a_few_events_of_one_magnitude_are_fitted_by_the_priors():
    model = fit_etas(small(12), EtasOptions("full", completeness=3.0))
    assert np.isfinite(list(model.value.values())).all()
    assert model.n_targets == 9
    assert np.isfinite(model.score(model.events(small(12))).tll).all()


def test_a_model_without_a_catalog_is_not_written(tmp_path):
    domain = EtasDomain.of_box(BOX, 3.0)
    events = domain.events(small(12), "2020-01-03", "2020-02-01")
    model = fit_events(events, EtasOptions("standard"))
    with pytest.raises(InputError, match="not to a catalog"):
        model.write(tmp_path)


def test_instants_come_back_from_days():
    time = np.datetime64("2019-07-06T03:19:53.040", "us")
    assert instant_of(day_of(time)) == time


def test_magnitudes_in_steps_count_from_half_a_step_below():
    some = small(4, magnitude=np.array([2.44, 2.46, 2.5 - 1e-12, 2.6]))
    assert EtasDomain.of_box(BOX, 2.5, 0.1).counts(some).tolist() == [False, True, True, True]
    assert EtasDomain.of_box(BOX, 2.5).counts(some).tolist() == [False, False, True, True]


@pytest.mark.slow_without_compiler
def test_a_model_can_be_looked_at(model, catalog):
    assert f"fitted to {model.n_targets:,} events, M ≥ 2.5" in repr(model)
    table = model.to_pandas()
    assert table.value.to_dict() == dict(model.value)
    assert table.loc["main.delay", "meaning"] == "c, days"
    assert len(model.plot().axes[0].get_yticks()) == len(table)
    assert model.plot(catalog, title="Mine").get_suptitle() == "Mine"
