"""Pages of the site that are made of other files: the project's own pages, examples, the gallery, and the API.

MkDocs calls the functions `on_...` (`hooks` in mkdocs.yml). Links of a page to files outside of docs/ lead to the pages
that are made of them here, so that the same links work in the repository and on the site.
"""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "seisweave"
AT_ROOT = {  # files and folders of the project, and the pages or files of the site that stand for them
    "README.md": "overview.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "examples": "examples.md",
    "benchmarks": "benchmark-scripts.md",
    "LICENSE": "LICENSE.txt",
    "CITATION.cff": "CITATION.cff",
    "lowest.txt": "lowest.txt",
}
SCRIPTS = {  # folders of scripts, and what their pages say first
    "examples": "# Examples\n\nScripts that run as they are, from the project's folder.\n",
    "benchmarks": "# Scripts of the benchmarks\n\nEach prints the machine and what it measures.\n",
}
GALLERY = "# Gallery\n\nA picture leads to the page that explains it; below it stands what makes it.\n"
API = """\
# API

Every public name. The front door, `import seisweave as sw`, has the names of every day; folders have the others.
A name that a folder does not list is nobody's promise.
"""
_LINK = re.compile(r"(\]\(\s*<?)([^)\s>#]+)((?:#[^)\s>]*)?>?\))")
_ROW = re.compile(r"^\| `([^`]+)` \| (.+?) \| (.+) \|$", re.MULTILINE)


def on_config(config: MkDocsConfig) -> None:
    """Put the folders' pages into the navigation."""
    pages = ["api/index.md", *(f"api/{folder}.md" for folder in public_names())]
    for entry in config.nav or []:
        if "API" in entry:
            entry["API"] = pages


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Add what is made here."""
    for name, content in made_pages().items():
        files.append(File.generated(config, name, content=content))


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Turn links that lead out of docs/ to the pages that stand for what they lead to."""
    return with_links(markdown, f"docs/{page.file.src_uri}")


def made_pages() -> dict[str, str]:
    """The text of each page and file that stands in no file of docs/, by its name there."""
    made = {here: _read(name) for name, here in AT_ROOT.items() if name not in SCRIPTS}
    for folder, head in SCRIPTS.items():
        made[AT_ROOT[folder]] = "\n".join([head, *map(_script, sorted((ROOT / folder).glob("*.py")))])
    return {**made, "gallery.md": gallery(_read("docs/pictures.md")), **api_pages(public_names())}


def with_links(markdown: str, at: str) -> str:
    """Markdown with the links of a page, at this place of the project, as the site has them.

    >>> with_links("[what is new](../../CHANGELOG.md#unreleased), [tour](../tour.md)", "docs/concepts/etas.md")
    '[what is new](../changelog.md#unreleased), [tour](../tour.md)'
    """
    here = PurePosixPath(at).parent

    def turned(found: re.Match[str]) -> str:
        before, target, after = found.groups()
        if re.match(r"[a-z]+:", target):
            return found.group()
        leads = os.path.normpath(here / target).replace(os.sep, "/")
        where = AT_ROOT.get(leads)
        return found.group() if where is None else before + os.path.relpath(f"docs/{where}", here) + after

    return _LINK.sub(turned, markdown)


def gallery(pictures: str) -> str:
    """The gallery, from the table of docs/pictures.md: picture, page, what makes it."""
    cards = [
        f'<figure markdown="span">\n[![{name}](pictures/{name})]({re.findall(r"[(](.+?)[)]", shown)[0]})\n'
        f"<figcaption markdown>{shown}<br>{made}</figcaption>\n</figure>\n"
        for name, shown, made in _ROW.findall(pictures)
    ]
    return "\n".join([GALLERY, '<div class="gallery" markdown>\n', *cards, "</div>\n"])


def public_names() -> dict[str, list[str]]:
    """The public names of each folder of the package that has some, by the folder's name; nothing is imported."""
    found = {}
    for init in sorted(PACKAGE.rglob("__init__.py")):
        names = _all_of(init.parent)
        if names and init.parent != PACKAGE:
            found[".".join(init.parent.relative_to(PACKAGE).parts)] = names
    return found


def api_pages(folders: dict[str, list[str]]) -> dict[str, str]:
    """A page a folder, and a list of them with the front door."""
    homes = {name: folder for folder in reversed(folders) for name in folders[folder]}
    door = _all_of(PACKAGE)
    rows = [
        f"| [`{name}`]({homes[name]}.md#{_path(homes[name], name)}) | `seisweave.{homes[name]}` |"
        for name in door
        if name in homes
    ]
    index = [API, "| name | from |", "|---|---|", *rows, "\n## Errors\n", "::: seisweave.errors.InputError\n", ""]
    index += ["## Folders\n", "| folder | names | |", "|---|---|---|"]
    index += [
        f"| [`seisweave.{folder}`]({folder}.md) | {len(names)} | {_about(folder)} |"
        for folder, names in folders.items()
    ]
    pages = {f"api/{folder}.md": _page(folder, names) for folder, names in folders.items()}
    return {"api/index.md": "\n".join([*index, ""]), **pages}


def _page(folder: str, names: list[str]) -> str:
    shown = [f"::: {_path(folder, name)}\n" for name in names]
    return "\n".join([f"# seisweave.{folder}\n", f"{_about(folder)}\n", *shown])


def _path(folder: str, name: str) -> str:
    """Where a name is; where a module has the same name, which would be shown instead, the one it comes from."""
    home = PACKAGE.joinpath(*folder.split("."))
    if not (home / f"{name}.py").exists():
        return f"seisweave.{folder}.{name}"
    for node in ast.walk(_tree(home)):
        if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}:
            return f"{node.module}.{name}"
    raise LookupError(f"seisweave.{folder} does not say where its {name} comes from")


def _about(folder: str) -> str:
    """The first sentence of a folder's docstring."""
    about = ast.get_docstring(_tree(PACKAGE.joinpath(*folder.split(".")))) or ""
    return about.split("\n\n")[0].replace("\n", " ")


def _tree(package: Path) -> ast.Module:
    return ast.parse((package / "__init__.py").read_text(encoding="utf-8"))


def _all_of(package: Path) -> list[str]:
    """What `__all__` of a package lists."""
    for node in _tree(package).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return []


def _script(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    about = (ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0].replace("\n", " ")
    shown = f"\n```python\n{text.rstrip()}\n```\n" if path.parent.name == "examples" else ""
    return f"## `{path.name}`\n\n{about}\n{shown}"


def _read(name: str) -> str:
    """A file of the project's root, its links as the site has them."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return _LINK.sub(_from_docs, with_links(text, name)) if name.endswith(".md") and "/" not in name else text


def _from_docs(found: re.Match[str]) -> str:
    """A link of a page at the root as one of a page in docs/."""
    before, target, after = found.groups()
    return before + target.removeprefix("docs/") + after
