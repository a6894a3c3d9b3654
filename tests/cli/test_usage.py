"""The command as others meet it: help, version, streams, and a quiet terminal."""

import json
import os
import platform
import re
import subprocess
import sys

import numpy as np
import pytest
from tests.cli.inputs import start

import seisweave
from seisweave.cli.answers import print_json
from seisweave.cli.app import commands
from seisweave.cli.run_file import flags_of
from seisweave.storage import read_summary


@pytest.mark.parametrize("arguments", [["--version"], ["faults", "--help"], ["catalog", "-h"]])
def test_help_and_version_succeed(arguments, run):
    end = run(*arguments)
    assert (end.code, end.err) == (0, "")
    assert end.out


def test_python_m_is_the_command(command):
    end = command("--version")
    own, matters = end.out.splitlines()
    assert (end.code, own, end.err) == (0, f"seisweave {seisweave.__version__}", "")
    assert matters.startswith(f"python {platform.python_version()}, numpy {np.__version__}, scipy ")


def test_versions_are_told_without_importing(monkeypatch, run):
    monkeypatch.setattr("seisweave.cli.app._MATTER", ("numpy", "no-such-library"))
    assert run("--version").out.splitlines()[1].endswith(f"numpy {np.__version__}, no-such-library is not installed")


def test_groups_of_the_help(run):
    said = run("faults", "--help").out
    places = [said.index(f"\n{group}:\n") for group in ("Arguments", "Options", "Method", "Selection", "Reading")]
    assert places == sorted(places)
    assert "<float> <float> <float> <float>" in said
    assert "Usage: seisweave faults [OPTIONS] CATALOG...\n" in said


@pytest.mark.parametrize("name", sorted(commands(), key=" ".join), ids=" ".join)
def test_help_fits_eighty_columns_with_whole_names_and_no_values_of_switches(name, run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    said = run(*name, "--help").out
    assert "<bool>" not in said
    assert not [line for line in said.splitlines() if len(line) > 80]
    shown = set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", said))
    for option in flags_of(name)[0].values() if name[0] not in ("run", "rerun", "watch") else ():
        assert (option.option in shown) is not bool(option.now)


def test_the_shell_is_told_what_may_come_next(command):
    given = {"_SEISWEAVE_COMPLETE": "complete_bash", "COMP_WORDS": "seisweave faults --sub", "COMP_CWORD": "2"}
    assert command(env={**os.environ, **given}).out.split() == ["--subsets"]
    assert "--install-completion" in command("--help").out


def test_a_log_has_all_with_instants_and_changes_nothing(catalog_file, run, tmp_path):
    plain = run("catalog", "info", catalog_file)
    end = run("--log", tmp_path / "told.log", "catalog", "info", catalog_file)
    assert (end.code, end.out, end.err) == (0, plain.out, plain.err)
    first, *lines = (tmp_path / "told.log").read_text().splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d \$ seisweave --log .* catalog info .*", first)
    assert sorted(line[20:] for line in lines) == sorted((plain.out + plain.err).splitlines())


def test_a_quiet_command_tells_its_log_and_an_error_comes_through(catalog_file, run, refused, tmp_path):
    log, out = tmp_path / "told.log", tmp_path / "out"
    end = run("faults", catalog_file, "--out", out, "--quiet", f"--log={log}")
    assert (end.code, end.out, end.err) == (0, "", "")
    assert f"results: {out}" in log.read_text()
    assert "--quiet" not in (out / "run.toml").read_text()
    said = refused("faults", tmp_path / "none.csv", "--out", tmp_path / "other", "--quiet", "--log", log)
    assert log.read_text().splitlines()[-1][20:] == said.rstrip("\n")
    assert "cannot be written" in refused("catalog", "info", catalog_file, "--log", tmp_path / "no" / "told.log")
    assert "cannot be written" in refused("catalog", "info", catalog_file, "--log=")


def test_the_answer_as_json(catalog_file, run, refused, tmp_path):
    out = tmp_path / "out"
    end = run("faults", catalog_file, "--out", out, "--json")
    told = json.loads(end.out)
    assert told == {"results": str(out), **read_summary(out)}
    assert run("rerun", out, "--check").code == 0
    first = run("network", "match", out, out, "--out", tmp_path / "match", "--json")
    assert json.loads(first.out)["results"] == str(tmp_path / "match")
    moved = run("network", "assign", out, catalog_file, "--out", tmp_path / "moved.csv", "--json")
    assert json.loads(moved.out) == {"results": str(tmp_path / "moved.csv")}


def test_numbers_that_are_none_are_null(capsys):
    told = {"a": [np.float64("nan"), np.int64(3), (np.bool_(True), float("inf"))], "b": np.array([[1.0, np.nan]])}
    print_json({**told, "c": np.datetime64("2001-01-01"), "d": None, "e": "x"})
    assert json.loads(capsys.readouterr().out) == {
        "a": [None, 3, [True, None]],
        "b": [[1.0, None]],
        "c": "2001-01-01",
        "d": None,
        "e": "x",
    }


def test_warnings_stay_off_the_terminal(tmp_path):
    program = (
        "import sys, warnings; from seisweave import cli; sys.argv = ['seisweave', 'x'];"
        "cli._invoke = lambda arguments: warnings.warn('unwanted') or 0; cli.main()"
    )
    end = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (end.returncode, end.stderr) == (0, "")
    program = f"import os; os.environ.pop('PYTHONWARNINGS', None); {program}"
    end = subprocess.run([sys.executable, "-W", "always", "-c", program], capture_output=True, text=True, check=False)
    assert "unwanted" in end.stderr, "whoever asks for warnings gets them"


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's /dev/full")
def test_a_full_output(catalog_file, command):
    with open("/dev/full", "w") as full:  # noqa: PTH123
        end = command("catalog", "info", catalog_file, stdout=full)
    assert end.code == 2
    assert end.err == "seisweave: the output: No space left on device; check the place and the room left there\n"


def test_a_reader_that_has_seen_enough(catalog_file):
    process = start("catalog", "info", catalog_file)
    process.stdout.close()
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_a_closed_stream(closed, catalog_file, tmp_path):
    number = {"stdout": 1, "stderr": 2}[closed]
    shell = f'exec "$@" {number}>&-'
    command = [sys.executable, "-m", "seisweave", "catalog", "info"]
    for source, code in ((catalog_file, 0), (tmp_path / "absent.csv", 2)):
        end = subprocess.run(["sh", "-c", shell, "sh", *command, source], capture_output=True, text=True, check=False)
        assert end.returncode == code
        assert "Traceback" not in end.stderr + end.stdout


def test_a_narrow_encoding(tmp_path, catalog_file, command):
    source = catalog_file.rename(tmp_path / "Erdbeben é.csv")
    import os

    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    end = command("catalog", "info", source, env=environment)
    assert (end.code, end.err) == (0, "")
    assert "Erdbeben \\xe9.csv" in end.out


def test_convert_and_info(catalog_file, tmp_path, run):
    for name in ("c.parquet", "d.csv"):
        end = run("catalog", "convert", catalog_file, tmp_path / name, "--min-magnitude", "2.2")
        assert end.out == f"48 events written to {tmp_path / name}\n"
        assert "events       48" in run("catalog", "info", tmp_path / name).out
