"""Every long command on a dask scheduler with two worker processes, one of which is killed: the same results."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.smoke.commands import PLACE, WINDOW, make_inputs

from seisweave.cli import main
from seisweave.report.results.compared import differences

pytestmark = pytest.mark.filterwarnings("ignore")  # of dask's own

BOX = ("--box", "-118", "-117", "34", "35")
FEW_EPOCHS = (*BOX, "--cell-deg", "0.25", "--bottleneck", "4", "--window", "16", "--filters", "8", "--epochs", "2",
              "--temporal-epochs", "4", "--accelerator", "cpu")  # fmt: skip
COMMANDS = {
    "faults": ("faults", "all.csv", "--subsets", 4, "--resamples", 2),
    "condense": ("condense", "all.csv", "--samples", 30, "--assign-samples", 50),
    "decluster": ("catalog", "decluster", "places.csv", "--method", "stochastic", "--form", "standard",
                  "--completeness", 2.5),
    "forecast": ("forecast", "all.csv", "--model", "adaptive", "--end", "2017-01-01"),
    "etas fit": ("etas", "fit", "places.csv", "--completeness", 2.5, "--form", "standard", "--fit-until",
                 "2000-01-01"),
    "etas simulate": ("etas", "simulate", "etas", "places.csv", "--now", "2001-01-01", "--n-catalogs", 450),
    "etas backtest": ("etas", "backtest", "etas", "places.csv", "--start", "2001-01-01", "--end", "2001-01-05",
                      "--n-catalogs", 50),
    "etas evaluate": ("etas", "evaluate", "etas", "etas-again", "--targets", "places.csv"),
    "network update": ("network", "update", "before", "all.csv", "--start", "2015-01-01"),
    "network compare": ("network", "compare", "before", "--mapped", "mapped.shp", "--draws", 80),
    "nowcast train": ("nowcast", "train", "days.csv", *FEW_EPOCHS),
    "nowcast place": ("nowcast", "place", "places.csv", *PLACE),
    "nowcast place-update": ("nowcast", "place-update", "where", "more.csv", "--epochs", 1),
    "nowcast place-backtest": ("nowcast", "place-backtest", "more.csv", *PLACE, *WINDOW, "--end", "1999-01-01"),
    "reproduce earthquakenpp": ("reproduce", "earthquakenpp", ".", "--sets", "SanJac_10", "--forms", "standard",
                                "--max-targets", 100),
}  # fmt: skip


KILLED = ("condense", "etas fit", "etas backtest", "network compare", "nowcast place-backtest")  # one of each way
TIMED = {"reproduce earthquakenpp": ("table.csv differs",)}  # it holds seconds
REGIONS = """
out = "{out}"
catalog = "{catalog}"

[faults]
subsets = 3
quiet = true

[regions.east]
box = [-117.0, -114.0, 32.0, 37.0]

