"""What large events hide: known limits come back, hidden events have no say, planted parameters are found again."""

from dataclasses import replace
from math import log

import numpy as np
import pytest
from scipy.integrate import quad

from seisweave import InputError
from seisweave.catalog.catalog import Catalog
from seisweave.etas import (
    HELMSTETTER,
    Continuation,
    EtasDomain,
    EtasEvents,
    EtasOptions,
    Inputs,
    MagnitudeLaw,
    ShortTerm,
    SimulateOptions,
    compare_models,
    fit_etas,
    fit_form,
    forecast_etas,
    full_form,
    open_etas,
    rates,
    score_events,
    simulate,
    standard_form,
    thin_as_recorded,
    total_rate_at,
)
from seisweave.etas.domain import instants_of
from seisweave.etas.incompleteness import SHORTEST, Recorded, completeness_at, hidden, recorded
from seisweave.etas.incompleteness_fit import fit_short_term, with_b_value
from seisweave.etas.missed import missed
from seisweave.etas.model import describe
from seisweave.etas.scores import expected_until

PLANTED = {
    "background.uniform": log(0.4),
    "main.productivity": -3.9,
    "main.productivity.magnitude": 1.7,
    "main.delay": log(0.01),
    "main.width": log(0.3),
    "main.width.magnitude": 1.0,
    "main.omega": 0.1,
    "main.tau": log(300.0),
    "main.rho": log(0.8),
}
SHORT = ShortTerm(4.0, 0.75)
LEAST, SIDE = 2.0, 100.0


def few(n=200, seed=1):
    """Times and magnitudes with some large ones among them."""
    rng = np.random.default_rng(seed)
    t = np.sort(np.append([1.0, 1.02, 5.0], 10.0 ** rng.uniform(-2.0, 1.0, n - 3)))
    magnitude = LEAST + rng.exponential(0.4, n)
    magnitude[np.searchsorted(t, [1.0, 1.02, 5.0])] = [6.5, 5.5, 6.0]
    return t, magnitude


def world(seed=3):
    """1,500 days after an M 6.8 that came just before."""
    one = EtasEvents(*np.array([[-1e-6], [0.5 * SIDE], [0.5 * SIDE], [6.8]]), 0.0, 1500.0, SIDE**2, LEAST)
    square = SIDE * np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    plain = describe(standard_form(), one, PLANTED)
    law = MagnitudeLaw(LEAST, 1.0, 7.0)
    setup = Continuation(standard_form(), PLANTED, PLANTED, plain.scales(), plain, law, square)
    return simulate(setup, SimulateOptions(1, seed), jobs=1).joined(0)


def thinned(events, told=True):
    seen = ~hidden(SHORT, events.t_days, events.magnitude, LEAST)
    columns = {name: getattr(events, name)[seen] for name in ("t_days", "x_km", "y_km", "magnitude")}
    span = (events.start, events.end)
    record = recorded(SHORT, columns["t_days"], columns["magnitude"], span, LEAST) if told else None
    return replace(events, **columns, recorded=record)


def plain_inputs(events):
    density = {"uniform": np.full(len(events.targets), 1.0 / events.area_km2)}
    return Inputs(events, {"magnitude": events.over_min}, density, events.targets)


@pytest.fixture(scope="module")
def events():
    return world()


@pytest.fixture(scope="module")
def catalog(events):
    domain = EtasDomain.of_box((-0.45, 0.45, -0.45, 0.45), LEAST)
    longitude, latitude = domain.projection.to_geographic(events.x_km - 0.5 * SIDE, events.y_km - 0.5 * SIDE)
    times = instants_of(10_000.0 + events.t_days)
    ids = np.array([f"e{k}" for k in range(len(events))])
    return Catalog(times, longitude, latitude, np.full(len(ids), 8.0), np.round(events.magnitude, 4), ids=ids)


def naive_limit(short, t, magnitude, when, least):
    """One pair at a time; hidden events hide none."""
    seen = []
    for time, m in zip(t, magnitude, strict=True):
        if m >= limit_of(short, seen, time, least) - 1e-9:
            seen.append((time, m))
    return np.array([limit_of(short, seen, time, least) for time in when])


def limit_of(short, seen, when, least):
    limits = [least]
    for time, m in seen:
        lasts = 10.0 ** ((m - short.a - least) / short.b)
        if lasts >= SHORTEST and 0.0 < when - time < lasts:
            limits.append(min(m, m - short.a - short.b * np.log10(when - time)))
    return max(limits)


