"""The first block of HDF5 files: those of every library are let by, one that would cost gigabytes is refused."""

import subprocess
import sys

import h5py
import numpy as np
import pytest
import xarray as xr

from seisweave.storage import write_dataset
from seisweave.stored_netcdf import open_dataset
from seisweave.stored_superblock import check_superblock

DRIVER = 48  # where version 0 names a driver's block


@pytest.fixture
def path(tmp_path):
    return write_dataset(xr.Dataset({"x": ("n", np.arange(5.0))}), tmp_path / "small.nc", {})


@pytest.mark.parametrize("libver", ["earliest", "v108", "v110", "latest"])
def test_what_libraries_write_is_let_by(libver, tmp_path):
    with h5py.File(tmp_path / "file.h5", "w", libver=libver) as file:
        file["x"] = np.arange(3)
    check_superblock(tmp_path / "file.h5")


def test_bytes_lost_near_the_beginning_cost_no_gigabytes(path):
    """3.4 GB are named where a driver's block would be; HDF5 takes them before it looks (fuzz, seed 4001497)."""
    data = bytearray(path.read_bytes())
    data[DRIVER : DRIVER + 8] = (80).to_bytes(8, "little")
    data[80:88] = bytes(4) + (3_456_106_496).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(ValueError, match="names a driver, which no file of ours has: it is damaged"):
        open_dataset(path)


@pytest.mark.parametrize("cut", [1, 8, 16, 40])
def test_a_beginning_that_is_none(cut, path):
    path.write_bytes(path.read_bytes()[cut:])
    with pytest.raises(ValueError, match="does not begin as an HDF5 file does"):
        open_dataset(path)


@pytest.mark.parametrize("at", [13, 14])
def test_addresses_of_other_sizes(at, path):
    data = bytearray(path.read_bytes())
    data[at] = 4
    path.write_bytes(data)
    with pytest.raises(ValueError, match="not of 8 bytes"):
        open_dataset(path)


_EVERY_BYTE = """
import resource, sys
from pathlib import Path
import h5py
from seisweave.stored_netcdf import open_dataset
path, step = Path(sys.argv[1]), int(sys.argv[2])
whole = path.read_bytes()
open_dataset(path)
held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (held + 300_000_000, held + 300_000_000))

def asks_for_more(open_it, data):
    path.write_bytes(data)
    try:
        open_it(path)
    except MemoryError:
        return True
    except Exception as error:
        return "H5MM_" in str(error) or "memory allocation" in str(error)
    return False

driver = bytearray(whole)
driver[48:56], driver[80:88] = (80).to_bytes(8, "little"), bytes(4) + (3_456_106_496).to_bytes(4, "little")
assert asks_for_more(lambda path: h5py.File(path, "r"), driver), "what is looked for is not seen"
assert not asks_for_more(open_dataset, driver)
for at in range(0, min(len(whole), 2000), step):
    flipped, cut, huge = bytearray(whole), bytearray(whole), bytearray(whole)
    flipped[at] ^= 0x80
    del cut[at : at + 16]
    huge[at : at + 4] = bytes([0, 0, 0, 0x7E])
    for name, data in (("flipped", flipped), ("cut", cut), ("huge", huge)):
        if asks_for_more(open_dataset, data):
            sys.exit(f"byte {at}, {name}: more than 300 MB")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is limited as Linux does")
def test_no_damaged_byte_costs_gigabytes(path):
    """Bytes flipped, cut out and made large all over the first blocks, in a process that may have 300 MB more."""
    end = subprocess.run([sys.executable, "-c", _EVERY_BYTE, path, "7"], capture_output=True, text=True, check=False)
    assert (end.returncode, end.stderr) == (0, "")
