"""A checkpoint: states that come back to the last bit, and folders of other work that are left alone."""

import gc
import json
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import numpy as np
import pytest

from seisweave import keeping
from seisweave.errors import InputError
from seisweave.keeping import Checkpoint

IDENTITY = {"input": "ab12", "options": {"rounds": 3, "rate": 0.1}, "version": "1"}


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(keeping, "EVERY_S", 0.0)
    monkeypatch.setattr(keeping, "FIRST_S", 0.0)


@pytest.fixture
def kept(tmp_path):
    with Checkpoint(tmp_path / "kept", IDENTITY) as checkpoint:
        checkpoint.save("half", {"sums": np.arange(3.0) / 3.0, "count": np.array(2)})
    return tmp_path / "kept"


def test_states_come_back_to_the_last_bit_and_can_be_forgotten(kept):
    with Checkpoint(str(kept), IDENTITY) as checkpoint:
        state = checkpoint.load("half")
        assert {name: array.tobytes() for name, array in state.items()} == {
            "sums": (np.arange(3.0) / 3.0).tobytes(),
            "count": np.array(2).tobytes(),
        }
        assert checkpoint.load("other half") is None
        checkpoint.forget("half")
        checkpoint.forget("half")
    assert [path.name for path in kept.iterdir()] == ["identity.json"]


def test_without_a_folder_nothing_is_kept(tmp_path):
    with Checkpoint(None, IDENTITY) as checkpoint:
        assert not checkpoint.due("half")
        checkpoint.save("half", {"sums": np.zeros(2)})
        assert checkpoint.load("half") is None
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_due_in_the_first_seconds_nor_right_after_it_was_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "FIRST_S", 1e9)
    checkpoint = Checkpoint(tmp_path / "kept", IDENTITY)
    assert not checkpoint.due("half")
    checkpoint.save("half", {"sums": np.zeros(2)})  # waits for the first seconds to be over
    assert not (tmp_path / "kept").exists()
    monkeypatch.setattr(keeping, "FIRST_S", 0.0)
    assert checkpoint.due("half")
    monkeypatch.setattr(keeping, "EVERY_S", 1e9)
    assert not checkpoint.due("half")
    checkpoint.save("other half", {"sums": np.ones(2)})
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == [
        "half.npz",
        "identity.json",
        "other half.npz",
    ]
    checkpoint.__exit__()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"input": "cd34"}, "was kept by a run with another input; give what that run was given, or start again"),
        ({"options": {"rounds": 4, "rate": 0.1}}, "with other rounds or rates; give"),
        ({"options": {"rounds": 3, "rate": 0.1, "warmth": 1}}, "with other rounds or rates; give"),
        ({"input": "cd34", "version": "2"}, "with another input and another version; give"),
    ],
)
def test_the_folder_of_other_work_is_refused_and_left_alone(kept, change, words):
    before = {path.name: path.read_bytes() for path in kept.iterdir()}
    with pytest.raises(InputError, match=words):
        Checkpoint(kept, IDENTITY | change, other={"options": "other rounds or rates"})
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == before


def test_a_folder_may_say_more_of_itself_than_is_asked(kept):
    written = json.loads((kept / "identity.json").read_text())
    written["options"]["seed"] = 5
    (kept / "identity.json").write_text(json.dumps(written | {"machine": "there"}))
    with Checkpoint(kept, IDENTITY) as checkpoint:
        assert checkpoint.load("half") is not None


def test_damage_and_another_run_at_work_are_said_in_one_line(kept):
    with Checkpoint(kept, IDENTITY, damaged="start again") as checkpoint:
        with pytest.raises(InputError, match="another run of this process is at work there; wait for it, or stop it"):
            Checkpoint(kept, IDENTITY)
        (kept / "half.npz").write_bytes(b"PK broken")
        with pytest.raises(InputError, match=r"half\.npz: is damaged .*; start again$"):
            checkpoint.load("half")
    (kept / "identity.json").write_text("{")
    with pytest.raises(InputError, match="was kept by a run with"):
        Checkpoint(kept, IDENTITY)


def test_a_state_without_its_digest_is_not_believed(kept):
    np.savez(kept / "half.npz", sums=np.arange(3.0) / 3.0, count=np.array(2))
    with Checkpoint(kept, IDENTITY) as checkpoint, pytest.raises(InputError, match=r"damaged .*an earlier version"):
        checkpoint.load("half")


class LetsOthersRun:
    """Garbage whose removal takes a moment, as that of folders and processes does."""

    def __init__(self):
        self.itself = self

    def __del__(self):
        sleep(1e-5)


def deeper(calls, work):
    return work() if calls == 0 else deeper(calls - 1, work)


def test_states_are_read_in_several_threads_at_once(kept):
    """Python 3.11 fails to parse in two threads where garbage is removed in the middle of it (gh-106905)."""

    def read(calls):
        for _ in range(200):
            LetsOthersRun()
            deeper(calls, lambda: checkpoint.load("half"))

    before = gc.get_threshold()
    gc.set_threshold(20)
    try:
        with Checkpoint(kept, IDENTITY) as checkpoint, ThreadPoolExecutor(4) as threads:
            list(threads.map(read, (0, 3, 6, 9)))
    finally:
        gc.set_threshold(*before)
