"""Work that needs more memory than there is is refused before it begins, with the estimate; freed memory goes back."""

import ctypes
import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from seisweave import machine as memory
from seisweave.catalog import read_catalog
from seisweave.errors import InputError
from seisweave.faults.reconstruct import reconstruct_faults


@pytest.fixture
def little(monkeypatch):
    monkeypatch.setattr(memory, "machine_memory", lambda: 250e6)


def test_the_memory_here_is_what_the_system_says():
    assert 1e8 < memory.machine_memory() <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def test_a_container_may_have_less(tmp_path, monkeypatch):
    (tmp_path / "memory.max").write_text("123456\n")
    (tmp_path / "none").write_text("max\n")
    monkeypatch.setattr(memory, "_LIMITS", (str(tmp_path / "none"), str(tmp_path / "memory.max")))
    assert memory.machine_memory() == 123456


def test_too_many_events_are_refused_early(little):
    points = np.random.default_rng(0).normal(size=(100_000, 3))
    with pytest.raises(InputError, match=r"a network of 100,000 events needs about 0\.5 GB .* the 0\.2 GB here"):
        reconstruct_faults(points)


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_that_is_too_large_is_refused_before_it_is_read(packed, little, tmp_path):
    text = (
        "time,longitude,latitude,depth,magnitude\n"
        + "".join(f"2019-07-04T00:00:00,-116.5,34.2,8.0,{k}\n" for k in range(800_000))
    ).encode()
    path = tmp_path / ("large.csv.gz" if packed else "large.csv")
    path.write_bytes(gzip.compress(text, 1) if packed else text)
    with pytest.raises(InputError, match=r"large\.csv.* needs about 0\.[3-9] GB of memory"):
        read_catalog(path)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="this system's allocator keeps nothing")
def test_what_was_freed_between_what_is_held_goes_back():
    def held_mb():
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    pieces = [bytearray(20_000) for _ in range(4000)]
    some = pieces[::50]
    del pieces
    before = held_mb()
    memory.give_back_memory()
    assert held_mb() < before - 40.0
    assert len(some) == 80
