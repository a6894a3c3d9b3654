"""The documentation as a site: built without a warning, whole, and without a network."""

import os
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from time import perf_counter

import pytest

pytest.importorskip("mkdocs", reason="the documentation's tools are not installed: pip install -e '.[docs]'")
pytest.importorskip("mkdocstrings", reason="the documentation's tools are not installed: pip install -e '.[docs]'")

from docs.docstrings_read import fenced, told_apart
from docs.site_pages import AT_ROOT, public_names, with_links

ROOT = Path(__file__).parents[1]
SHIM = "e8e412dbcfea9b7e31b5ffa288d7b6035915e714c542f4176a0cdbe262fc9609"  # of iframe-worker 1.0.4 on the npm registry


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The whole site, as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("site")
    began = perf_counter()
    end = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    print(f"the site: {perf_counter() - began:.0f} s")
    assert end.returncode == 0, end.stdout + end.stderr
    assert "WARNING" not in end.stdout + end.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site):
    """The text of each page, by its path."""
    return {str(page.relative_to(site)): page.read_text(encoding="utf-8") for page in site.rglob("*.html")}


def test_every_page_of_the_documentation_is_there(pages):
    written = {str(page.relative_to(ROOT / "docs")).removesuffix(".md") for page in (ROOT / "docs").rglob("*.md")}
    made = {page.removesuffix(".md") for page in AT_ROOT.values() if page.endswith(".md")} | {"gallery", "api/index"}
    assert {f"{name}.html" for name in written - {"README"} | made | {"index"}} <= set(pages)


def test_pages_load_nothing_from_elsewhere(site, pages):
    """What a browser fetches by itself. Links that a reader may follow are another matter."""
    loads = r"""<(?:script|img|iframe|source|video|embed|object)\b[^>]*?\b(?:src|data|srcset)\s*=\s*["']?([^"'\s>]+)"""
    linked = r"""<link\b(?![^>]*\brel=["']?(?:canonical|prev|next))[^>]*?\bhref\s*=\s*["']?([^"'\s>]+)"""
    for name, text in pages.items():
        found = re.findall(loads, text) + re.findall(linked, text)
        assert found, name
        assert [where for where in found if re.match(r"(?:[a-z]+:)?//", where)] == [], name
        assert 'class="mermaid"' not in text, "diagrams would be drawn by a script that is fetched"
    for sheet in site.rglob("*.css"):
        urls = re.findall(r"(?:url\(|@import\s*)[\"']?((?:https?:)?//[^\"')]+)", sheet.read_text(encoding="utf-8"))
        assert urls == [], sheet.name


def test_no_table_and_no_list_is_left_as_text(pages):
    """As a table is whose rule has another number of columns, or a list without an empty line before it."""
    for name, text in pages.items():
        prose = re.sub(r"<pre.*?</pre>|<script.*?</script>", "", text, flags=re.DOTALL)
        assert re.findall(r"^(?:<p>)?\|.*|^<p>(?:[-*]|1\.) .*|.*:\n[-*] .*", prose, re.MULTILINE) == [], name


def test_every_public_name_is_in_the_api(pages):
    folders = public_names()
    assert set(folders) >= {"catalog", "faults", "nowcast.place"}
    for folder, names in folders.items():
        module = import_module(f"seisweave.{folder}")
        assert names == list(module.__all__)
        shown = re.findall(r'<h2 id="seisweave\.([\w.]+)"', pages[f"api/{folder}.html"])
        assert [name.rsplit(".", 1)[-1] for name in shown] == names, folder


def test_names_of_the_front_door_lead_to_what_they_are(pages):
    import seisweave as sw

    rows = dict(re.findall(r'<a href="([\w.#]+)"><code>(\w+)</code>', pages["api/index.html"]))
    assert sorted(rows.values()) == [name for name in sorted(sw.__all__) if name != "InputError"]
    for where in rows:
        page, _, anchor = where.partition("#")
        assert f'id="{anchor}"' in pages[f"api/{page}"]
    assert 'id="seisweave.errors.InputError"' in pages["api/index.html"]


def test_the_gallery_shows_every_picture(site, pages):
    shown = set(re.findall(r'<img alt="[^"]*" src="pictures/([^"]+)"', pages["gallery.html"]))
    assert shown == {picture.name for picture in (ROOT / "docs" / "pictures").iterdir()}
    assert all((site / "pictures" / name).is_file() for name in shown)


def test_examples_in_docstrings_are_shown_as_code(pages):
    shown = "".join(text for name, text in pages.items() if name.startswith("api/"))
    assert shown.count('<span class="gp">&gt;&gt;&gt; </span>') > 500
    assert not re.search(r"<p>&gt;&gt;|<blockquote>", shown)


def test_examples_are_fenced():
    text = "One.\n\n>>> 1 + 1\n2\n\nTwo.\n\n    >>> 3\n    3\n"
    assert fenced(text).count("```") == 4
    assert fenced("no example") == "no example"


def test_parameters_that_share_a_line_are_told_apart():
    text = "Of x, y: both.\n\nArguments:\n    x, y: n values\n        each\n    z: one\n"
    assert (
        told_apart(text)
        == "Of x, y: both.\n\nArguments:\n    x: n values\n        each\n    y: n values\n        each\n    z: one\n"
    )


@pytest.mark.parametrize(
    ("link", "at", "there"),
    [
        ("[a](../CHANGELOG.md)", "docs/tour.md", "[a](changelog.md)"),
        ("[a](../../README.md#install)", "docs/concepts/etas.md", "[a](../overview.md#install)"),
        ("[a](../examples)", "docs/tour.md", "[a](examples.md)"),
        ("[a](https://example.org/README.md)", "docs/tour.md", "[a](https://example.org/README.md)"),
        ("[a](concepts/etas.md)", "docs/tour.md", "[a](concepts/etas.md)"),
    ],
)
def test_links_out_of_the_folder_lead_to_pages_of_the_site(link, at, there):
    assert with_links(link, at) == there


def test_what_is_vendored_is_as_it_was_published():
    assert sha256((ROOT / "docs" / "vendor" / "iframe-worker" / "shim.js").read_bytes()).hexdigest() == SHIM


def test_the_search_works_from_a_disk(site, tmp_path):
    if not (chromium := shutil.which("chromium")):
        pytest.skip("chromium is not installed")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}", "--virtual-time-budget=8000"]
    address = f"{(site / 'index.html').as_uri()}?q=stereonet"
    shown = subprocess.run(
        [chromium, *flags, "--dump-dom", address], capture_output=True, text=True, timeout=120
    ).stdout
    found = re.findall(r'<a href="([^"]+)" class="md-search-result__link"', shown)
    assert any("report" in page for page in found), found
