"""The README as an index of packages shows it: away from the repository its relative links would lead nowhere.

Hatchling runs this when it builds (`[tool.hatch.metadata.hooks.custom]`). Where `[project.urls]` has a `Repository`,
links and pictures lead into it, at the tag of the version. Where it has none, no address is made up: links become the
paths of their files, which the source distribution holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"(?P<picture>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
_CODE = re.compile(r"(^```.*?^```)", re.DOTALL | re.MULTILINE)
_SAID = "*Files named in brackets are in the source distribution, those of `docs/` for reading.*\n\n"


class ReadmeHook(MetadataHookInterface):
    """Give hatchling the README with links that work where it is shown."""

    def update(self, metadata: dict) -> None:
        """Put the text into the metadata of the project."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        repository = metadata.get("urls", {}).get("Repository")
        shown = linked(text, repository, metadata["version"]) if repository else unlinked(text)
        metadata["readme"] = {"content-type": "text/markdown", "text": shown}


def linked(text: str, repository: str, version: str) -> str:
    """A page with its relative links and pictures made absolute.

    >>> linked("[tour](docs/tour.md#x), [here](#a) ![p](p.png)", "https://host/us/it", "0.2.0")
    '[tour](https://host/us/it/blob/v0.2.0/docs/tour.md#x), [here](#a) ![p](https://host/us/it/raw/v0.2.0/p.png)'
    """

    def absolute(found: re.Match) -> str:
        picture, words, target = found["picture"], found["text"], found["target"]
        if not _is_file(target):
            return found[0]
        kind = "raw" if picture else "blob"
        return f"{picture}[{words}]({repository.rstrip('/')}/{kind}/v{version}/{target})"

    return _outside_code(text, absolute)


def unlinked(text: str) -> str:
    r"""A page whose links to files are the names of these files; the first paragraph below the title says so.

    >>> print(unlinked("# It\n\nThe [tour](docs/tour.md#x), [a file](it.cff) and [DOI](https://doi.org/1)."))
    # It
    <BLANKLINE>
    *Files named in brackets are in the source distribution, those of `docs/` for reading.*
    <BLANKLINE>
    The tour (`docs/tour.md`), a file (`it.cff`) and [DOI](https://doi.org/1).
    """

    def named(found: re.Match) -> str:
        words, target = found["text"], found["target"]
        if not _is_file(target):
            return found[0]
        path = target.partition("#")[0]
        words = f"Picture: {words}" if found["picture"] else words
        return f"{words} (`{path}`)" if path != words else f"`{path}`"

    title, blank, rest = _outside_code(text, named).partition("\n\n")
    return f"{title}{blank}{_SAID}{rest}"


def _is_file(target: str) -> bool:
    """Whether a link leads to a file of the project, not to the web or within the page."""
    return not re.match(r"[a-z]+:|#", target)


def _outside_code(text: str, change: Callable[[re.Match], str]) -> str:
    """The text with its links changed, but not those in blocks of code."""
    parts = _CODE.split(text)
    return "".join(part if part.startswith("```") else _LINK.sub(change, part) for part in parts)
