"""Names of a package that are loaded when they are first used, so that importing it stays light; and old names."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, TypeVar

Value = TypeVar("Value")


def lazy_names(
    package: str, homes: Mapping[str, str], renamed: Mapping[str, str] | None = None
) -> Callable[[str], Any]:
    """A module-level `__getattr__` (PEP 562).

    Arguments:
        package: the package's own name.
        homes: for each name, the module that holds it, within the package; "" for a submodule that is itself the name.
        renamed: old names, and where each is now, as `module:name` of the whole package; they warn.

    >>> lazy_names("seisweave.nowcast", {"weave": "maps"})("weave").__name__
    'weave'
    """

    def find(name: str) -> Any:
        if name in homes:
            module = import_module(".".join(filter(None, (package, homes[name] or name))))
            return getattr(module, name) if homes[name] else module
        if renamed and name in renamed:
            module, _, now = renamed[name].partition(":")
            warnings.warn(f"{package}.{name} is now {module}.{now}", DeprecationWarning, stacklevel=2)
            return getattr(import_module(module), now)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return find


def renamed_keyword(old: str, old_value: Value | None, now: str, value: Value | None) -> Value | None:
    """The value of a keyword, or what its old name was given, which warns.

    >>> renamed_keyword("checkpoint", None, "keep", "folder")
    'folder'
    """
    if old_value is None:
        return value
    warnings.warn(f"the keyword {old} is now {now}", DeprecationWarning, stacklevel=3)
    return old_value if value is None else value
