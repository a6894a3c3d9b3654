"""The store: what is appended is there, as it stood at every instant, and damage is told in one line."""

import json
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import pytest

from seisweave.catalog import Catalog, LocationUncertainty, read_catalog
from seisweave.catalog.store import changes_of, open_store
from seisweave.errors import InputError
from seisweave.locks import hold
from seisweave.synthetic import southern_california_like

DAY = np.datetime64("2026-11-01", "us")


def hour(k):
    return DAY + np.timedelta64(k, "h")


@pytest.fixture(scope="module")
def catalog():
    made = southern_california_like(seed=3, n_events=300).catalog
    return made.take(np.lexsort((made.ids, made.times)))


@pytest.fixture
def store(tmp_path):
    return open_store(tmp_path / "store", create=True)


def equal(one, other):
    names = ("times", "longitude", "latitude", "depth_km", "magnitude", "ids")
    assert len(one) == len(other)
    for name in names:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    for name in ("quality", "event_type", "n_phases", "magnitude_type"):
        a, b = getattr(one, name), getattr(other, name)
        assert (a is None) == (b is None)
        if a is not None:
            np.testing.assert_array_equal(a, b)
    assert (one.uncertainty is None) == (other.uncertainty is None)
    if one.uncertainty is not None:
        np.testing.assert_array_equal(one.uncertainty.covariances_km2(), other.uncertainty.covariances_km2())


def test_what_goes_in_comes_out_to_the_last_bit(store, catalog):
    equal(store.append(changes_of(store.rows(), catalog), DAY).current(), catalog)
    equal(open_store(store.folder).current(), catalog)
    equal(read_catalog(store.folder), catalog)


@pytest.mark.parametrize("kind", ["sigma", "covariance", "mixture", "unknown"])
def test_errors_of_every_kind(store, catalog, kind):
    n, rng = 20, np.random.default_rng(0)
    full = np.einsum("nij,nkj->nik", *[rng.normal(size=(n, 3, 3))] * 2)
    errors = {
        "sigma": LocationUncertainty(rng.uniform(size=n), np.full(n, np.nan)),
        "covariance": LocationUncertainty(covariance_km2=full),
        "mixture": LocationUncertainty(
            covariance_km2=full, offsets=np.arange(n + 1), weight=np.ones(n), mean_offset_km=np.zeros((n, 3))
        ),
        "unknown": None,
    }[kind]
    given = replace(catalog[:n], uncertainty=errors, quality=None)
    found = store.append(changes_of(store.rows(), given), DAY).current()
    equal(found, given)
    assert found.uncertainty is None or found.uncertainty.kind == kind


def test_errors_of_two_kinds_become_the_fuller(store, catalog):
    sigma = replace(catalog[:20], uncertainty=LocationUncertainty(np.full(20, 0.5), np.full(20, 1.0)))
    full = replace(catalog[10:40], uncertainty=LocationUncertainty(covariance_km2=np.tile(np.eye(3) * 4.0, (30, 1, 1))))
    store = store.append(changes_of(store.rows(), sigma), DAY)
    found = store.append(changes_of(store.rows(), full), hour(1)).current()
    assert found.uncertainty.kind == "covariance"
    assert found.uncertainty.covariances_km2()[[0, 9, 10, 39], 0, 0].tolist() == [0.25, 0.25, 4.0, 4.0]


def moved(catalog, rows, by=0.5):
    magnitude = catalog.magnitude.copy()
    magnitude[rows] += by
    return replace(catalog, magnitude=magnitude)


def test_as_it_stood_at_every_instant(store, catalog):
    """Against a plain dictionary of what was known when."""
    rng, known, past = np.random.default_rng(1), {}, []
    for k in range(40):
        given = moved(catalog, rng.integers(0, 300, 5), k / 100).take(np.sort(rng.choice(300, 12, replace=False)))
        gone = rng.choice(sorted(known), 2, replace=False).tolist() if len(known) > 20 else []
        gone = [name for name in gone if name not in set(given.ids.tolist())]
        store = store.append(changes_of(store.rows(), given, gone), hour(k))
        known = {name: each for name, each in known.items() if name not in gone}
        known |= dict(zip(given.ids.tolist(), given.magnitude.tolist(), strict=True))
        past.append(dict(known))
    store = open_store(store.folder)
    for k in range(40):
        then = store.as_of(hour(k) + np.timedelta64(30, "m"))
        assert dict(zip(then.ids.tolist(), then.magnitude.tolist(), strict=True)) == past[k]
    assert len(store.as_of(DAY - np.timedelta64(1, "s"))) == 0
    log = store.log()
    assert log["revision"].is_monotonic_increasing
    assert log["revision"].iloc[-1] == store.revision <= 40
    assert set(log["what"]) == {"new", "changed", "gone"}
    assert len(store.log(after=30)) == int((log["revision"] > 30).sum())


