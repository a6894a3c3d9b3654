"""One name for one thing in all commands, and names that flags had before."""

import json
import re
import tomllib

import pytest
import typer

from seisweave.cli.app import app_of, commands
from seisweave.cli.run_file import read_run
from seisweave.errors import InputError
from seisweave.storage import read_summary

MEANINGS = {  # flags whose help is another in some command, and what they mean in all of them
    "--batch": "examples a step of training",
    "--box": "west, east, south, north: of the events that are kept, or of the maps",
    "--catalog": "the catalog, where it is not what a command is about",
    "--cell-deg": "side of a cell, degrees",
    "--check": "look whether all is well, change nothing, and tell it by the exit code",
    "--complete-until": "instant until which no event is missing",
    "--completeness": "magnitude from which the catalog is complete",
    "--crs": "coordinate system of mapped faults",
    "--date": "the day, or step, that is nowcast",
    "--days": "length of what is forecast, days",
    "--draws": "how often chance is drawn",
    "--end": "before this time",
    "--epochs": "epochs of training, at most",
    "--every-years": "years from one fit to the next",
    "--filters": "filters of a convolution",
    "--force": "replace what is there",
    "--form": "form of the ETAS model",
    "--jobs": "how much is done at a time",
    "--learn-from": "learn from this time on",
    "--learning-rate": "step size of Adam",
    "--magnitudes": "magnitudes from which chances are told",
    "--min-magnitude": "what is smaller is left out",
    "--min-sigma-km": "smallest standard deviation of a Gaussian, km",
    "--n-catalogs": "catalogs that are drawn",
    "--network": "a fault network",
    "--now": "the instant that all before it is known at",
    "--out": "where results go",
    "--protocol": "as published, or from the past alone",
    "--pseudo-prospective": "forecasts made after their windows began count",
    "--region": "the name of a region",
    "--seed": "seed of what is drawn",
    "--seeds": "fits that differ in their seed only",
    "--start": "from this time on",
    "--subsets": "parts that the Ward tree is cut into",
    "--targets": "later events",
    "--threshold": "magnitude from which an event is extreme",
    "--to": "format of what is written",
    "--validation-years": "last years, to choose by",
    "--volume": "west east south north top bottom",
}
KINDS = {  # flags that take another kind of thing in some command, and why
    "--magnitudes": "the nowcast by place has four, which it learned together; an issued forecast any number",
    "--min-sigma-km": "that of a network may follow from its events",
    "--network": "Figure 12 takes several, each with a name for its table",
    "--region": "a run may do several of its regions",
    "--to": "a network goes to several formats at once",
}
NONE_TO_TAKE = {  # flags that most commands have, and the commands that write something without them, with the reason
    "--force": {
        "issue": "no forecast on record is ever replaced",
        "report": "a page is made from results, again and again",
        "nowcast place-predict": "so is a picture",
        "rerun": "compares, or writes into a new folder",
        "reproduce fig5": "goes on with a study, or takes a new folder",
    },
    "--quiet": {},
    "--json": {},
}


