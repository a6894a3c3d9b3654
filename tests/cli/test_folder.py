"""Result folders appear whole or not at all, and replace nothing that they may not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.inputs import contents, start_without_figure
from tests.smoke.commands import CALLS

from seisweave import locks
from seisweave.cli.folder import check_target, kept_run, whole_folder
from seisweave.errors import InputError
from seisweave.report.results import whole as folders

pytestmark = pytest.mark.usefixtures("plain_figure")

FILES = ["network.nc", "summary.json", "faults.csv"]


def _fill(folder, text="new"):
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (folder / name).write_text(text)


def _write(target, force=False):
    check_target(target, force=force)
    with whole_folder(target, force=force) as fresh:
        _fill(fresh)


def _texts(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


@pytest.mark.parametrize("swaps", [True, False])
@pytest.mark.parametrize("before", ["nothing", "missing parents", "empty folder", "results", "a link to results"])
def test_a_folder_takes_its_place(before, swaps, tmp_path, monkeypatch):
    if not swaps:
        monkeypatch.setattr(folders, "_exchange", lambda one, other: False)
    target = tmp_path / "a" / "b" / "target" if before == "missing parents" else tmp_path / "target"
    if before == "empty folder":
        target.mkdir()
    if "results" in before:
        _fill(tmp_path / "real", "old")
        target = tmp_path / "real"
    if "link" in before:
        target = tmp_path / "link"
        target.symlink_to(tmp_path / "real")
    check_target(target, force=True)
    with whole_folder(target, force=True) as fresh:
        _fill(fresh)
        assert fresh.name in ("target", "real")
        assert "results" not in before or _texts(target)["faults.csv"] == "old"
    assert _texts(target) == dict.fromkeys(FILES, "new")
    assert target.is_symlink() == ("link" in before)
    assert not list(tmp_path.rglob(".*"))


@pytest.mark.parametrize("error", [ValueError(), KeyboardInterrupt(), OSError(28, "No space"), InputError("no")])
@pytest.mark.parametrize("existing", [True, False])
def test_what_fails_leaves_nothing(existing, error, tmp_path):
    target = tmp_path / "a" / "target"
    if existing:
        _fill(target, "old")
    before = contents(tmp_path)
    expected = InputError if isinstance(error, OSError) else type(error)

    def write():
        with whole_folder(target, force=True) as fresh:
            (fresh / "network.nc").write_text("half")
            raise error

    with pytest.raises(expected):
        write()
    assert contents(tmp_path) == before


def test_a_move_that_fails_puts_the_old_results_back(tmp_path, monkeypatch):
    target = tmp_path / "target"
    _fill(target, "old")
    monkeypatch.setattr(folders, "_exchange", lambda one, other: False)
    rename = type(target).rename

    def fail(self, to):
        if self.parent.name.startswith(".") and to == target and self.name == "target":
            raise OSError(5, "Input/output error")
        return rename(self, to)

    monkeypatch.setattr(type(target), "rename", fail)
    with pytest.raises(InputError, match="Input/output error"), whole_folder(target, force=True) as fresh:
        _fill(fresh)
    assert _texts(target) == dict.fromkeys(FILES, "old")
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


def test_results_that_appear_meanwhile_stay(tmp_path):
    target = tmp_path / "target"

    def write():
        with whole_folder(target, force=False) as fresh:
            _fill(fresh)
            _fill(target, "theirs")

    with pytest.raises(InputError, match="holds results already"):
        write()
    assert _texts(target) == dict.fromkeys(FILES, "theirs")
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


@pytest.mark.parametrize("name", ["network.nc", "summary.json"])
def test_half_a_result_is_none(name, tmp_path):
    _fill(tmp_path / "target")
    (tmp_path / "target" / name).unlink()
    with pytest.raises(InputError, match="not results of seisweave"):
        check_target(tmp_path / "target", force=True)


def test_no_folder_can_be_made_there(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="is a file"):
        check_target(tmp_path / "file", force=True)
    with pytest.raises(InputError, match="cannot be written"):
        check_target(tmp_path / "file" / "below" / "it", force=True)
    monkeypatch.chdir(tmp_path / "..")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(InputError, match="give a new folder within it"):
        check_target(tmp_path / "here", force=True)


def test_no_permission(tmp_path, monkeypatch):
    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    for place, call in ((locks.os, "open"), (folders.tempfile, "mkdtemp")):
        monkeypatch.setattr(place, call, refuse)
        with pytest.raises(InputError, match=r"target: cannot be written \(Permission denied\)"):
            _write(tmp_path / "target")
        monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


def test_the_output_is_checked_before_anything_is_read(catalog_file, tmp_path, refused, monkeypatch):
    monkeypatch.setattr("seisweave.cli.faults.read_events", lambda *arguments: 1 / 0)
    (tmp_path / "file").write_text("x")
    assert "is a file" in refused("faults", catalog_file, "--out", tmp_path / "file")
    assert "cannot be written" in refused("faults", catalog_file, "--out", tmp_path / "file" / "x")


def test_existing_results_need_force(result, catalog_file, refused, run):
    before = contents(result)
    assert "give --force" in refused("faults", catalog_file, "--out", result)
    assert contents(result) == before
    end = run("faults", catalog_file, "--out", result, "--force")
    assert end.code == 0
    assert end.out.endswith(f"results: {result}\n")
    assert contents(result).keys() == before.keys()
    assert contents(result) != before


def test_every_command_looks_at_its_output_before_its_input(tmp_path, monkeypatch, refused):
    """No input of these calls is there: what is said must be about the output all the same."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("x")
    tried = set()
    for call in CALLS:
        if "--out" not in call.arguments or "--cluster" in call.arguments or call.command in tried:
            continue
        tried.add(call.command)
        words = list(call.arguments)
        at = words.index("--out") + 1
        words[at] = f"file/below{Path(words[at]).suffix}"
        said = refused(*call.command.split(), *words)
        assert said.startswith("seisweave: file"), (call.command, said)
        assert "cannot be written" in said or "is no folder" in said
    assert len(tried) > 25
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("catalog", "convert", "none.csv", "there.csv"), "there.csv exists; choose another name"),
        (("catalog", "convert", "none.csv", "there.png"), "there.png has no known suffix"),
        (("catalog", "convert", "none.csv", "folder"), "folder: is a folder; give the name of a file"),
        (("nowcast", "place-predict", "none", "none.csv", "--out", "folder"), "folder: is a folder"),
        (("issue", "none", "none.csv", "--out", "there.csv"), "there.csv: is a file; give a folder"),
        (("issue", "none", "none.csv", "--out", "held"), "another run is at work in"),
    ],
)
def test_a_taken_output_is_told_before_anything_is_read(words, said, tmp_path, monkeypatch, refused):
    monkeypatch.chdir(tmp_path)
    for name in ("there.csv", "there.png"):
        (tmp_path / name).write_text("x")
    (tmp_path / "folder").mkdir()
    with (tmp_path / ".held.seisweave.lock").open("w") as other:
        assert locks.try_lock(other.fileno())
        assert said in refused(*words)
    assert not (tmp_path / "held").exists()


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_files_that_are_not_results_are_never_removed(force, result, catalog_file, refused):
    (result / "notes.txt").write_text("mine")
    before = contents(result)
    assert "like notes.txt" in refused("faults", catalog_file, "--out", result, *force)
    assert contents(result) == before