def test_the_limit_is_that_of_the_paper_by_hand():
    # M 7.2: an hour after, 7.2 - 4.5 - 0.75 log10(1/24) = 3.735; a day after, 2.7
    assert HELMSTETTER.after(7.2, 1.0 / 24.0) == pytest.approx(3.735, abs=1e-3)
    assert HELMSTETTER.after(7.2, 1.0) == pytest.approx(2.7)
    assert HELMSTETTER.after(7.2, HELMSTETTER.lasts(7.2, 2.5)) == pytest.approx(2.5)
    assert HELMSTETTER.after(4.0, 1e-12) == 4.0  # no event hides a larger one


@pytest.mark.parametrize("seed", range(3))
def test_limits_are_those_of_one_pair_at_a_time(seed):
    t, magnitude = few(seed=seed)
    when = np.sort(np.append(t, np.random.default_rng(seed).uniform(0.0, 11.0, 100)))
    found = completeness_at(SHORT, t, magnitude, when, LEAST)
    np.testing.assert_allclose(found, naive_limit(SHORT, t, magnitude, when, LEAST), rtol=1e-12)
    assert (hidden(SHORT, t, magnitude, LEAST) == (magnitude < naive_limit(SHORT, t, magnitude, t, LEAST) - 1e-9)).all()