[regions.west]
box = [-121.0, -117.0, 32.0, 37.0]
"""


class Cluster:
    """A scheduler and two workers, each a process of its own; one that is killed is made up for."""

    def __init__(self, folder):
        self.folder, self.logs, self.workers = folder, 0, {}
        self.scheduler = self.start("dask_scheduler", "--port", "0", "--host", "127.0.0.1", "--scheduler-file",
                                    folder / "at.json")  # fmt: skip
        while not (folder / "at.json").exists():
            time.sleep(0.05)
        from dask.distributed import Client

        self.client = Client(scheduler_file=str(folder / "at.json"), set_as_default=False)
        self.address = self.client.scheduler.address
        self.fill()

    def start(self, program, *arguments):
        command = [sys.executable, "-m", f"distributed.cli.{program}", *map(str, arguments), "--no-dashboard"]
        self.logs += 1
        with (self.folder / f"{self.logs}.log").open("wb") as log:
            return subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)

    def fill(self):
        """Have two workers."""
        self.begin()
        self.client.wait_for_workers(2, timeout=120)

    def begin(self):
        """Start as many workers as are missing."""
        for _ in range(2 - len(self.workers)):
            name = f"w{self.logs}"
            self.workers[name] = self.start(
                "dask_worker",
                "--scheduler-file",
                self.folder / "at.json",
                "--no-nanny",
                "--nthreads",
                "1",
                "--name",
                name,
            )

    def watch(self, ended, *, kill):
        """Kill the first worker that is seen at work; whether there was one before the work had ended."""
        while not ended.is_set():
            for address, tasks in self.client.processing().items():
                if tasks and not kill:
                    return True
                if tasks:
                    name = self.client.scheduler_info(n_workers=-1)["workers"][address]["name"]
                    process = self.workers.pop(name)
                    os.kill(process.pid, signal.SIGKILL)
                    process.wait()
                    self.begin()  # ready when the next command comes
                    return True
            time.sleep(0.002)
        return False

    def end(self):
        self.client.close()
        for process in (*self.workers.values(), self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    pytest.importorskip("distributed", reason="dask is an extra")
    there = Cluster(tmp_path_factory.mktemp("cluster"))
    yield there
    there.end()


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inputs")
    make_inputs(folder)
    before = Path.cwd()
    os.chdir(folder)
    try:
        for out in ("etas", "etas-again"):
            _run(*COMMANDS["etas fit"], "--out", out)
        _run("faults", "all.csv", "--end", "2015-01-01", "--out", "before")
        _run(*COMMANDS["nowcast place"], "--out", "where")
    finally:
        os.chdir(before)
    return folder


def _run(*words):
    with pytest.raises(SystemExit) as end:
        main([str(word) for word in (*words, *(() if "--quiet" in words or words[0] == "run" else ("--quiet",)))])
    assert end.value.code == 0


def _on(cluster, *words, kill):
    """Run a command on the cluster; one worker at work is killed, or only seen."""
    ended, seen = threading.Event(), []
    watcher = threading.Thread(target=lambda: seen.append(cluster.watch(ended, kill=kill)))
    watcher.start()
    try:
        _run(*words, "--cluster", cluster.address)
    finally:
        ended.set()
        watcher.join()
    assert seen == [True], "no worker was at work"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_cluster_gives_the_same_though_a_worker_is_killed(name, cluster, inputs, tmp_path, monkeypatch, plain_figure):
    monkeypatch.chdir(inputs)
    cluster.fill()
    _run(*COMMANDS[name], "--out", tmp_path / "here")
    _on(cluster, *COMMANDS[name], "--out", tmp_path / "there", kill=name in KILLED)
    assert [
        each for each in differences(tmp_path / "here", tmp_path / "there") if each not in TIMED.get(name, ())
    ] == []
    if name in TIMED:
        here, there = (pd.read_csv(tmp_path / each / "table.csv") for each in ("here", "there"))
        seconds = [column for column in here if "seconds" in column]
        pd.testing.assert_frame_equal(here.drop(columns=seconds), there.drop(columns=seconds), check_exact=True)


def test_a_forecast_on_record_is_the_same_but_for_when_it_was_made(cluster, inputs, tmp_path, monkeypatch, capsys):
    from seisweave.issued import read_issued

    monkeypatch.chdir(inputs)
    cluster.fill()
    words = ("issue", "etas", "places.csv", "--now", "2001-01-01", "--pseudo-prospective", "--n-catalogs", 300)
    made = []
    for where in ("here", "there"):
        capsys.readouterr()
        given = (*words, "--out", tmp_path / where, "--json")
        if where == "here":
            _run(*given)
        else:
            _on(cluster, *given, kill=False)
        (told,) = json.loads(capsys.readouterr().out)["issued"]
        made.append(vars(read_issued(told["file"])))
        assert told["chance"] == made[-1]["chance"].tolist()
    here, there = made
    assert {name for name in here if not np.array_equal(here[name], there[name])} <= {"issued", "notes"}


def test_regions_of_a_run_go_to_the_cluster(cluster, inputs, tmp_path, monkeypatch, plain_figure):
    monkeypatch.chdir(inputs)
    cluster.fill()
    for out in ("here", "there"):
        (tmp_path / f"{out}.toml").write_text(REGIONS.format(out=out, catalog=inputs / "all.csv"))
    _run("run", tmp_path / "here.toml")
    _on(cluster, "run", tmp_path / "there.toml", kill=True)
    for region in ("east", "west"):
        here, there = (tmp_path / out / region / "faults" for out in ("here", "there"))
        assert list(differences(here, there)) == []
        assert (here / "run.toml").read_text() == (there / "run.toml").read_text()


def test_a_cluster_without_workers_is_named(inputs, tmp_path, monkeypatch, capsys):
    from distributed import LocalCluster

    monkeypatch.chdir(inputs)
    monkeypatch.setattr("joblib._dask.DaskDistributedBackend.__init__.__defaults__", (None, None, None, None, 0.5))
    with LocalCluster(n_workers=0, processes=False, dashboard_address=None, protocol="tcp", host="127.0.0.1") as empty:
        words = (*COMMANDS["etas simulate"], "--cluster", empty.scheduler_address, "--out", tmp_path / "out")
        with pytest.raises(SystemExit) as end:
            main([str(word) for word in words])
    assert end.value.code == 2
    assert "has no worker; start some with: dask worker tcp://" in capsys.readouterr().err
