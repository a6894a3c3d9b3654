"""What is installed with seisweave, and under which licences: `python -m tests.licences` writes docs/licences.md."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

EXTRAS = frozenset({"obspy", "report", "nowcast", "csep", "scatter", "cluster", "export"})
TOOLS = frozenset({"dev"})
ALLOWED = {
    *("0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0"),
    "CNRI-Python",  # of Python's old regular expressions: BSD in all but name, approved by the OSI
    *("CC0-1.0", "HPND", "ISC", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0", "Zlib"),
    "MPL-2.0",  # asks for changes to its own files only
}
ALLOWED_FOR = {  # imported where they are installed, never changed, never shipped with us
    "docutils": "Public Domain AND BSD AND GNU General Public License (GPL)",  # the GPL's file is not in the wheel
    "obspy": "LGPL-3.0",
    "pygeoif": "GNU Library or Lesser General Public License (LGPL)",  # by a tool of the suite alone
}
LEFT_OUT = re.compile(r"(nvidia|cuda)-")  # of NVIDIA, with PyTorch's builds for its processors alone
SPOKEN = {  # what packages write that have no SPDX expression, in their field License or as a classifier
    "2-clause bsd": "BSD-2-Clause",
    "apache 2.0": "Apache-2.0",
    "apache license": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "bsd license": "BSD",
    "bsd-2-clause or gpl-2.0-or-later": "BSD-2-Clause OR GPL-2.0-or-later",
    "bsd-2-clause": "BSD-2-Clause",
    "gnu general public license v2 (gplv2)": "GPL-2.0",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0",
    "gnu lesser general public license, version 3 (lgplv3)": "LGPL-3.0",
    "isc license (iscl)": "ISC",
    "isc license": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "new bsd": "BSD-3-Clause",
    "python software foundation license": "PSF-2.0",
}
BY_HAND = {"pycsep": "BSD-3-Clause"}  # the whole text stands in the field, without its name
HEAD = """\
# Dependencies and their licences

Everything that is installed with seisweave and all of its extras, and the tools of its suite, with the versions that
`constraints.txt` pins and the licences that the packages' own metadata name. Made by `make licences`.
`tests/test_licences.py` holds what is installed to this list and to an allow-list: permissive licences, and the MPL,
which asks for changes to its own files only. No GPL, no AGPL.

- **ObsPy** (extra `obspy`) is under the LGPL: an optional library that is imported where it is installed, neither
  changed nor shipped with seisweave. Without it everything works but QuakeML and what else only ObsPy reads.
- **pygeoif**, which the compliance checker imports (a tool of the suite, with which `network.nc` is checked), is under
  the LGPL too. Nothing of ours imports it.
- **docutils**, which twine imports (a tool of the suite, with which what would be uploaded is checked), names the GPL
  for one file, an editor's mode, that its wheel does not hold; the rest is in the public domain or under BSD. Nothing
  of ours imports it.
- **fastcluster**, with which benchmarks and tests compare, may be taken under BSD-2-Clause or the GPL; we take the
  former.
- **PyTorch** is listed in its build without CUDA. Its builds for NVIDIA's processors, which `pip` takes on Linux unless
  told otherwise, bring NVIDIA's libraries under NVIDIA's own terms; these are left out here.
- Wheels may hold compiled libraries with licences of their own (numpy and scipy: OpenBLAS and GCC's runtime; shapely:
  GEOS; rasterio and pyogrio: GDAL; pyproj and Cartopy: PROJ); the packages say which.
- The page of a report holds coasts and borders of world-atlas 2.0.2 (ISC, Michael Bostock), made from Natural Earth
  (public domain). The package ships the file with its licence in `src/seisweave/report/linked/vendor`, whose manifest
  has the hashes. The script of the page is our own.
- The site of the documentation (`make docs`) holds iframe-worker 1.0.4 (MIT, Martin Donath) from `docs/vendor`, with
  which its search works in pages that are opened from a disk, beside what Material for MkDocs (MIT) brings.
"""


@dataclass(frozen=True)
class Dependency:
    """A distribution that is installed here; `direct` where pyproject.toml names it."""

    name: str
    version: str
    licence: str
    direct: bool
    allowed: bool


def dependencies(extras: frozenset[str]) -> list[Dependency]:
    """All that seisweave with these extras requires here, however indirectly, by name."""
    asked: dict[str, frozenset[str]] = {}
    _walk("seisweave", extras, asked)
    direct = {canonicalize_name(each.name) for each in _required(distribution("seisweave"), extras)}
    names = [name for name in sorted(asked) if name != "seisweave" and not LEFT_OUT.match(name)]
    return [_dependency(name, direct=name in direct) for name in names]


def _walk(name: str, extras: frozenset[str], asked: dict[str, frozenset[str]]) -> None:
    """Note a distribution and all it requires; one that is not installed is not needed."""
    name = canonicalize_name(name)
    if name in asked and extras <= asked[name]:
        return
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return
    asked[name] = asked.get(name, frozenset()) | extras
    for each in _required(found, asked[name]):
        _walk(each.name, frozenset(each.extras), asked)


def _required(found: Distribution, extras: frozenset[str]) -> list[Requirement]:
    """What a distribution with these extras requires on this machine."""
    given = [Requirement(text) for text in found.requires or []]
    return [
        each
        for each in given
        if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in ("", *extras))
    ]


def _dependency(name: str, *, direct: bool) -> Dependency:
    found = distribution(name)
    licence = licence_of(found)
    allowed = is_allowed(licence) or ALLOWED_FOR.get(name) == licence
    return Dependency(found.name, found.version, licence, direct, allowed)


def licence_of(found: Distribution) -> str:
    """The licence in SPDX's words: of the expression, or else of the field, or else of the classifiers."""
    given = found.metadata
    if expression := given.get("License-Expression"):
        return expression
    if canonicalize_name(found.name) in BY_HAND:
        return BY_HAND[canonicalize_name(found.name)]
    field = (given.get("License") or "").strip()
    classifiers = [text.rsplit(" :: ", 1)[-1] for text in given.get_all("Classifier") or [] if text.startswith("Lic")]
    known = ALLOWED | {"GPL-2.0-or-later"}
    if field.lower() in SPOKEN or all(part in known for part in re.split(" AND | OR ", field)):
        return SPOKEN.get(field.lower(), field)
    return " AND ".join(SPOKEN.get(each.lower(), each) for each in classifiers) or field.split("\n")[0] or "unknown"


def is_allowed(licence: str) -> bool:
    """Whether one licence of each choice is allowed."""
    return all(
        any(one.strip(" ()") in ALLOWED for one in choice.split(" OR ")) for choice in re.split(r"\s+AND\s+", licence)
    )


def _table(found: list[Dependency]) -> str:
    names = [f"**{each.name}**" if each.direct else each.name for each in found]
    rows = [f"| {name} | {each.version} | {each.licence} |" for name, each in zip(names, found, strict=True)]
    return "\n".join(["| package | version | licence |", "|---|---|---|", *rows])


def page() -> str:
    """The whole page."""
    used = dependencies(EXTRAS)
    names = {each.name for each in used}
    tools = [each for each in dependencies(TOOLS) if each.name not in names]
    parts = [HEAD, "## seisweave and its extras\n", "In bold what `pyproject.toml` asks for.\n", _table(used)]
    return "\n".join([*parts, "\n## Tools of the suite\n", _table(tools), ""])


if __name__ == "__main__":
    sys.stdout.write(page())
