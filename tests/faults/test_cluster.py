"""Subsets merged by processes, and on a dask cluster one of whose workers is killed: the same network."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from joblib import parallel_config

from seisweave.faults.options import FaultOptions, ResampleOptions
from seisweave.faults.reconstruct import reconstruct_faults
from seisweave.faults.resample import resample_faults
from seisweave.synthetic import PlantedOptions, plant_faults

pytestmark = pytest.mark.slow_without_compiler

OPTIONS = FaultOptions(subsets=12)


@pytest.fixture(scope="module")
def points():
    return plant_faults(PlantedOptions(n_faults=12, density_per_km2=0.6, seed=5)).xyz_km


@pytest.fixture(scope="module")
def expected(points, tmp_path_factory):
    return written(reconstruct_faults(points, OPTIONS, jobs=2), tmp_path_factory.mktemp("here"))


def written(network, folder):
    network.write(folder / "network.nc")
    return (folder / "network.nc").read_bytes()


def test_processes_give_what_threads_give(points, expected, tmp_path):
    with parallel_config(backend="loky", n_jobs=2):
        assert written(reconstruct_faults(points, OPTIONS), tmp_path) == expected


def test_processes_resample_as_threads_do(points):
    network, options = reconstruct_faults(points[:800], jobs=1), ResampleOptions(n=2)
    here = resample_faults(network, options, jobs=1)
    with parallel_config(backend="loky", n_jobs=2):
        there = resample_faults(network, options)
    assert [*here.agreement, *here.jaccard, *here.together] == [*there.agreement, *there.jaccard, *there.together]


class Cluster:
    """A scheduler and two workers, each a process of its own that nobody starts again."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []
        self.start("dask_scheduler", "--port", "0", "--host", "127.0.0.1", "--scheduler-file", folder / "at.json")
        while not (folder / "at.json").exists():
            time.sleep(0.05)
        for _ in range(2):
            self.start("dask_worker", "--scheduler-file", folder / "at.json", "--no-nanny", "--nthreads", "1")

    def start(self, program, *arguments):
        command = [sys.executable, "-m", f"distributed.cli.{program}", *map(str, arguments), "--no-dashboard"]
        with (self.folder / f"{len(self.processes)}.log").open("wb") as log:
            self.processes.append(subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log))

    def end(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path):
    pytest.importorskip("distributed", reason="dask is an extra")
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.end()


@pytest.mark.filterwarnings("ignore")  # of dask's own
def test_a_killed_worker_of_a_cluster_changes_nothing(points, expected, cluster, tmp_path):
    from dask.distributed import Client

    killed = []

    def kill(step):
        if step.stage == "merge subsets" and step.n_gaussians and not killed:  # a first subset has come back
            os.kill(cluster.processes[1].pid, signal.SIGKILL)
            killed.append(step)

    with Client(scheduler_file=str(tmp_path / "at.json")) as client:
        client.wait_for_workers(2, timeout=60)
        with parallel_config(backend="dask"):
            network = reconstruct_faults(points, OPTIONS, progress=kill)
        assert killed
        assert cluster.processes[1].wait(timeout=60) == -signal.SIGKILL
        assert cluster.processes[2].poll() is None, "the other worker did the rest"
    assert written(network, tmp_path) == expected
    assert np.isfinite(network.bic)
