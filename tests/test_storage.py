"""Files appear whole, on the disk, through no link of a stranger; what killed processes leave is cleared."""

import errno
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from seisweave import storage
from seisweave.report.results import whole
from seisweave.storage import make_folder, sync, sync_tree, write_text, write_whole

HALF = """
import sys
from pathlib import Path
from seisweave.storage import write_whole

def write(file):
    file.write(b"half")
    print(file.name, flush=True)
    sys.stdin.read()

write_whole(Path(sys.argv[1]), write)
"""


def _fail(error, file):
    file.write(b"half")
    raise error


@pytest.fixture
def traced(monkeypatch):
    """What is brought to the disk, and what is put in its place, in order, by name."""
    done, names = [], {}
    opened, fsync, replace, rename = os.open, os.fsync, os.replace, storage.rename

    def open_(path, *arguments, **options):
        handle = opened(path, *arguments, **options)
        names[handle] = Path(path).name
        return handle

    def put(call, source, target, *options):
        done.append(("put", Path(target).name))
        return call(source, target, *options)

    monkeypatch.setattr(os, "open", open_)
    monkeypatch.setattr(os, "fsync", lambda handle: done.append(("sync", names.get(handle, "?"))) or fsync(handle))
    monkeypatch.setattr(os, "replace", partial(put, replace))
    monkeypatch.setattr(storage, "rename", partial(put, rename))
    return done


@pytest.mark.parametrize("replace", [True, False])
def test_a_file_is_on_the_disk_before_it_is_in_its_place(replace, traced, tmp_path):
    write_whole(tmp_path / "note", lambda file: file.write(b"all"), replace=replace)
    (kind, part), *rest = traced
    assert kind == "sync"
    assert part.startswith(".note.")
    assert part.endswith(".part")
    assert rest == [("put", "note"), ("sync", tmp_path.name)]


@pytest.mark.parametrize("before", ["nothing", "results"])
@pytest.mark.parametrize("swaps", [True, False])
def test_a_folder_is_on_the_disk_before_it_is_in_its_place(swaps, before, traced, tmp_path, monkeypatch):
    if not swaps:
        monkeypatch.setattr(whole, "_exchange", lambda one, other: False)
    take = whole._take_place
    monkeypatch.setattr(whole, "_take_place", lambda *given: traced.append(("put", "out")) or take(*given))
    if before == "results":
        for name in ("network.nc", "summary.json"):
            make_folder(tmp_path / "out")
            (tmp_path / "out" / name).write_text("old")
        traced.clear()
    with whole.whole_folder(tmp_path / "out", force=True) as fresh:
        (fresh / "network.nc").write_text("new")
        (fresh / "nowcast").mkdir()
        (fresh / "nowcast" / "model.json").write_text("new")
    at = traced.index(("put", "out"))
    assert traced[:at] == [("sync", name) for name in ("model.json", "nowcast", "network.nc", "out")]
    assert traced[at + 1 :] == [("sync", tmp_path.name)]


def test_new_folders_are_on_the_disk(traced, tmp_path):
    assert make_folder(tmp_path / "a" / "b") == [tmp_path / "a" / "b", tmp_path / "a"]
    assert set(traced) == {("sync", "a"), ("sync", tmp_path.name)}
    traced.clear()
    assert make_folder(tmp_path / "a") == []
    assert traced == []


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.ENOSYS])
def test_file_systems_that_cannot_sync_are_passed_over(code, tmp_path, monkeypatch):
    def refuse(handle):
        raise OSError(code, "cannot")

    monkeypatch.setattr(os, "fsync", refuse)
    (tmp_path / "file").write_text("x")
    sync(tmp_path)
    sync_tree(tmp_path)


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fails_is_told(code, tmp_path, monkeypatch):
    def refuse(handle):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match=os.strerror(code)):
        sync(tmp_path)
    with pytest.raises(OSError, match="note"):
        write_text(tmp_path / "note", "all")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "error", [OSError(28, "No space"), MemoryError(), KeyboardInterrupt(), ValueError("x"), SystemExit(1)]
)
@pytest.mark.parametrize("existing", [True, False])
def test_a_write_that_fails_leaves_what_was_there(existing, error, tmp_path):
    path = tmp_path / "note"
    if existing:
        path.write_text("old")
    with pytest.raises(type(error)):
        write_whole(path, partial(_fail, error))
    assert [each.read_text() for each in tmp_path.iterdir()] == ["old"] * existing


def test_a_planted_link_is_not_followed(tmp_path, monkeypatch):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / ".note.part").symlink_to(victim)
    (tmp_path / f".note.{'0' * 16}.part").symlink_to(victim)
    names = iter(["0" * 16, "1" * 16])
    monkeypatch.setattr(storage, "token_hex", lambda _: next(names))
    with pytest.raises(FileExistsError):  # even one whose name was foreseen
        write_text(tmp_path / "note", "all")
    write_text(tmp_path / "note", "all")
    assert victim.read_text() == "mine"
    assert (tmp_path / "note").read_text() == "all"
    assert not (tmp_path / "note").is_symlink()


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_the_permissions_are_those_of_any_file(mask, tmp_path):
    before = os.umask(mask)
    try:
        write_text(tmp_path / "note", "all")
        (tmp_path / "other").write_text("all")
    finally:
        os.umask(before)
    assert (tmp_path / "note").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_file_that_came_meanwhile_stays(tmp_path, monkeypatch):
    path = tmp_path / "note"
    for in_one_step in (True, False):
        if not in_one_step:
            monkeypatch.setattr(storage, "rename", lambda *_: False)
        with pytest.raises(FileExistsError, match="note"):
            write_whole(path, lambda _: path.write_text("theirs"), replace=False)
        assert path.read_text() == "theirs"
        path.unlink()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_leaves_is_cleared_by_the_next(tmp_path):
    path = tmp_path / "note"
    process = subprocess.Popen(
        [sys.executable, "-c", HALF, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    process.stdout.readline()
    (part,) = tmp_path.iterdir()
    mine = tmp_path / ".note.mine.part"
    mine.write_text("not of seisweave")
    write_text(path, "all")
    assert part.exists()  # its process lives
    process.kill()
    process.communicate()
    write_text(path, "again")
    assert {each.name for each in tmp_path.iterdir()} == {"note", mine.name}


def test_without_locks_only_old_leftovers_are_cleared(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "try_lock", lambda _: None)
    new, old = (tmp_path / f".note.{digit * 16}.part" for digit in "12")
    for part in (new, old):
        part.write_text("half")
    os.utime(old, (0, 0))
    write_text(tmp_path / "note", "all")
    assert {each.name for each in tmp_path.iterdir()} == {"note", new.name}


@pytest.mark.parametrize("name", [b"x" * 255, "ü".encode() * 127, b"caf\xe9", b"a[1]*?.nc", b".hidden", b"a b\n"])
def test_any_name(name, tmp_path):
    path = tmp_path / os.fsdecode(name)
    for text in ("one", "two"):
        write_text(path, text)
        assert path.read_text() == text
    assert list(tmp_path.iterdir()) == [path]
