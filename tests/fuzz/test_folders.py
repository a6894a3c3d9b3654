"""Some hundred damaged result folders in every run of the suite; `make fuzz` takes a hundred thousand."""

import pytest

from tests.fuzz import RIGHT
from tests.fuzz.valid_folders import KINDS, numbers, valid, valid_numbers, write_files

BATCH, BATCHES = 50, 10


@pytest.mark.parametrize("kind", KINDS)
def test_a_valid_folder_reads_the_same_each_time(kind, tmp_path):
    write_files(valid(kind), tmp_path)
    assert repr(numbers(kind, tmp_path)) == repr(valid_numbers(kind))


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_damaged_folder_is_refused_or_reads_the_same(batch):
    from tests.fuzz.judging import judged

    wrong = []
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        one = judged("folders", seed)
        if one.outcome.kind not in RIGHT:
            wrong.append((seed, one.outcome))
    assert not wrong


def test_every_attack_changes_something(tmp_path):
    import numpy as np

    from tests.fuzz.folders import ATTACKS

    for name, attack in ATTACKS.items():
        kind = {"netcdf": "forecast", "tables": "scores"}.get(name, "region")
        before, changed = valid(kind), 0
        for seed in range(12):
            folder = tmp_path / f"{name}-{seed}"
            folder.mkdir()
            write_files(before, folder)
            attack(folder, np.random.default_rng(seed))
            plain = [path for path in folder.iterdir() if path.is_file() and not path.is_symlink()]
            after = {path.name: path.read_bytes() for path in plain}
            changed += after != before
        assert changed >= 6, name