def _walk(group, path=()):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _walk(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


COMMANDS = dict(_walk(typer.main.get_command(app_of())))


def _flags():
    """Each flag that the help shows: what it takes, its help and its default, by command."""
    found = {}
    for name, command in COMMANDS.items():
        context = command.make_context(name, [], resilient_parsing=True)
        for each in command.params:
            if each.param_type_name == "option" and not each.hidden:
                written, said = each.get_help_record(context)
                found.setdefault(each.opts[0], {})[name] = (re.sub(r" range|^--[\w-]+ ?", "", written), said)
    return found


FLAGS = _flags()


def _help(said):
    return re.sub(r"\s*\[[^\]]*\]$", "", said)


def test_a_flag_is_explained_in_the_same_words_everywhere_or_means_the_same():
    differing = {flag for flag, by in FLAGS.items() if len({_help(said) for _, said in by.values()}) > 1}
    assert differing == set(MEANINGS)


def test_a_flag_takes_the_same_kind_of_thing_everywhere():
    def kind(written):
        written = re.sub(r"<(?:int|float)>", "<number>", re.sub(r"<(\w+\|)+\w+>", "<choice>", written))
        return written.replace("TIME", "<str>")

    differing = {flag for flag, by in FLAGS.items() if len({kind(written) for written, _ in by.values()}) > 1}
    assert differing == set(KINDS)


@pytest.mark.parametrize("flag", NONE_TO_TAKE)
def test_what_writes_can_be_told_how(flag):
    writing = {name for name in COMMANDS if name in FLAGS["--out"]}
    assert writing - set(FLAGS[flag]) == set(NONE_TO_TAKE[flag])


def test_all_that_read_a_catalog_read_it_in_the_same_ways():
    reading = {name for name in COMMANDS if name in FLAGS["--format"]}
    for flag in ("--columns", "--depth-unit", "--depth-positive", "--error-unit", "--strict", "--trust", "--as-of"):
        assert set(FLAGS[flag]) == reading
    for one, other in (("--start", "--end"), ("--min-depth-km", "--max-depth-km"), ("--quality", "--max-magnitude")):
        assert set(FLAGS[one]) <= set(FLAGS[other])


def test_times_and_numbers_are_shown_as_such():
    shown = {name: command.get_help(command.make_context(name, [], resilient_parsing=True))
             for name, command in COMMANDS.items()}  # fmt: skip
    for flag in ("--start", "--end", "--now", "--as-of", "--complete-until", "--fit-from", "--learn-from", "--date"):
        assert [name for name in FLAGS[flag] if f"  {flag} TIME " not in shown[name].replace("\n", " ")] == []
    instants = {flag for flag, by in FLAGS.items() for _, said in by.values() if "UTC" in said}
    assert [flag for flag in instants for name in FLAGS[flag] if f" {flag} <str>" in shown[name]] == []
    assert "--magnitudes <float> " in shown["issue"]
    assert [name for name, said in shown.items() if "<list" in said or " range>" in said] == []
    assert "Usage: issue [OPTIONS] MODEL... CATALOG\n" in shown["issue"]


@pytest.mark.parametrize("group", ["", "catalog", "network", "etas", "nowcast", "reproduce"])
def test_commands_stand_in_the_order_of_the_alphabet_and_fit(group, run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    said = run(*filter(None, (group, "--help"))).out
    assert max(map(len, said.splitlines())) <= 80
    names = re.findall(r"^  ([a-z][a-z0-9-]*)  ", said.split("Commands:")[1], re.MULTILINE)
    assert names == sorted(names)
    assert len(names) > 3


OLD = {  # command: old name: the one it has now, and a value
    "nowcast train": {"schedule": ("learning-rate-schedule", "cycle")},
    "catalog decluster": {"threshold": ("eta-threshold", -5.0)},
    "etas fit": {"region": ("fit-region", "0,0 1,0 1,1")},
    "network export": {"years": ("observed-years", 30)},
    "nowcast audit": {"days": ("exchanged-days", 2)},
    "nowcast place-backtest": {"first": ("start", "1998-01-01")},
    "nowcast place-update": {"update-epochs": ("epochs", 3), "update-rate": ("learning-rate", 1e-3)},
    "reproduce fig12": {"until": ("end", "2014-07-01"), "windows": ("window-years", "1995,1999")},
}
PAIRS = [(command, old, *told) for command, each in OLD.items() for old, told in each.items()]


def test_all_old_names_are_tried():
    known = {" ".join(name): getattr(command, "old_flags", {}) for name, command in commands().items()}
    assert {name: {old.replace("_", "-") for old in each} for name, each in known.items() if each} == {
        name: set(each) for name, each in OLD.items()
    }


@pytest.mark.parametrize(("command", "old", "now", "value"), PAIRS)
def test_an_old_name_is_taken_and_hidden(command, old, now, value, run):
    said = run(*command.split(), "--help").out
    assert f"--{now} " in said
    assert not re.search(rf"^\s+--{old} ", said, re.MULTILINE)
    known = {each.opts[0]: each for each in COMMANDS[command].params if each.param_type_name == "option"}
    assert known[f"--{old}"].hidden
    assert known[f"--{old}"].help == f"Old name of --{now}."


@pytest.mark.parametrize(("command", "old", "now", "value"), PAIRS)
def test_a_run_of_0_1_opens(command, old, now, value, tmp_path):
    """Its file has the old names; the command is given what it then was."""
    needs = {"network export": 'to = ["kml"]\n'}.get(command, "")
    needs += 'arguments = ["a", "b"]\n' if command in ("nowcast audit", "nowcast place-update") else ""
    file = tmp_path / "run.toml"
    file.write_text(f'catalog = "c.csv"\n["{command}"]\n{needs}{old} = {json.dumps(value)}\n')
    if command == "network export":
        file.write_text(file.read_text().replace("to =", 'arguments = ["result"]\nto ='))
    (stage,) = read_run(file)
    assert stage.words[stage.words.index(f"--{old}") + 1] == str(value)
    file.write_text(file.read_text() + f"{now} = {json.dumps(value)}\n")
    with pytest.raises(InputError, match=f"--{old} is the old name of --{now}; give the new one alone"):
        read_run(file)


def test_an_old_name_for_all_stages_is_not_that_of_another_stage(tmp_path):
    file = tmp_path / "run.toml"
    words = 'catalog = "c.csv"\n[all]\nschedule = "{}"\n{}["nowcast train"]\n'
    file.write_text(words.format("reference", "[faults]\n"))
    faults, train = read_run(file)
    assert faults.words[-2:] == ("--schedule", "reference")
    assert "--schedule" not in train.words
    file.write_text(words.format("cycle", ""))
    (train,) = read_run(file)
    assert train.words[-2:] == ("--schedule", "cycle")


def test_an_old_name_does_what_the_new_one_does(catalog_file, run, refused, tmp_path):
    def decluster(*words):
        out = tmp_path / str(len(list(tmp_path.iterdir())))
        end = run("catalog", "decluster", catalog_file, *words, "--out", out)
        assert end.code == 0, end
        return read_summary(out)["options"], end.err, tomllib.loads((out / "run.toml").read_text())

    now, told, _ = decluster("--eta-threshold", "-4")
    assert "is now" not in told
    before, told, made = decluster("--threshold", "-4")
    assert before == now
    assert "note: --threshold is now --eta-threshold\n" in told
    assert made["catalog decluster"]["eta-threshold"] == -4
    assert "threshold" not in made["catalog decluster"]
    quiet = run("catalog", "decluster", catalog_file, "--threshold", "-4", "--out", tmp_path / "quiet", "--quiet")
    assert (quiet.code, quiet.err) == (0, "")
    both = ("--threshold", "-4", "--eta-threshold", "-5")
    assert "give the new one alone" in refused("catalog", "decluster", catalog_file, *both, "--out", tmp_path / "both")


def test_a_conversion_names_its_file_in_either_way(catalog_file, run, refused, tmp_path):
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    assert run("catalog", "convert", catalog_file, one).code == 0
    told = json.loads(run("catalog", "convert", catalog_file, "--out", other, "--json").out)
    assert one.read_bytes() == other.read_bytes()
    assert told == {"results": str(other), "n_events": 80, "notes": []}
    assert "one file is given" in refused("catalog", "convert", catalog_file)
    quiet = run("catalog", "convert", catalog_file, one, "--force", "--quiet")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
