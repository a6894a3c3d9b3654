import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.cli.inputs import catalog_rows, start, write_rows

from seisweave.cli import main


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys):
    """Run a command in this process, where warnings are errors."""

    def call(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Ended(end.value.code, said.out, said.err)

    return call


@pytest.fixture
def refused(run):
    """Run a command that must end with one line and exit code 2; gives the line."""

    def call(*arguments):
        end = run(*arguments)
        assert end.code == 2, end
        assert len(end.err.splitlines()) == 1, end.err
        assert end.err.startswith("seisweave: "), end.err
        assert end.err.endswith("\n"), end.err
        assert "Traceback" not in end.err
        assert not end.out, end.out
        return end.err

    return call


@pytest.fixture
def command():
    """Run the command as a process of its own."""

    def call(*arguments, **options):
        process = start(*arguments, **options)
        out, err = process.communicate(timeout=120)
        return Ended(process.returncode, out, err)

    return call


@pytest.fixture
def catalog_file(tmp_path):
    return write_rows(tmp_path / "catalog.csv", catalog_rows())


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    """A catalog and its result folder; never changed."""
    folder = tmp_path_factory.mktemp("made")
    source = write_rows(folder / "catalog.csv", catalog_rows())
    with pytest.raises(SystemExit) as end:
        main(["faults", str(source), "--out", str(folder / "result"), "--quiet"])
    assert end.value.code == 0
    return source, folder / "result"


@pytest.fixture
def result(made_once, tmp_path):
    """A result folder of one's own."""
    return Path(shutil.copytree(made_once[1], tmp_path / "result"))
