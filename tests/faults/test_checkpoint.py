"""A reconstruction that is broken off again and again ends with the bytes of one that is not."""

import json
import subprocess
import sys

import numpy as np
import pytest

from seisweave import keeping
from seisweave.errors import InputError
from seisweave.faults.network import open_network
from seisweave.faults.options import FaultOptions
from seisweave.faults.reconstruct import reconstruct_faults
from seisweave.synthetic import PlantedOptions, plant_faults

pytestmark = pytest.mark.slow_without_compiler

KINDS = {
    "global, one subset": FaultOptions(),
    "global, three subsets": FaultOptions(subsets=3),
    "local, three subsets": FaultOptions(criterion="local", subsets=3),
    "without refinement": FaultOptions(subsets=3, refine=False),
    "one cut": FaultOptions(atomize="cut", subsets=3),
    "alpha shapes": FaultOptions(background="alpha", subsets=3),
    "cells": FaultOptions(background="voronoi", subsets=3),
}


class BrokenOffError(Exception):
    pass


@pytest.fixture
def keep_everything(monkeypatch):
    monkeypatch.setattr(keeping, "EVERY_S", 0.0)
    monkeypatch.setattr(keeping, "FIRST_S", 0.0)


@pytest.fixture(scope="module")
def points():
    return plant_faults(PlantedOptions(n_faults=6, density_per_km2=0.2, seed=3)).xyz_km


def breaking_off(after):
    """Progress that breaks the work off at a step."""
    steps = iter(range(after))

    def tell(step):
        if next(steps, None) is None:
            raise BrokenOffError

    return tell


def written(network, path):
    network.write(path)
    return path.read_bytes()


BROKEN_OFF = [*zip(KINDS, (1, 3, 1, 3, 1, 3, 1), strict=True), ("global, three subsets", 1)]


@pytest.mark.parametrize(("kind", "jobs"), BROKEN_OFF)
def test_broken_off_at_many_steps_the_network_is_the_same_to_the_last_byte(
    kind, jobs, points, tmp_path, monkeypatch, keep_everything
):
    monkeypatch.setattr("seisweave.faults.merge.REPORT_EVERY", 5)
    network = reconstruct_faults(points, KINDS[kind], jobs=jobs)
    assert len(network.atomized.bic) == (2 if KINDS[kind].atomize == "best" else 1)
    whole = written(network, tmp_path / "whole.nc")
    kept, broken = tmp_path / "kept", 0
    for after in [5, 9, 20, 33, 60, 120]:
        try:
            reconstruct_faults(points, KINDS[kind], jobs=jobs, progress=breaking_off(after), keep=kept)
        except BrokenOffError:
            broken += 1
    assert broken >= 3
    network = reconstruct_faults(points, KINDS[kind], jobs=1, keep=kept)
    assert written(network, tmp_path / "resumed.nc") == whole


def test_what_is_kept_is_not_done_again(points, tmp_path, keep_everything):
    options, steps = FaultOptions(subsets=3), []
    reconstruct_faults(points, options, jobs=1, keep=tmp_path / "kept")
    reconstruct_faults(points, options, jobs=1, keep=tmp_path / "kept", progress=steps.append)
    merging = [step for step in steps if step.stage.startswith("merge subsets") and step.n_gaussians]
    assert merging == []


KILLED = """
import random, sys, time
import numpy as np
from multiprocessing import get_context
from pathlib import Path
from seisweave import keeping
from seisweave.faults import FaultOptions, merge, reconstruct_faults
keeping.EVERY_S = keeping.FIRST_S = 0.0
merge.REPORT_EVERY = 5
folder = Path(sys.argv[1])
points = np.load(folder / "points.npy")

def begin(name):
    def work():
        reconstruct_faults(points, FaultOptions(subsets=3), jobs=2, keep=folder / name).write(folder / f"{name}.nc")
    process = get_context("fork").Process(target=work)
    process.start()
    return process

reconstruct_faults(points, FaultOptions(subsets=3), jobs=1)  # loads the compiled loops, once for all
start = time.monotonic()
begin("whole").join()
seconds, draw = time.monotonic() - start, random.Random(1)
for killed in range(40):
    process = begin("broken")
    process.join(draw.uniform(0.02, seconds * (killed + 1) / 4))  # the later the longer, so that one ends
    if process.exitcode is not None:
        break
    process.kill()
    process.join()
print(killed, process.exitcode)
"""


