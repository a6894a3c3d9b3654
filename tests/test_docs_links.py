"""Every link of the documentation leads somewhere: to a file that exists, to a heading of it, to a picture."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
PICTURES = sorted((ROOT / "docs" / "pictures").iterdir())


def _prose(page):
    """A page without its blocks and spans of code."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`]*`", "", text)


def _links(page):
    """Where the links and pictures of a page lead, other than to the web."""
    for target in re.findall(r"\]\(\s*<?([^)\s>]+)", _prose(page)):
        if not re.match(r"[a-z]+:", target):
            yield target


def _slug(heading):
    """A heading's anchor by GitHub's rule: no markup, no punctuation, lower case, hyphens for spaces."""
    plain = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip()
    return re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")


def _anchors(page):
    """The anchors of a page; of equal ones the second ends in -1."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    found = set()
    for heading in re.findall(r"^#{1,6} +(.*?) *#*$", text, re.MULTILINE):
        slug, k = _slug(heading), 0
        while (f"{slug}-{k}" if k else slug) in found:
            k += 1
        found.add(f"{slug}-{k}" if k else slug)
    return found


def _broken(page, target):
    """What is wrong with a link, or nothing."""
    path, _, anchor = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    if not file.is_relative_to(ROOT) or not file.exists():
        return "no such file"
    if anchor and (file.suffix != ".md" or anchor not in _anchors(file)):
        return "no such heading"
    return None


@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        ("Where we leave the paper", "where-we-leave-the-paper"),
        ("How thin may a fault be? (`min_sigma_km`)", "how-thin-may-a-fault-be-min_sigma_km"),
        ("Tables of Feng & Fox (2021), and the truth", "tables-of-feng--fox-2021-and-the-truth"),
        ("CSEP's verdicts", "cseps-verdicts"),
        ("See [the tour](tour.md)", "see-the-tour"),
    ],
)
def test_anchors_follow_the_rule(heading, slug):
    assert _slug(heading) == slug


def test_broken_links_are_found():
    page = ROOT / "README.md"
    assert _broken(page, "docs/README.md") is _broken(page, "#install") is None
    assert _broken(page, "docs/tour.md#4-in-python") is None
    assert _broken(page, "docs/nowhere.md") == "no such file"
    assert _broken(page, "docs/tour.md#nowhere") == "no such heading"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    broken = {target: wrong for target in _links(page) if (wrong := _broken(page, target))}
    assert broken == {}


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.name)
def test_every_page_is_in_the_list_of_pages_or_linked_from_one_of_them(page):
    linked = {
        (other.parent / target.partition("#")[0]).resolve()
        for other in PAGES
        for target in _links(other)
        if target[0] != "#"
    }
    assert page in linked


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_every_picture_is_shown_and_its_origin_told(picture):
    shown = [page for page in PAGES if f"pictures/{picture.name})" in page.read_text(encoding="utf-8")]
    assert shown, f"no page shows {picture.name}"
    told = (ROOT / "docs" / "pictures.md").read_text(encoding="utf-8")
    assert f"`{picture.name}`" in told


@pytest.mark.parametrize("page", PAGES[3:] + PAGES[:1], ids=lambda page: str(page.relative_to(ROOT)))
def test_files_named_in_code_are_there(page):
    """Files of the project, from its root or from the package on: `tests/naive.py`, `nowcast/maps.py`."""
    named = re.findall(r"`(?:[\w./-]*python )?((?:\w+/)+\w+\.py)\b[^`]*`", page.read_text(encoding="utf-8"))
    missing = [name for name in named if not any((ROOT / at / name).is_file() for at in ("", "src", "src/seisweave"))]
    assert missing == []
