"""The script of the views: in one piece, of short files, closed."""

import re
import shutil
import subprocess
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from tests.report.conftest import HOSTILE, write_result

from seisweave.report import linked, write_page
from seisweave.report.linked.frames import page_script
from seisweave.report.linked.headline import headline
from seisweave.report.results.network import open_network_result

FILES = sorted((Path(linked.__file__).parent / "js").glob("*.js"))


def test_files_can_be_read_in_one_sitting():
    assert len(FILES) > 10
    for path in FILES:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 300, path.name
        assert lines[0].startswith("// "), f"{path.name} says what it is for"


def test_it_is_one_closed_script():
    script = page_script()
    assert script.startswith('(() => {\n"use strict";')
    assert "</script" not in script
    unwanted = (
        "eval( Function( innerHTML outerHTML insertAdjacentHTML document.write fetch( XMLHttpRequest WebSocket import("
    )
    for word in unwanted.split():
        assert word not in script, f"{word} is not needed, and could run or ask for what a catalog says"


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_it_is_javascript(tmp_path):
    (tmp_path / "page.js").write_text(page_script(), encoding="utf-8")
    subprocess.run(["node", "--check", tmp_path / "page.js"], check=True)


@pytest.mark.usefixtures("no_network_figures")
def test_the_policy_names_it_and_nothing_else(result, tmp_path):
    page = write_page([result], tmp_path / "page.html").read_text(encoding="utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    digest = b64encode(sha256(page_script().encode()).digest()).decode()
    rest = "style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"
    assert policy[1] == f"default-src 'none'; script-src 'sha256-{digest}'; {rest}"
    assert f"<script>{page_script()}</script>" in page
    assert re.search(r'(src|href)="(?!data:|#)', page.split("<script>")[0]) is None


def test_the_headline_tells_what_was_left_out(planted, tmp_path):
    summary = {"selection": "min_magnitude=2.0", "notes": ["12 of 612 events left out by min_magnitude=2.0", HOSTILE]}
    told = headline(open_network_result(write_result(tmp_path / "r", *planted, summary=summary)))
    on = int((planted[0].label >= 0).sum())
    selected = ("selected by min_magnitude=2.0", "why (2)", "12 of 612")
    for words in (">6</dd>", f">{on:,}</dd>", f">{600 - on:,}</dd>", *selected):
        assert words in told
    assert HOSTILE not in told
    assert "nothing was selected" in headline(open_network_result(write_result(tmp_path / "s", *planted)))