def test_thinning_twice_is_thinning_once_and_nothing_looks_ahead(catalog):
    order = np.random.default_rng(1).permutation(len(catalog))
    once = thin_as_recorded(catalog.take(order), SHORT, LEAST)
    assert 0.5 * len(catalog) < len(once) < 0.9 * len(catalog)
    assert thin_as_recorded(once, SHORT, LEAST).ids.tolist() == once.ids.tolist()
    assert once.ids.tolist() == thin_as_recorded(catalog, SHORT, LEAST).ids.tolist()
    half = catalog.times[len(catalog) // 2]
    before = thin_as_recorded(catalog.take(catalog.times < half), SHORT, LEAST)
    assert before.ids.tolist() == once.ids[once.times < half].tolist()
    times = catalog.times.copy()
    times[5] = np.datetime64("NaT")
    assert "e5" not in thin_as_recorded(replace(catalog, times=times), SHORT, LEAST).ids


@pytest.mark.parametrize("span", [(0.0, 11.0), (1.01, 5.003), (7.0, 7.5)])
def test_days_that_are_missed_are_the_integral_of_what_is_hidden(span):
    t, magnitude = few()
    seen = ~hidden(SHORT, t, magnitude, LEAST)
    t, magnitude = t[seen], magnitude[seen]
    made = recorded(SHORT, t, magnitude, span, LEAST)
    assert (np.diff(made.t_days) >= 0).all()
    assert ((made.t_days >= span[0]) & (made.t_days <= span[1])).all()
    fine = np.unique(np.clip(np.append(np.linspace(*span, 400_000), [1.0, 1.02, 5.0]), *span))
    middle = 0.5 * (fine[1:] + fine[:-1])
    share = 1.0 - 10.0 ** -(completeness_at(SHORT, t, magnitude, middle, LEAST) - LEAST)
    assert made.missed_days.sum() == pytest.approx(float(share @ np.diff(fine)), rel=2e-3, abs=1e-5)


def test_with_magnitudes_in_steps_the_limit_is_a_step():
    made = recorded(SHORT, np.array([0.0, 0.3, 9.0]), np.array([6.5, 3.0, 3.0]), (0.0, 10.0), LEAST, 0.1)
    limit = 6.5 - 4.0 - 0.75 * np.log10(0.3) - LEAST  # 0.892
    assert limit == pytest.approx(0.892, abs=1e-3)
    assert made.over.tolist() == pytest.approx([0.0, 0.9, 0.0])


@pytest.mark.parametrize("slope", [0.0, 1.7, log(10.0), 2.9])
def test_hidden_events_trigger_as_many_as_they_would(slope):
    beta, limit, own = log(10.0), 1.3, 1.9
    made = Recorded(np.array([limit, 0.0]), beta, np.zeros(0), np.zeros(0))
    found = made.productivity(slope, np.array([own, 0.4]))
    unseen = quad(lambda m: beta * np.exp(beta * (limit - m)) * np.exp(slope * (m - own)), 0.0, limit)[0]
    assert np.exp(found.added) == pytest.approx([1.0 + unseen, 1.0])
    h = 1e-5
    up, down = (made.productivity(slope + s, np.array([own, 0.4])).added for s in (h, -h))
    assert found.effective == pytest.approx(np.array([own, 0.4]) + (up - down) / (2.0 * h), rel=1e-6)


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("form", [standard_form(), full_form()], ids=["standard", "full"])
def test_derivatives_are_differences_and_numbers_are_integrals(form):
    rng, (t, magnitude) = np.random.default_rng(4), few(80)
    seen = ~hidden(SHORT, t, magnitude, LEAST)
    t, magnitude, n = t[seen], magnitude[seen], int(seen.sum())
    record = recorded(SHORT, t, magnitude, (0.5, 11.0), LEAST)
    events = EtasEvents(t, *rng.normal(0.0, 5.0, (2, n)), magnitude, 0.5, 11.0, 900.0, LEAST, recorded=record)
    feature = {name: rng.normal(0.0, 0.5, n) for name in form.features} | {"magnitude": events.over_min}
    targets = events.targets
    inputs = Inputs(
        events, feature, {name: rng.uniform(1e-4, 1e-3, len(targets)) for name in form.backgrounds}, targets,
        rng.uniform(-3.0, 3.0, n),
    )  # fmt: skip
    value = {name: 0.2 * rng.normal() for name in form.parameters()}
    for kernel in form.kernels:
        value |= {f"{kernel.name}.delay": -3.0, f"{kernel.name}.tau": 3.0, f"{kernel.name}.productivity": -3.0}
    found = rates(form, value, inputs)
    for k, name in enumerate(form.parameters()):
        step = 3e-3
        up, down = (rates(form, value | {name: value[name] + s}, inputs) for s in (step, -step))
        slope = (up.log_rate - down.log_rate) / (2.0 * step)
        np.testing.assert_allclose(found.by_parameter[:, k], slope, atol=2e-3, rtol=1e-3, err_msg=name)
        assert found.expected_by[k] == pytest.approx((up.expected - down.expected) / (2 * step), rel=2e-3, abs=1e-4)
    none = replace(record, missed_days=np.zeros(len(record.missed_days)))
    whole = rates(form, value, replace(inputs, events=replace(events, recorded=none)))
    assert whole.expected - found.expected == pytest.approx(missed(form, value, inputs).number.sum(), rel=1e-9)
    until = expected_until(form, value, inputs)
    assert until[-1] == pytest.approx(found.expected, rel=1e-5)
    assert (np.diff(until) > 0.0).all()
    scored = score_events(form, value, inputs)
    total = scored.tll.sum() + scored.sll.sum()
    assert total == pytest.approx(found.log_rate.sum() - found.expected, abs=1e-3)


@pytest.mark.slow_without_compiler
def test_missed_events_are_the_integral_of_the_rate(events):
    seen = thinned(events)
    seen = replace(seen, end=3.0, recorded=recorded(SHORT, seen.t_days, seen.magnitude, (0.0, 3.0), LEAST))
    inputs = plain_inputs(seen)
    fine = np.unique(np.append(10.0 ** np.linspace(-7.0, log(3.0, 10.0), 8_000), [0.0, 3.0]))
    middle = 0.5 * (fine[1:] + fine[:-1])
    at = EtasEvents(
        *(np.append(getattr(seen, name), np.zeros(len(middle)) if name != "t_days" else middle)[
            np.argsort(np.append(seen.t_days, middle), kind="stable")
        ] for name in ("t_days", "x_km", "y_km", "magnitude")), 0.0, 3.0, seen.area_km2, LEAST,
    )  # fmt: skip
    ghosts = at.magnitude == 0.0  # they trigger next to nothing
    over = np.zeros(len(at))
    over[~ghosts] = seen.recorded.over
    at = replace(at, recorded=replace(seen.recorded, over=over))
    rate = total_rate_at(
        standard_form(), PLANTED,
        Inputs(at, {"magnitude": np.where(ghosts, -40.0, at.over_min)}, {}, np.flatnonzero(ghosts)),
    )  # fmt: skip
    share = 1.0 - 10.0 ** -(completeness_at(SHORT, seen.t_days, seen.magnitude, middle, LEAST) - LEAST)
    want = float((rate * share) @ np.diff(fine))
    assert missed(standard_form(), PLANTED, inputs).number.sum() == pytest.approx(want, rel=1e-2)


@pytest.mark.slow_without_compiler
def test_planted_parameters_come_back_where_the_fit_knows_what_is_hidden(events):
    told, untold = (fit_form(standard_form(), plain_inputs(thinned(events, each))) for each in (True, False))
    assert told.converged
    for name in ("main.productivity", "main.productivity.magnitude", "main.delay", "main.omega", "main.tau"):
        assert abs(told.value[name] - PLANTED[name]) < 3.0 * told.error[name], name
    off = {name: (untold.value[name] - PLANTED[name]) / untold.error[name] for name in PLANTED}
    assert off["main.productivity.magnitude"] < -8.0
    assert off["main.productivity"] > 6.0
    assert off["main.omega"] < -3.0


def test_constants_come_back_from_what_they_left(events):
    seen = thinned(events, told=False)
    found = fit_short_term(seen.t_days, seen.magnitude, LEAST)
    assert found.n_events > 150
    assert found.short.a == pytest.approx(SHORT.a, abs=0.15)
    assert found.short.b == pytest.approx(SHORT.b, abs=0.1)
    assert found.short.b_value == pytest.approx(1.0, abs=0.05)
    assert with_b_value(SHORT, seen.t_days, seen.magnitude, LEAST).b_value == pytest.approx(1.0, abs=0.05)
    none = fit_short_term(np.arange(100.0), np.full(100, 2.5), LEAST)
    assert (none.short.a, none.short.b, none.n_events) == (HELMSTETTER.a, HELMSTETTER.b, 0)


@pytest.fixture(scope="module")
def models(catalog):
    region = "-0.45,-0.45 0.45,-0.45 0.45,0.45 -0.45,0.45"
    options = EtasOptions("standard", completeness=LEAST, fit_region=region, fit_until="2001-01-01")
    seen = thin_as_recorded(catalog, SHORT, LEAST)
    told = replace(options, incompleteness="fitted")
    return {"told": fit_etas(seen, told, jobs=1), "untold": fit_etas(seen, options, jobs=1)}


@pytest.mark.slow_without_compiler
def test_hidden_events_have_no_say_and_models_are_kept(catalog, models, tmp_path):
    model, seen = models["told"], thin_as_recorded(catalog, SHORT, LEAST)
    short = model.domain.short
    assert short.a == pytest.approx(SHORT.a, abs=0.2)
    again = open_etas(model.write(tmp_path))
    assert again.domain.short == short
    assert again.value == model.value
    span = ("1998-01-01", "2000-01-01")
    whole, rest = (again.events(each, *span) for each in (catalog, thin_as_recorded(catalog, short, LEAST)))
    assert len(whole) < len(catalog)
    assert whole.magnitude.tobytes() == rest.magnitude.tobytes()
    assert whole.recorded.over.tobytes() == rest.recorded.over.tobytes()
    assert models["untold"].domain.short is None
    assert models["untold"].events(seen, *span).recorded is None


@pytest.mark.slow_without_compiler
def test_forecasts_soon_after_a_large_event_expect_what_comes(catalog, events, models):
    first = instants_of(np.array([10_000.1]))[0]
    seen = thin_as_recorded(catalog, SHORT, LEAST)
    came = int(((events.t_days >= 0.1) & (events.t_days < 1.1)).sum())
    told, untold = (
        forecast_etas(models[name], seen, first, 1.0, SimulateOptions(200), jobs=1).expected(LEAST)
        for name in ("told", "untold")
    )
    assert 0.7 * came < told < 1.4 * came
    assert untold < 0.6 * came


@pytest.mark.slow_without_compiler
def test_models_that_leave_out_different_events_are_not_compared(catalog, models):
    with pytest.raises(InputError, match="leave out different events"):
        compare_models(models, catalog, "2001-01-01")


@pytest.mark.parametrize("wrong", [{"a": -1.0}, {"b": 0.0}, {"b_value": np.nan}])
def test_constants_that_cannot_be_are_refused(wrong):
    with pytest.raises(InputError, match="short-term incompleteness"):
        ShortTerm(**wrong)


@pytest.mark.parametrize("option", ["form", "incompleteness"])
def test_unknown_words_are_refused(option, without_type_checks):
    with pytest.raises(InputError, match="'some'"):
        EtasOptions(**{option: "some"})
