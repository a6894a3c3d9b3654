"""Ctrl-C, SIGTERM and kill -9 at any moment leave results whole or absent, and nothing hidden behind."""

import random
import signal
import time

import pytest
from tests.cli.inputs import catalog_rows, contents, start, write_rows

from seisweave.interrupts import Interrupted, Interrupts

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}


@pytest.fixture
def caught():
    """Interrupts that catch this process's signals for the time of a test, also where a shell had them ignored."""
    all_of_them = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)
    before = {number: signal.signal(number, signal.SIG_DFL) for number in all_of_them}
    interrupts = Interrupts()
    interrupts.catch()
    yield interrupts
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", CODES)
def test_a_signal_ends_the_work(number, caught):
    with pytest.raises(Interrupted):
        exec("signal.raise_signal(number)", {"signal": signal, "number": number})
    assert caught.exit_code == CODES[number]


def test_a_signal_waits_until_the_block_is_done(caught):
    done = []

    def work():
        with caught:
            with caught:
                signal.raise_signal(signal.SIGTERM)
                done.append(1)
            done.append(2)
        done.append(3)

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == [1, 2]


@pytest.mark.parametrize("module", ["llvmlite.binding.executionengine", "pandas.core.arrays.datetimes"])
def test_libraries_that_would_crash_are_not_interrupted(module, caught):
    """Their C code calls Python, and does not look whether that failed."""
    library, done = {"__name__": module, "signal": signal}, []
    exec("def work(then):\n    signal.raise_signal(signal.SIGINT)\n    then()", library)

    def called_back():
        until = time.monotonic() + 0.2
        while time.monotonic() < until:
            done.append(1)

    def work():
        library["work"](called_back)
        while True:
            done.append(2)

    with pytest.raises(Interrupted):
        work()
    assert {1, 2} <= set(done)
    assert caught.exit_code == 130


def test_a_second_signal_does_not_disturb_the_cleaning_up(caught):
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGINT)
    with caught:
        signal.raise_signal(signal.SIGTERM)


def test_a_signal_that_is_ignored_stays_so():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    interrupts = Interrupts()
    handlers = {number: signal.getsignal(number) for number in CODES}
    try:
        interrupts.catch()
        signal.raise_signal(signal.SIGHUP)
        assert interrupts.number == 0
    finally:
        for number, handler in {**handlers, signal.SIGHUP: before}.items():
            signal.signal(number, handler)


def _interrupt(number, after_s, *arguments):
    process = start(*arguments)
    time.sleep(after_s)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


@pytest.mark.parametrize("round_", range(3))
def test_an_interrupt_at_a_random_moment(round_, result, tmp_path):
    """The first tenth of a second is Python's own, before any line of ours."""
    draw = random.Random(round_)
    number, after_s = draw.choice(list(CODES)), draw.uniform(0.15, 2.5)
    source = write_rows(tmp_path / "c.csv", catalog_rows(400))
    before = contents(tmp_path)
    target, flags = (result, ["--force"]) if round_ % 2 else (tmp_path / "x" / "new", [])
    code, _, err = _interrupt(number, after_s, "faults", source, "--out", target, *flags)
    assert code in (0, CODES[number]), err
    after = contents(tmp_path)
    if code:
        assert err == "seisweave: interrupted; nothing half-written is left\n"
    assert not [name for name in after if name.split("/")[-1].startswith(".")]
    if code and round_ % 2 == 0:
        assert after == before or after.keys() >= {f"x/new/{name}" for name in ("network.nc", "summary.json")}
    if round_ % 2:
        assert after.keys() == before.keys()


@pytest.mark.parametrize("round_", range(2))
def test_kill_never_damages_what_is_there(round_, result, tmp_path):
    source = write_rows(tmp_path / "c.csv", catalog_rows(400))
    before = contents(result)
    after_s = random.Random(round_).uniform(1.0, 2.5)
    _interrupt(signal.SIGKILL, after_s, "faults", source, "--out", result, "--force")
    assert contents(result).keys() == before.keys()
    assert {path.name for path in tmp_path.iterdir() if not path.name.startswith(".result.")} == {"c.csv", "result"}
