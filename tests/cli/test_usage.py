"""The command as others meet it: help, version, streams, and a quiet terminal."""

import subprocess
import sys

import pytest
from tests.cli.inputs import start

import seisweave


@pytest.mark.parametrize("arguments", [["--version"], ["faults", "--help"], ["catalog", "-h"]])
def test_help_and_version_succeed(arguments, run):
    end = run(*arguments)
    assert (end.code, end.err) == (0, "")
    assert end.out


def test_python_m_is_the_command(command):
    end = command("--version")
    assert (end.code, end.out, end.err) == (0, f"seisweave {seisweave.__version__}\n", "")


def test_panels_of_the_help(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    said = run("faults", "--help").out
    for panel in ("─ Method ─", "─ Selection ─", "─ Reading ─"):
        assert panel in said
    assert "Options options" not in said
    assert "<float> <float> <float>" in said


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
