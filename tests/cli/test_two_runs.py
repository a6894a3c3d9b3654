"""Two and three runs into one place: one wins, the others are told before they work; nothing is replaced unasked."""

from pathlib import Path

import pytest
from tests.cli.inputs import catalog_rows, contents, start, write_rows
from tests.test_locks import other_process

COMMANDS = [
    "faults absent.csv --out OUT",
    "faults absent.csv --out OUT --force",
    "faults absent.csv --out OUT --resume",
    "condense absent.csv --out OUT --force",
    "forecast absent.csv --out OUT",
    "evaluate absent --targets absent.csv --out OUT",
    "etas fit absent.csv --out OUT",
    "etas evaluate absent --targets absent.csv --out OUT",
    "etas simulate absent absent.csv --out OUT",
    "etas backtest absent absent.csv --start 2020-01-01 --end 2020-02-01 --out OUT",
    "nowcast train absent.csv --out OUT",
    "nowcast train absent.csv --out OUT --resume",
    "nowcast train absent.csv --out OUT --force",
    "nowcast evaluate absent absent.csv --out OUT",
    "nowcast update OUT absent.csv",
    "nowcast update absent absent.csv --out OUT",
    "nowcast place absent.csv --out OUT",
    "nowcast place-backtest absent.csv --out OUT",
    "nowcast place-predict absent absent.csv --out OUT",
    "nowcast audit absent absent.csv --out OUT",
    "reproduce fig5 --out OUT",
    "reproduce fig5 --out OUT --resume",
    "reproduce fig12 absent.csv --out OUT",
    "reproduce earthquakenpp absent --out OUT",
    "reproduce table1 --catalog absent.csv --out OUT --force",
    "reproduce table2 --catalog absent.csv --out OUT",
    "reproduce table4 --catalog absent.csv --out OUT --resume",
    "reproduce table4 --catalog absent.csv --out absent/out --fits OUT",
    "demo --out OUT",
    "report absent --out OUT",
    "catalog info absent.csv --figure OUT.png",
    "catalog convert absent.csv OUT.csv",
    "catalog download https://service.example.org --start 2020-01-01 --out OUT.csv",
]


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """A folder and files that another process holds."""
    out = tmp_path_factory.mktemp("places") / "out"
    with other_process(out), other_process(f"{out}.png"), other_process(f"{out}.csv"):
        yield out


@pytest.mark.parametrize("command", COMMANDS)
def test_a_place_at_which_another_run_works(command, places, tmp_path, monkeypatch, refused):
    """The line comes before the input is looked for."""
    monkeypatch.chdir(tmp_path)
    before = contents(places.parent)
    line = refused(*command.replace("OUT", str(places)).split())
    assert "another run is at work there (process " in line
    assert contents(places.parent) == before
    assert list(tmp_path.iterdir()) == []


def test_every_command_that_writes_is_among_them():
    from seisweave.cli.app import app_of

    def commands(app, before=""):
        for each in app.registered_commands:
            yield f"{before}{each.name or each.callback.__name__}", each.callback
        for group in app.registered_groups:
            yield from commands(group.typer_instance, f"{before}{group.name} ")

    writing = {name for name, call in commands(app_of()) if {"out", "figure"} & set(call.__annotations__)}
    tried = {
        " ".join(command.split()[: 1 + (command.split()[0] in ("catalog", "nowcast", "reproduce"))])
        for command in COMMANDS
    }
    writing -= {"rerun"}  # the command that it runs sees to that
    assert {name for name in writing if not name.startswith("reproduce table")} <= tried


def test_three_at_once(tmp_path):
    """However they come, one writes, and the others say why they do not."""
    source, out = write_rows(tmp_path / "c.csv", catalog_rows()), tmp_path / "out.csv"
    begun = [start("catalog", "convert", source, out) for _ in range(3)]
    said = [process.communicate(timeout=100)[1] for process in begun]
    assert sorted(process.returncode for process in begun) == [0, 2, 2], said
    for process, line in zip(begun, said, strict=True):
        assert process.returncode == 0 or "another run is at work there" in line or "exists; choose" in line
    assert {path.name for path in tmp_path.iterdir()} == {"c.csv", "out.csv"}


def _results(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("model.json", "summary.json", "scores.csv", "table.csv"):
        (folder / name).write_text("theirs")


@pytest.mark.parametrize("command", ["train", "table"])
def test_what_came_meanwhile_is_not_replaced_without_force(command, catalog_file, tmp_path, monkeypatch, refused):
    """It came from outside, or from an older version, which holds no lock."""
    out = tmp_path / "out"
    if command == "train":
        monkeypatch.setattr("seisweave.cli.nowcast.fit", lambda *_, **__: _results(out))
        monkeypatch.setattr("seisweave.cli.nowcast.write_results", lambda *_, **__: {})
        monkeypatch.setattr(
            "seisweave.nowcast.region.chosen.choose_settings", lambda _, settings, **__: Chosen(settings)
        )
        monkeypatch.setattr("seisweave.nowcast.region.observed.unfinished", lambda *_: "")
        line = refused("nowcast", "train", catalog_file, "--out", out)
    else:
        monkeypatch.setattr("seisweave.studies.eqpred.table.make_table", lambda *_, **__: _results(out) or Table())
        line = refused("reproduce", "table4", "--catalog", catalog_file, "--end", "2019-07-04", "--out", out)
    assert "out: holds results already; give --force to replace them" in line
    assert (out / "model.json").read_text() == "theirs"


class Chosen:
    """What `choose_settings` gives, as far as the command looks at it."""

    lines = ()

    def __init__(self, settings):
        self.settings = settings


class Table:
    """A table, as far as the command looks at it."""

    complete = True

    def write(self, folder: Path):
        (folder / "table.csv").write_text("ours")


def test_what_is_kept_is_safe_from_a_forced_run_beside_it(catalog_file, tmp_path, refused):
    kept = tmp_path / "out" / ".partial" / "fit"
    kept.mkdir(parents=True)
    (kept / "weights").write_text("trained for an hour")
    with other_process(tmp_path / "out"):
        for command in ("condense", "faults"):
            assert "another run is at work there" in refused(
                command, catalog_file, "--out", tmp_path / "out", "--force"
            )
    assert (kept / "weights").read_text() == "trained for an hour"


def test_a_run_in_a_folder_around_or_within(catalog_file, tmp_path, refused):
    with other_process(tmp_path / "out"):
        assert f"at work in {tmp_path / 'out'} around it" in refused(
            "faults", catalog_file, "--out", tmp_path / "out/a"
        )
    with other_process(tmp_path / "out" / "a"):
        assert "holds files that are not results" in refused("faults", catalog_file, "--out", tmp_path / "out")
