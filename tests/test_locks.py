"""One process at a time: who holds a place is told, dead holders are not waited for, and nothing is left behind."""

import errno
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from seisweave import locks
from seisweave.errors import InputError
from seisweave.locks import hold, hold_on, until_the_end
from seisweave.storage import try_lock

HOLD = """
import sys
from seisweave.locks import hold
with hold(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def other_process(place):
    """Another process that holds a place; it is killed at the end, if not before."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    """A folder that another process holds from the beginning of these tests to their end."""
    place = tmp_path_factory.mktemp("taken") / "out"
    with other_process(place) as process:
        yield place, process


def _refusal(place):
    with pytest.raises(InputError) as error, hold(place):
        pass
    return str(error.value)


def test_who_holds_a_place_and_since_when_is_told_in_one_line(taken):
    place, process = taken
    line = _refusal(place)
    assert line.startswith(
        f"{place}: another run is at work there (process {process.pid} on {socket.gethostname()} since"
    )
    assert line.endswith("; wait for it, or stop it")
    assert " UTC: " in line
    assert "\n" not in line


@pytest.mark.parametrize("name", ["out", "./out", "../{parent}/out", "link/out", "out/", "alias"])
def test_a_place_is_the_same_by_every_name(name, taken, tmp_path, monkeypatch):
    place, _ = taken
    monkeypatch.chdir(place.parent)
    for link, to in ((place.parent / "link", place.parent), (place.parent / "alias", place)):
        if not link.is_symlink():
            link.symlink_to(to)
    assert "another run is at work there" in _refusal(name.format(parent=place.parent.name))


@pytest.mark.parametrize("below", ["inner", "inner/most", ".partial"])
def test_a_place_within_one_that_is_held(below, taken):
    place, process = taken
    assert f"at work in {place} around it (process {process.pid}" in _refusal(place / below)
    assert not place.exists()


@pytest.mark.parametrize("name", ["out2", "ou", ".out", "out.lock", "Out"])
def test_other_places_beside_it_are_free(name, taken):
    before = sorted(taken[0].parent.iterdir())
    with hold(taken[0].with_name(name)):
        pass
    assert sorted(taken[0].parent.iterdir()) == before


def test_a_killed_process_holds_nothing(tmp_path):
    with other_process(tmp_path / "out") as process:
        process.kill()
        process.communicate()
        assert [path.name for path in tmp_path.iterdir()] == [".out.seisweave.lock"]
        with hold(tmp_path / "out"):
            told = json.loads((tmp_path / ".out.seisweave.lock").read_text())
            assert told["process"] == os.getpid()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("depth", ["out", "a/out", "a/b/c/out"])
def test_parents_are_made_and_go_again_if_they_stay_empty(depth, tmp_path):
    with hold(tmp_path / depth):
        assert (tmp_path / depth).parent.is_dir()
    assert list(tmp_path.iterdir()) == []
    with hold(tmp_path / depth):
        (tmp_path / depth).mkdir()
    assert (tmp_path / depth).is_dir()
    assert not list(tmp_path.rglob(".*"))


def test_the_same_process(tmp_path):
    out, found = tmp_path / "out", []

    def from_a_thread():
        found.append(_refusal(out))

    with hold(out):
        assert "another run of this process" in _refusal(out)
        with hold(out, again=True), hold(out / "inner"):
            assert len(list(tmp_path.rglob(".*"))) == 1
        thread = threading.Thread(target=from_a_thread)
        thread.start()
        thread.join()
    assert "another run of this process" in found[0]
    with hold(None), hold(out):
        pass


def test_a_command_holds_on_until_it_ends(tmp_path):
    with until_the_end():
        hold_on(tmp_path / "out")
        hold_on(tmp_path / "out")
        assert "at work there" in _refusal(tmp_path / "out")
    hold_on(tmp_path / "out")  # without a command only seen to be free
    assert list(tmp_path.iterdir()) == []


def _write_lock(folder, **told):
    holder = {"process": 1, "host": socket.gethostname(), "command": "seisweave faults", "since": "2026-01-01 00:00:00"}
    path = folder / ".out.seisweave.lock"
    path.write_text(json.dumps(holder | told))
    return path


def test_another_machine_is_told_and_its_lock_stays(tmp_path):
    path = _write_lock(tmp_path, host="far-away")
    line = _refusal(tmp_path / "out")
    assert "at work there, or was (process 1 on far-away since 2026-01-01 00:00:00 UTC: seisweave faults)" in line
    assert line.endswith(f"if it is over, remove {path}")
    assert path.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 100, b"{", b"[]", b"3", b'{"process": "x"}', b"\xff\xfe", b"[" * 4000, b"x" * 10**6],
    ids=["empty", "zeros", "torn", "list", "number", "not ours", "bytes", "deep", "long"],
)
def test_a_lock_torn_by_a_power_cut_is_taken_over(content, tmp_path):
    path = tmp_path / ".out.seisweave.lock"
    path.write_bytes(content)
    with hold(tmp_path / "out"):
        assert json.loads(path.read_text())["process"] == os.getpid()
    assert not path.exists()


def test_what_strangers_put_there_is_not_written_to_nor_printed_raw(tmp_path):
    victim, lock = tmp_path / "victim", tmp_path / ".out.seisweave.lock"
    victim.write_text("mine")
    for plant in (lock.symlink_to, lock.hardlink_to):
        plant(victim)
        with pytest.raises((InputError, OSError)), hold(tmp_path / "out"):
            pass
        assert victim.read_text() == "mine"
        lock.unlink()
    lock.mkdir()
    with pytest.raises(OSError), hold(tmp_path / "out"):  # noqa: PT011
        pass
    lock.rmdir()
    os.mkfifo(lock)
    with pytest.raises((InputError, OSError)), hold(tmp_path / "out"):
        pass
    lock.unlink()
    _write_lock(tmp_path, host="\x1b[31mfar\nBell\x07", command="c" * 3000)
    line = _refusal(tmp_path / "out")
    assert line.isprintable()
    assert len(line) < 600


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS])
def test_where_there_are_no_locks_the_process_is_looked_for(code, tmp_path, monkeypatch):
    def none(*_):
        raise OSError(code, "no locks")

    monkeypatch.setattr("fcntl.flock", none)
    with hold(tmp_path / "out"):
        assert json.loads((tmp_path / ".out.seisweave.lock").read_text())["process"] == os.getpid()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    _write_lock(tmp_path, process=gone.pid)
    with hold(tmp_path / "out"):
        pass
    path = _write_lock(tmp_path, process=os.getppid())
    assert _refusal(tmp_path / "out").endswith(f"if it is over, remove {path}")


@pytest.mark.parametrize("process", [-1, 0, 2**70])
def test_numbers_that_are_no_process(process):
    assert not locks._lives(process)


def test_a_lock_of_another_user_is_told(tmp_path, monkeypatch):
    path, opened = _write_lock(tmp_path, command="theirs"), os.open

    def refuse(file, flags, *mode):
        if flags & os.O_RDWR:
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(file, flags, *mode)

    monkeypatch.setattr(locks.os, "open", refuse)
    assert f"UTC: theirs); if it is over, remove {path}" in _refusal(tmp_path / "out")


def test_who_only_looks_does_not_get_in_the_way(tmp_path, monkeypatch):
    """A process that looks whether a place is held holds it for a moment: a taker waits that long."""
    path = tmp_path / ".out.seisweave.lock"
    path.write_text("")
    looking = [os.open(path, os.O_RDWR)]
    assert try_lock(looking[0])
    monkeypatch.setattr(locks.time, "sleep", lambda s: os.close(looking.pop()) if s and looking else None)
    with hold(tmp_path / "out"):
        assert looking == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_neither_holds_nor_lets_go(tmp_path):
    with hold(tmp_path / "out"):
        child = multiprocessing.get_context("fork").Process(target=_in_a_child, args=(tmp_path / "out",))
        child.start()
        child.join()
        assert child.exitcode == 0
        assert (tmp_path / ".out.seisweave.lock").exists()


def _in_a_child(out):
    assert locks._held == {}
    assert "another run is at work there" in _refusal(out)


@pytest.mark.parametrize("place", ["/", Path("/")])
def test_the_root_cannot_be_held(place):
    assert "give a new folder within it" in _refusal(place)


def test_a_long_name(tmp_path):
    with hold(tmp_path / ("x" * 255)):
        assert len(list(tmp_path.iterdir())) == 1
    with hold(tmp_path / os.fsdecode(b"caf\xe9")):
        assert len(list(tmp_path.iterdir())) == 1
    assert list(tmp_path.iterdir()) == []