WRITERS = [
    "seisweave.faults.network.FaultNetwork.write",
    "seisweave.faults.export.faults_table",
    "seisweave.faults.export.faults_geojson",
    "seisweave.faults.export.events_table",
    "seisweave.report.figures.network_figure",
    "seisweave.cli.faults.summarize",
]


@pytest.mark.parametrize("writer", WRITERS)
def test_one_file_that_fails_leaves_nothing(writer, result, catalog_file, tmp_path, monkeypatch, run):
    def fail(*arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer, fail)
    before = contents(tmp_path)
    for target, flags in ((tmp_path / "a" / "new", []), (result, ["--force"])):
        end = run("faults", catalog_file, "--out", target, *flags)
        assert end.code == 2
        assert end.err == (
            f"seisweave: {target}: cannot be written (No space left on device); nothing was written there,"
            " give a folder elsewhere or make room\n"
        )
    assert contents(tmp_path) == before


FULL = """
import resource
from seisweave import keeping
keeping.FIRST_S = keeping.EVERY_S = {keep_from_s}
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
"""


def _on_a_full_disk(keep_from_s, limit, source, out):
    """Run the command where no file may be longer than so many bytes; states are kept at once, or never."""
    full = FULL.format(keep_from_s=keep_from_s, limit=limit)
    process = start_without_figure("faults", source, "--out", out, "--quiet", before=full)
    said, error = process.communicate(timeout=100)
    return subprocess.CompletedProcess(process.args, process.returncode, said, error)


@pytest.mark.parametrize(("keep_from_s", "limit"), [(1e9, 1000), (1e9, 60_000), (0.0, 1000)])
def test_a_disk_that_fills_up_before_anything_is_kept(keep_from_s, limit, catalog_file, tmp_path):
    before = contents(tmp_path)
    end = _on_a_full_disk(keep_from_s, limit, catalog_file, tmp_path / "x" / "out")
    assert (end.returncode, end.stdout) == (2, "")
    assert "out: cannot be written (File too large); nothing was written there, give a folder elsewhere" in end.stderr
    assert end.stderr.count("\n") == 1
    assert contents(tmp_path) == before