def test_killed_at_random_moments_the_network_is_the_same_to_the_last_byte(points, tmp_path):
    """Each attempt is a fork of one process, so that what is killed is the work and not the start of Python."""
    np.save(tmp_path / "points.npy", points)
    end = subprocess.run([sys.executable, "-c", KILLED, tmp_path], capture_output=True, text=True)
    assert end.returncode == 0, end.stderr
    killed, code = map(int, end.stdout.split())
    assert killed >= 2
    assert code == 0
    assert (tmp_path / "broken.nc").read_bytes() == (tmp_path / "whole.nc").read_bytes()
    assert open_network(tmp_path / "broken.nc").options == FaultOptions(subsets=3)


@pytest.fixture
def kept(points, tmp_path, keep_everything):
    """The checkpoint of a run that was broken off."""
    with pytest.raises(BrokenOffError):
        reconstruct_faults(points, FaultOptions(subsets=3), jobs=1, keep=tmp_path / "kept", progress=breaking_off(12))
    return tmp_path / "kept"


def test_other_hypocentres_options_or_version_are_refused(kept, points, monkeypatch):
    before = {path.name: path.read_bytes() for path in kept.iterdir()}
    with pytest.raises(InputError, match="other hypocentres; give what that run was given"):
        reconstruct_faults(points + 1e-9, FaultOptions(subsets=3), keep=kept)
    with pytest.raises(InputError, match="other options"):
        reconstruct_faults(points, FaultOptions(subsets=2), keep=kept)
    monkeypatch.setattr("seisweave.version.__version__", "9.9")
    with pytest.raises(InputError, match="another version of seisweave"):
        reconstruct_faults(points, FaultOptions(subsets=3), keep=kept)
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == before


@pytest.mark.parametrize("kept_seed", [None, 0, 5])  # what earlier versions wrote down with the options
def test_another_seed_is_taken_up_since_nothing_is_drawn_by_it(kept, points, kept_seed, tmp_path):
    identity = json.loads((kept / "identity.json").read_text())
    assert "seed" not in identity["options"]
    if kept_seed is not None:
        identity["options"]["seed"] = kept_seed
        (kept / "identity.json").write_text(json.dumps(identity))
    options, steps, all_steps = FaultOptions(subsets=3, seed=7), [], []
    resumed = reconstruct_faults(points, options, jobs=1, keep=kept, progress=steps.append)
    whole = reconstruct_faults(points, options, jobs=1, progress=all_steps.append)
    assert len(steps) < len(all_steps)
    assert written(resumed, tmp_path / "resumed.nc") == written(whole, tmp_path / "whole.nc")
    assert resumed.options.seed == 7


@pytest.mark.parametrize("damage", ["truncated", "a flipped byte", "empty"])
def test_a_damaged_file_is_named(kept, points, damage):
    path = max(kept.glob("*.npz"), key=lambda path: path.stat().st_size)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    path.write_bytes({"truncated": data[: len(data) // 2], "a flipped byte": data, "empty": b""}[damage])
    with pytest.raises(InputError, match=r"npz: is damaged .*remove it"):
        reconstruct_faults(points, FaultOptions(subsets=3), jobs=1, keep=kept)
    path.unlink()
    reconstruct_faults(points, FaultOptions(subsets=3), jobs=1, keep=kept)


def test_two_runs_do_not_mix(kept, points):
    identity = json.loads((kept / "identity.json").read_text())
    with keeping.Checkpoint(kept, identity), pytest.raises(InputError, match=r"another run.* is at work there"):
        reconstruct_faults(points, FaultOptions(subsets=3), keep=kept)


def test_short_work_keeps_nothing(points, tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "FIRST_S", 1e9)
    reconstruct_faults(points, FaultOptions(subsets=3), keep=tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_the_keyword_of_old_still_keeps_and_says_so(kept, points):
    with pytest.warns(DeprecationWarning, match="checkpoint is now keep"), pytest.raises(InputError, match="other opt"):
        reconstruct_faults(points, FaultOptions(subsets=2), checkpoint=kept)