def test_nothing_new_is_no_revision(store, catalog):
    store = store.append(changes_of(store.rows(), catalog), DAY)
    again = store.append(changes_of(store.rows(), catalog), hour(1))
    assert again is store
    assert not len(changes_of(store.rows(), catalog))


def test_values_that_are_missing_are_no_change(store, catalog):
    depth = catalog.depth_km.copy()
    depth[:5] = np.nan
    given = replace(catalog, depth_km=depth)
    store = store.append(changes_of(store.rows(), given), DAY)
    assert not len(changes_of(store.rows(), given))
    assert len(changes_of(store.rows(), catalog).changed) == 5


def test_the_former_id_is_kept(store, catalog):
    store = store.append(changes_of(store.rows(), catalog), DAY)
    again = replace(catalog[:3], ids=np.array([f"x{k}" for k in range(3)]))
    changes = changes_of(store.rows(), again, catalog.ids[:3].tolist())
    assert dict(changes.was) == {f"x{k}": str(catalog.ids[k]) for k in range(3)}
    log = store.append(changes, hour(1)).log(after=1)
    assert log.loc[log["what"] == "new", "was"].tolist() == catalog.ids[:3].tolist()
    assert str(changes) == "3 new, 0 revised, 3 gone, 3 under another id"


@pytest.mark.parametrize(("east", "is_it"), [(0.3, True), (0.7, False)])
def test_the_former_id_across_the_date_line(catalog, east, is_it):
    was = replace(catalog[:1], longitude=np.array([179.9]))
    now = replace(was, longitude=np.array([179.9 + east - 360.0]), ids=np.array(["other"]))
    assert dict(changes_of(was, now, was.ids.tolist()).was) == ({"other": str(was.ids[0])} if is_it else {})


def test_small_parts_become_one_and_nothing_is_lost(store, catalog):
    for k in range(50):
        store = store.append(
            changes_of(store.rows(), moved(catalog[:3], [k % 3], 0.01 * k)), DAY + np.timedelta64(k, "h")
        )
    before = [store.as_of(hour(k)).magnitude.tolist() for k in range(0, 50, 7)]
    files = list(store.folder.glob("parts/*/*.parquet"))
    assert len(files) == len(store.index.parts) < 30
    store = store.append(changes_of(store.rows(), moved(catalog[:3], [0], 5.0)), "2026-12-01")
    assert [part.name[:7] for part in store.index.parts] == ["2026-11", "2026-12"]
    assert [store.as_of(hour(k)).magnitude.tolist() for k in range(0, 50, 7)] == before
    assert store.log()["revision"].tolist()[-1] == store.revision == 51


def test_a_reader_goes_on_while_parts_are_put_together(store, catalog):
    for k in range(23):
        store = store.append(changes_of(store.rows(), moved(catalog[:3], [0], 0.01 * k)), hour(k))
    reader, expected = open_store(store.folder), store.current()
    for k in range(23, 26):
        store = store.append(changes_of(store.rows(), moved(catalog[:3], [0], 0.01 * k)), hour(k))
    assert not (store.folder / "parts" / reader.index.parts[0].name).exists()
    equal(reader.current(), expected)


