"""Files of a result folder, which may come from a stranger: none lies outside, each is the one that was written."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from seisweave.errors import InputError
from seisweave.stored_json import digest_of

_DIGESTS = "sha256_of_files"
_DATA = {".nc", ".json", ".csv", ".parquet", ".geojson", ".dat", ".safetensors"}  # pictures and pages may be changed


def stored_file(folder: Path, name: str) -> Path:
    """The path of a file in a result folder.

    Folders may come from strangers: a name that leads out of its folder is refused, and so is a link that does.

    Errors: InputError for those.

    >>> from tempfile import mkdtemp
    >>> stored_file(Path(mkdtemp()), "../x")
    Traceback (most recent call last):
    seisweave.errors.InputError: ...: a file '../x' would lie outside of it; give a folder as it was written
    """
    place, root = folder / name, os.path.realpath(folder)
    if Path(name).name != name or name in ("", ".", ".."):
        raise InputError(f"{folder}: a file {name[:60]!r} would lie outside of it; give a folder as it was written")
    if place.is_symlink() and not Path(os.path.realpath(place)).is_relative_to(root):
        raise InputError(f"{place}: is a link that leads out of its folder; put the file itself there")
    if place.exists() and not (place.is_file() or place.is_dir()):  # a pipe would never end
        raise InputError(f"{place}: is no file; give a folder as it was written")
    return place


def refused(path: Path, error: Exception, advice: str, what: str = "damaged") -> InputError:
    """The one line about a stored file that cannot be taken: its path, what it is not, why, what to do.

    >>> print(refused(Path("network.nc"), KeyError("bic"), "make it again"))
    network.nc: damaged (KeyError: 'bic'); make it again
    """
    told = f"{error}" if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
    return InputError(f"{path}: {what} ({in_a_line(told)}); {advice}")


def in_a_line(value: object, most: int = 200) -> str:
    """Any value as text of one line that can be printed, not longer than `most`.

    >>> in_a_line("a   b"), in_a_line("x" * 300, 5)
    ('a b', 'xx...')
    """
    text = str(value)
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 2 * most]).split())
    return line if len(line) <= most else f"{line[: most - 3]}..."


def signed(content: Mapping[str, Any], folder: Path, name: str) -> dict[str, Any]:
    """The content of a file of JSON with the digests of all files of data beside it, and of itself.

    A digest tells damage and files of another run, not malice.
    """
    others = sorted(path for path in folder.iterdir() if path.suffix in _DATA and path.name != name and path.is_file())
    digests = {path.name: sha256(path.read_bytes()).hexdigest() for path in others}
    digests[name] = digest_of(json.loads(json.dumps({**content, _DIGESTS: digests})))
    return {**content, _DIGESTS: digests}


def unsigned(content: Any, folder: Path, name: str, files: Sequence[str] = (), every: str = "") -> dict[str, Any]:
    """The content without its digests, after a look at them: its own, and those of the files named that are there.

    Of files whose names end in `every`, where that is given, all that were written must be there.

    What earlier versions wrote has no digests: nothing is looked at.

    Errors: ValueError for what is no JSON object, and for a file that is not as it was written.
    """
    if not isinstance(content, dict):
        raise ValueError(f"{name} is no object")
    rest = dict(content)
    if _DIGESTS not in rest:
        return rest
    others = dict(rest.pop(_DIGESTS))
    if others.pop(name, None) != digest_of({**rest, _DIGESTS: others}):
        raise ValueError(f"{name} is not what was written there")
    wanted = [each for each in others if every and each.endswith(every)]
    for each in dict.fromkeys([*files, *wanted]):
        path = stored_file(folder, each)
        if (path.is_file() or each in wanted) and others.get(each) != sha256(path.read_bytes()).hexdigest():
            raise ValueError(f"{each} is not what was written there")
    return rest
