import re
import runpy
from dataclasses import fields
from pathlib import Path

import pytest

from seisweave.catalog import Catalog
from seisweave.catalog.read import FORMATS

ROOT = Path(__file__).parents[2]


def test_every_format_and_field_is_documented():
    page = (ROOT / "docs/concepts/catalog.md").read_text()
    named = set(re.findall(r"`(\w+)`", page))
    assert set(FORMATS) <= named
    assert {field.name for field in fields(Catalog)} <= named


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("catalog*.py")), ids=lambda path: path.name)
def test_examples_run(path, capsys):
    runpy.run_path(str(path), run_name="__main__")
    printed = capsys.readouterr().out
    assert "time cannot be read" in printed
    assert "2 events written as parquet, read back: 2" in printed