def test_what_a_killed_writer_left_is_not_there(store, catalog, monkeypatch):
    store = store.append(changes_of(store.rows(), catalog[:10]), DAY)

    def dies(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("seisweave.catalog.store.store.write_index", dies)
        with pytest.raises(KeyboardInterrupt):
            store.append(changes_of(store.rows(), catalog), hour(1))
    store = open_store(store.folder)
    equal(store.current(), catalog[:10])
    store = store.append(changes_of(store.rows(), catalog), hour(2))
    equal(store.current(), catalog)
    assert len(list(store.folder.glob("parts/*/*"))) == 2


def test_a_full_disk_leaves_the_store_as_it_was(store, catalog, monkeypatch):
    store = store.append(changes_of(store.rows(), catalog[:10]), DAY)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    for name in ("parts.write_whole", "store.write_index"):
        with monkeypatch.context() as patch:
            patch.setattr(f"seisweave.catalog.store.{name}", full)
            with pytest.raises(OSError, match="No space left"):
                store.append(changes_of(store.rows(), catalog), hour(1))
        equal(open_store(store.folder).current(), catalog[:10])


def test_an_instant_that_is_not_later_is_refused(store, catalog):
    store = store.append(changes_of(store.rows(), catalog[:10]), hour(5))
    for k in (4, 5):
        with pytest.raises(InputError, match=r"is not after that; look at the clock"):
            store.append(changes_of(store.rows(), catalog), hour(k))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"magnitude": 1e308}, "magnitude is 1e[+]308 somewhere, wanted is -9 to 10"),
        ({"depth_km": -1e9}, "depth_km is -1e[+]09 somewhere"),
    ],
)
def test_numbers_that_no_event_has_neither_go_in_nor_come_out(store, catalog, wrong, told, monkeypatch):
    ((name, value),) = wrong.items()
    column = getattr(catalog, name).copy()
    column[7] = value
    changes = changes_of(store.rows(), replace(catalog, **{name: column}))
    with pytest.raises(InputError, match=f"{told}.*; take such events out"):
        store.append(changes, DAY)
    assert open_store(store.folder).revision == 0
    with monkeypatch.context() as forged:
        forged.setattr("seisweave.catalog.store.store.check_values", lambda _: None)
        store.append(changes, DAY)
    with pytest.raises(InputError, match=f"{told}.*; bring the store back from a copy"):
        open_store(store.folder).current()


def test_two_writers(store, catalog):
    other = open_store(store.folder)
    store.append(changes_of(store.rows(), catalog[:10]), DAY)
    with pytest.raises(InputError, match="another process has gone on with it meanwhile; open it again"):
        other.append(changes_of(other.rows(), catalog), hour(1))
    context = get_context("fork")
    ready, done = context.Event(), context.Event()
    process = context.Process(target=_holds, args=(store.folder, ready, done))
    process.start()
    ready.wait(10)
    fresh = open_store(store.folder)
    with pytest.raises(InputError, match="another run is at work there"):
        fresh.append(changes_of(fresh.rows(), catalog), hour(1))
    done.set()
    process.join()
    equal(fresh.append(changes_of(fresh.rows(), catalog), hour(1)).current(), catalog)


def _holds(folder, ready, done):
    with hold(folder):
        ready.set()
        done.wait(10)


def _edited(**changed):
    def edit(store):
        said = json.loads((store.folder / "store.json").read_text())
        (store.folder / "store.json").write_text(json.dumps({**said, **changed}))

    return edit


def _first(store):
    return store.folder / "parts" / store.index.parts[0].name


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (_edited(version=7), "a store of version 7, and this seisweave reads up to 1; bring seisweave up to date"),
        (_edited(parts=[]), "damaged .it is not what was written.; bring the store back from a copy"),
        (_edited(kind="x"), "damaged .is no index of a store."),
        (lambda store: (store.folder / "store.json").write_bytes(b"{"), "damaged .Expecting"),
        (lambda store: (store.folder / "store.json").unlink(), "holds no store of events .no store.json."),
        (lambda store: _first(store).unlink(), "is missing; bring the store back"),
        (lambda store: _first(store).write_bytes(_first(store).read_bytes()[:-9]), "it is not what was written"),
    ],
)
def test_damage_is_told_in_one_line(store, catalog, damage, told):
    store = store.append(changes_of(store.rows(), catalog), DAY)
    damage(store)
    with pytest.raises(InputError, match=told) as error:
        open_store(store.folder).current()
    assert "\n" not in str(error.value)


def test_a_folder_of_something_else_is_no_place(tmp_path):
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(InputError, match=r"holds letters.txt and no store; give a folder of its own"):
        open_store(tmp_path, create=True)


def test_read_as_a_catalog(store, catalog, tmp_path):
    with pytest.raises(InputError, match="holds no event yet"):
        read_catalog(store.folder)
    store = store.append(changes_of(store.rows(), catalog[:10]), DAY)
    store.append(changes_of(store.rows(), catalog), hour(1))
    assert len(read_catalog(store.folder.parent)) == 300
    assert len(read_catalog(store.folder, as_of="2026-11-01T00:30")) == 10
    assert read_catalog(store.folder).provenance.format == "store"
    catalog.write(tmp_path / "plain.csv")
    with pytest.raises(InputError, match="as_of 2026 is for the store of a station"):
        read_catalog(tmp_path / "plain.csv", as_of="2026")


def test_an_empty_catalog_can_be_had(store):
    assert isinstance(store.current(), Catalog)
    assert len(store.current()) == 0
