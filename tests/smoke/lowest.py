"""The lowest versions that pyproject.toml allows: as constraints for pip, and written down once every command ran.

python -m tests.smoke.lowest constraints > lowest-constraints.txt
python -m tests.smoke.lowest record > lowest.txt
"""

from __future__ import annotations

import platform
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "lowest.txt"
HEAD = """\
# The lowest version of every direct dependency, each as `make lowest` had it installed when every command ran.
# Made by `make lowest`; the suite holds pyproject.toml to it, so that no bound is lowered untried.
"""


def required(but: tuple[str, ...] = ("dev", "docs")) -> list[Requirement]:
    """Direct dependencies, those of the extras too; without the tools of the suite and of the documentation."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {name: given for name, given in project["optional-dependencies"].items() if name not in but}
    return [Requirement(text) for given in (project["dependencies"], *extras.values()) for text in given]


def lowest(requirement: Requirement) -> str:
    """The version that `>=` or `==` gives. Errors: ValueError for a requirement without one."""
    found = [each.version for each in requirement.specifier if each.operator in (">=", "==")]
    if len(found) != 1:
        raise ValueError(f"{requirement} has no lowest version; write {requirement.name}>=VERSION")
    return found[0]


def constraints() -> list[str]:
    """A line for pip for every direct dependency."""
    return [f"{each.name}=={lowest(each)}" for each in required()]


def record() -> str:
    """What is installed here, which must be the lowest. Errors: ValueError where it is not."""
    for each in required():
        here = version(each.name).partition("+")[0]
        if here not in Requirement(f"{each.name}=={lowest(each)}").specifier:
            raise ValueError(f"{each.name} {here} is installed, the lowest is {lowest(each)}")
    return HEAD + "\n".join([f"# Python {platform.python_version()}", *constraints(), ""])


if __name__ == "__main__":
    made = {"constraints": lambda: "\n".join([*constraints(), ""]), "record": record}
    sys.stdout.write(made[sys.argv[1]]())