def test_a_disk_that_fills_up_when_something_is_kept(catalog_file, tmp_path, run):
    """What is kept stays, is told, and is gone on with when there is room."""
    out = tmp_path / "x" / "out"
    end = _on_a_full_disk(0.0, 60_000, catalog_file, out)
    assert (end.returncode, end.stdout) == (2, "")
    kept = f"what is done is kept in {out / '.partial'}, make room and go on with --resume"
    assert end.stderr.endswith(f"out: cannot be written (File too large); {kept}\n")
    assert {path.name for path in out.iterdir()} == {".partial"}
    assert any(path.suffix == ".npz" for path in (out / ".partial").iterdir())
    assert "give --resume to go on" in run("faults", catalog_file, "--out", out).err
    resumed = run("faults", catalog_file, "--out", out, "--resume")
    whole = run("faults", catalog_file, "--out", tmp_path / "whole")
    assert (resumed.code, whole.code) == (0, 0)
    assert (out / "network.nc").read_bytes() == (tmp_path / "whole" / "network.nc").read_bytes()


@pytest.mark.skipif(sys.platform != "linux" or not os.path.isdir("/proc"), reason="needs Linux's /proc")  # noqa: PTH112
def test_a_file_system_that_takes_no_folder(catalog_file, refused):
    assert "/proc/out: cannot be written" in refused("faults", catalog_file, "--out", "/proc/out")


def test_what_a_killed_process_leaves_is_cleared(tmp_path):
    program = (
        "import os, sys, pathlib\nfrom seisweave.cli.folder import whole_folder\n"
        "with whole_folder(pathlib.Path(sys.argv[1]), force=False) as fresh:\n"
        "    (fresh / 'network.nc').write_text('half')\n    print(fresh, flush=True)\n    sys.stdin.read()"
    )
    begun = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "out")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    killed = Path(begun.stdout.readline().strip()).parent
    with pytest.raises(InputError, match=rf"out: another run is at work there \(process {begun.pid} on "):
        _write(tmp_path / "out")
    assert killed.exists()
    _kill(begun)
    assert (tmp_path / ".out.seisweave.lock").exists()
    last_copy = tmp_path / ".out.seisweave-abcdefgh"
    (last_copy / "replaced").mkdir(parents=True)
    mine = tmp_path / ".out.settings"
    mine.mkdir()
    with whole_folder(tmp_path / "out", force=False) as fresh:
        assert not killed.exists()
        _fill(fresh)
    assert last_copy.exists()
    assert mine.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"out", last_copy.name, mine.name}


def _kill(process):
    process.kill()
    process.communicate()


def _run(folder, error, *, resume, done):
    with kept_run(folder, {"seed": 1}, resume=resume) as keep:
        if done:
            (keep / "fit").mkdir(exist_ok=True)
            (keep / "fit" / "weights").write_text("trained for an hour")
        raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left"), InputError("too few")])
def test_a_run_that_fails_loses_nothing_it_has_done(error, tmp_path, capsys):
    for resume in (False, True):
        with pytest.raises(type(error)):
            _run(tmp_path / "out", error, resume=resume, done=not resume)
        assert (tmp_path / "out" / ".partial" / "fit" / "weights").read_text() == "trained for an hour"
        assert "--resume" in capsys.readouterr().err
    with pytest.raises(InputError, match="other settings"), kept_run(tmp_path / "out", {"seed": 2}, resume=True):
        pass


def test_a_run_refused_before_it_did_anything_leaves_nothing(tmp_path):
    with pytest.raises(InputError, match="too few"):
        _run(tmp_path / "out", InputError("too few"), resume=False, done=False)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(InputError, match="holds no run"), kept_run(tmp_path / "out", {}, resume=True):
        pass


def test_a_run_that_is_refused_clears_what_a_killed_one_left(result, catalog_file, tmp_path, refused):
    """Killed when the new results were in their place, the old ones not yet gone."""
    left = tmp_path / ".result.seisweave-abcdefgh"
    _fill(left / "result", "old")
    (tmp_path / ".x.csv.0123456789abcdef.part").write_text("half")
    (tmp_path / "x.csv").write_text("mine")
    assert "holds results already" in refused("faults", catalog_file, "--out", result)
    assert "exists" in refused("catalog", "convert", catalog_file, tmp_path / "x.csv")
    assert not list(tmp_path.glob(".*"))
