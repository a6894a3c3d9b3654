"""Heaps that HDF5 wrote are walked through, whatever was put into them and taken out; broken ones are refused."""

import re
from pathlib import Path

import h5py
import numpy as np
import pytest

from seisweave.stored_heaps import check_heaps
from seisweave.stored_netcdf import open_dataset


@pytest.fixture(params=["earliest", "latest"])
def full(request, tmp_path):
    """A file of texts and lists of any length, some of them written again or removed."""
    rng, path = np.random.default_rng(1), tmp_path / "full.h5"
    with h5py.File(path, "w", libver=request.param) as file:
        for k in range(20):
            file.attrs[f"text{k}"] = "x" * int(rng.integers(0, 9000))
        texts = file.create_dataset("texts", data=["y" * int(n) for n in rng.integers(0, 700, 500)])
        texts[5:50] = ["z" * int(n) for n in rng.integers(0, 4000, 45)]
        for k in range(5):
            del file.attrs[f"text{k}"]
        lists = file.create_dataset("lists", (30,), h5py.vlen_dtype(np.float64))
        for k in range(30):
            lists[k] = rng.normal(size=int(rng.integers(0, 600)))
    return path


def test_heaps_of_hdf5_are_walked_through(full):
    assert full.read_bytes().count(b"GCOL\x01") > 5
    check_heaps(full)


@pytest.mark.parametrize("size", [0, 8, 2**63, 2**64 - 1])
def test_an_object_of_a_size_that_cannot_be_is_refused(size, full):
    data = bytearray(full.read_bytes())
    at = data.rindex(b"GCOL\x01") + 16
    data[at : at + 16] = bytes(8) + size.to_bytes(8, "little")
    full.write_bytes(data)
    with pytest.raises(ValueError, match="it is damaged"):
        check_heaps(full)


def test_what_only_looks_like_a_heap_is_passed_over(tmp_path):
    path = tmp_path / "no-heap"
    path.write_bytes(b"GCOL\x01" + bytes(100) + b"GCOL\x01")
    check_heaps(path)


def texts_at(path: Path) -> tuple[int, int]:
    """Where the array of texts of a file begins, and how many there are."""
    with h5py.File(path) as file:
        return file["texts"].id.get_offset(), len(file["texts"])


def test_texts_that_are_longer_than_their_file_are_refused_before_memory_is_asked_for(tmp_path):
    """A length of a gigabyte, and bytes lost before the first."""
    path = tmp_path / "texts.nc"
    with h5py.File(path, "w", libver="earliest") as file:
        file.create_dataset("texts", data=["east", "north", "down"])
    whole = path.read_bytes()
    begin, n = texts_at(path)
    for k in range(3):
        at = begin + 16 * k
        path.write_bytes(whole[:at] + (0x40000000).to_bytes(4, "little") + whole[at + 4 :])
        with pytest.raises(ValueError, match=re.escape("its texts have 1,073,741,8")):
            open_dataset(path)
    path.write_bytes(whole[:begin] + whole[begin + 3 :] + bytes(3))  # 24 bits of an address are a length now
    with pytest.raises((ValueError, OSError)):
        open_dataset(path)
    path.write_bytes(whole)
    assert (n, open_dataset(path)["texts"].values.tolist()) == (3, ["east", "north", "down"])
