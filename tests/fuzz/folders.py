"""Result folders of strangers: valid ones, damaged in bytes, values, shapes, types, files and links, opened and used.

Right is an InputError of one line, or a record equal in every number to the valid one. Where the digests were taken out
first, as in folders of earlier versions, or forged (a store has them always), a changed value that can be one is taken
("as written"), and no NaN comes out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd

from seisweave.errors import InputError
from tests.fuzz import Outcome, refused
from tests.fuzz.valid_folders import KINDS, Numbers, files_of, numbers, valid, valid_numbers, write_files
from tests.fuzz.valid_station import sign_store

WEIGHTS = {
    "network": 1,
    "condensed": 3,
    "forecast": 4,
    "plates": 3,
    "region": 5,
    "place": 6,
    "etas": 4,
    "scores": 4,
    "maps": 2,
    "kept": 5,
    "region with channels": 3,
    "place with channels": 3,
    "issued": 3,
    "store": 3,
    "channel": 3,
}
BAD = [
    *(float("nan"), float("inf"), -float("inf"), -1, -1e-9, 0, 1, 2, 1.5, 1e308, -1e308, 10**400, 2**63, True, False),
    *("", "NaN", "1", "x", "../../etc/passwd", "now", "\n\x1b[31m", "é" * 300, None, [], {}, [1], [[]], {"a": 1}),
]
MAY_BE_MISSING = ("event ", "scores ", "targets ", "fault ", "sure_", "channel ")  # arrays in which NaN has a meaning
_MOST = 10**6  # numbers that an attack reads
DIGESTS = ("sha256_of_files", "sha256")


@cache
def prepare() -> None:
    """Make the valid folders of every kind, and load the libraries that read them."""
    for kind in KINDS:
        valid_numbers(kind)


def example(seed: int, folder: Path) -> Outcome:
    """One folder, attacked once or twice."""
    rng = np.random.default_rng(seed)
    kind = str(rng.choice(KINDS, p=np.array([WEIGHTS[kind] for kind in KINDS]) / sum(WEIGHTS.values())))
    folder = folder / "result"
    folder.mkdir(parents=True)
    write_files(valid(kind), folder)
    old = bool(rng.random() < 0.4)
    if old:
        _take_out_digests(folder)
    attack = str(rng.choice(list(ATTACKS), p=np.array(list(ODDS.values())) / sum(ODDS.values())))
    for _ in range(int(rng.integers(1, 3))):
        ATTACKS[attack](folder, rng)
    if old and kind == "store":
        sign_store(folder)
    old = old or _lost_its_digests(folder, kind)
    what = f"{kind}, {attack}{', without digests' if old else ''}"
    try:
        found = numbers(kind, folder)
    except InputError as error:
        return refused(error, what)
    before = valid_numbers(kind)
    strange = _not_numbers(found, before)
    if strange is not None:
        return Outcome("changed", what, f"{strange} is no number: {str(found[strange])[:100]}")
    differs = [name for name in before.keys() | found.keys() if not _same(before.get(name), found.get(name))]
    if not differs:
        return Outcome("same", what)
    return Outcome("as written" if old or (kind == "kept" and not found) else "changed", what, f"{sorted(differs)[:3]}")


def _same(one: Any, other: Any) -> bool:
    one, other = np.asarray(one), np.asarray(other)
    if one.shape != other.shape:
        return False
    if one.dtype.kind == other.dtype.kind == "f":
        return bool(np.array_equal(one, other, equal_nan=True))
    return str(one.tolist()) == str(other.tolist())


def _not_numbers(found: Numbers, before: Numbers) -> str | None:
    """The first array of floats with what is no number where the valid one has none such."""
    for name, value in found.items():
        if name.startswith(MAY_BE_MISSING) or np.asarray(value).dtype.kind != "f":
            continue
        usual = np.asarray(before.get(name, 0.0))
        if not np.isfinite(value).all() and usual.dtype.kind == "f" and np.isfinite(usual).all():
            return name
    return None


def _lost_its_digests(folder: Path, kind: str) -> bool:
    """Whether the attack left no summary, or one without digests: nobody can tell it from one of an earlier version.

    Files of channels never had any.
    """
    if kind == "channel":
        return True
    if "summary.json" in valid(kind) and not (folder / "summary.json").is_file():
        return True
    for name, digests in (("summary.json", "sha256_of_files"), ("model.json", "sha256")):
        try:
            content = json.loads((folder / name).read_text()) if (folder / name).is_file() else None
        except (ValueError, RecursionError):
            continue
        if isinstance(content, dict) and (
            digests not in content or (name == "model.json" and "model" not in str(content[digests]))
        ):
            return True
    return False


def _take_out_digests(folder: Path) -> None:
    for path in files_of(folder):
        if path.suffix == ".json" and path.name not in ("identity.json", "store.json"):
            content = json.loads(path.read_text())
            for name in DIGESTS:
                told = content.pop(name, None)
                if path.name == "model.json" and told and "settings" in told:  # format 1 has had these always
                    content["sha256"] = {n: d for n, d in told.items() if n != "model"}
            path.write_text(json.dumps(content))
        elif path.suffix == ".nc":
            with h5py.File(path, "r+") as file:
                file.attrs.pop("values_sha256", None)
        elif path.suffix == ".npz":
            with np.load(path) as kept:
                rest = {name: kept[name] for name in kept.files if name != "values_sha256"}
            np.savez(path, **rest)


def _pick(folder: Path, rng: np.random.Generator, *suffixes: str) -> Path | None:
    files = [path for path in files_of(folder) if path.is_file() and path.suffix in suffixes]
    return files[int(rng.integers(len(files)))] if files else None


def _bytes(folder: Path, rng: np.random.Generator) -> None:
    path = _pick(folder, rng, ".nc", ".json", ".csv", ".parquet", ".safetensors", ".npz")
    if path is None:
        return
    data = bytearray(path.read_bytes())
    at, n = int(rng.integers(len(data) + 1)), int(rng.integers(1, 40))
    how = rng.integers(6)
    if how == 0:
        for place in rng.integers(len(data), size=int(rng.integers(1, 9))) if data else []:
            data[place] ^= 1 << int(rng.integers(8))
    elif how == 1:
        del data[at:]
    elif how == 2:
        data[at:at] = rng.bytes(n)
    elif how == 3:
        del data[at : at + n]
    elif how == 4:
        data[at : at + n] = bytes(n)
    else:
        data[at : at + n] = data[:n][::-1]
    path.write_bytes(data)


def _json(folder: Path, rng: np.random.Generator) -> None:
    path = _pick(folder, rng, ".json")
    if path is None or rng.random() < 0.03:
        if path is not None:
            path.write_text("[" * int(rng.integers(500, 200_000)))
        return
    try:
        content = json.loads(path.read_text())
    except (ValueError, RecursionError):  # of an attack before
        return
    path.write_text(json.dumps(_changed(content, rng)))


def _changed(content: Any, rng: np.random.Generator) -> Any:
    """A tree of JSON with one place put otherwise."""
    if not isinstance(content, dict | list) or not content or rng.random() < 0.05:
        return BAD[int(rng.integers(len(BAD)))]
    keys = list(content) if isinstance(content, dict) else list(range(len(content)))
    key = keys[int(rng.integers(len(keys)))]
    how = rng.random()
    if how < 0.06:
        del content[key]
    elif how < 0.1 and isinstance(content, dict):
        content[f"{key}x"] = content[key]
    else:
        content[key] = _changed(content[key], rng)
    return content


def _netcdf(folder: Path, rng: np.random.Generator) -> None:
    path = _pick(folder, rng, ".nc")
    if path is None:
        return
    try:
        with h5py.File(path, "r+") as file:
            names = sorted(file)
            name = names[int(rng.integers(len(names)))]
            array = file[name]
            how = rng.random()
            if array.size > _MOST:  # of an attack before
                return
            if how < 0.3:
                _attribute(file if rng.random() < 0.7 else array, rng)
            elif how < 0.75 and array.size and array.dtype.kind in "fiu":
                value = [np.nan, np.inf, -np.inf, -1, 0, 1, 2, 1e308, -1e308, 1e10, 0.5][int(rng.integers(11))]
                values = array[()]
                flat = values.reshape(-1)
                with np.errstate(all="ignore"):
                    flat[int(rng.integers(flat.size)) if rng.random() < 0.7 else slice(None)] = np.array(value).astype(
                        values.dtype
                    )
                array[...] = values
            else:
                _replace(file, name, rng)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, AttributeError):  # of an attack before
        return


def _attribute(owner: Any, rng: np.random.Generator) -> None:
    names = sorted(owner.attrs)
    if not names:
        return
    name = names[int(rng.integers(len(names)))]
    value = owner.attrs[name]
    if isinstance(value, str) and value[:1] in "[{" and rng.random() < 0.8:
        owner.attrs[name] = json.dumps(_changed(json.loads(value), rng))
    elif rng.random() < 0.15:
        del owner.attrs[name]
    else:
        bad = BAD[int(rng.integers(len(BAD)))]
        owner.attrs[name] = bad if isinstance(bad, str | int | float) and abs(len(str(bad))) < 200 else "?"


def _replace(file: h5py.File, name: str, rng: np.random.Generator) -> None:
    """Put something else in the place of an array."""
    shape, how = file[name].shape, int(rng.integers(9))
    del file[name]
    if how == 0:
        file.create_dataset(name, (10**11,), "f8", chunks=(10**6,), compression="gzip")
    elif how == 1:
        file[name] = h5py.ExternalLink("/etc/hostname", "/")
    elif how == 2:
        file[name] = h5py.SoftLink("/weight")
    elif how == 3:
        file.create_group(name)
    elif how == 4:
        file[name] = np.zeros(shape or (1,), [("a", "f8"), ("b", "i4")])
    elif how == 5:
        file.create_dataset(name, (3,), "f8", external=[("/etc/hostname", 0, 24)])
    elif how == 6:
        file.create_dataset(name, data=["text"] * 3)
    elif how == 7:
        file[name] = np.zeros(shape, rng.choice(["f4", "f8", "i4", "i8", "u8", ">f8", "f2", "c16"]))
    elif rng.random() < 0.5:
        file[name] = np.zeros([int(rng.integers(5)) for _ in range(int(rng.integers(4)))])


def _tables(folder: Path, rng: np.random.Generator) -> None:
    path = _pick(folder, rng, ".csv", ".parquet", ".npz", ".safetensors")
    if path is None:
        return
    value = [np.nan, np.inf, -1.0, 0.0, 1e308, 7][int(rng.integers(6))]
    try:
        if path.suffix == ".npz":
            with np.load(path) as kept:
                arrays = {name: kept[name] for name in kept.files}
            name = list(arrays)[int(rng.integers(len(arrays)))]
            arrays[name] = arrays[name].astype("f4") if rng.random() < 0.3 else np.full(arrays[name].shape, value)
            np.savez(path, **arrays)
        elif path.suffix == ".safetensors":
            _weights(path, value, rng)
        else:
            table = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
            column = table.columns[int(rng.integers(len(table.columns)))]
            how = rng.integers(5)
            if how == 0:
                table = table.drop(columns=column)
            elif how == 1:
                table = table.iloc[: len(table) // 2]
            elif how == 2:
                table[column] = table[column].astype(str)
            else:
                table[column] = value
            written = BytesIO()
            table.to_csv(written, index=False) if path.suffix == ".csv" else table.to_parquet(written, index=False)
            path.write_bytes(written.getvalue())
    except (ValueError, OSError, TypeError):
        return


def _weights(path: Path, value: float, rng: np.random.Generator) -> None:
    from safetensors.numpy import load, save

    tensors = load(path.read_bytes())
    name = list(tensors)[int(rng.integers(len(tensors)))]
    how = rng.integers(4)
    if how == 0:
        del tensors[name]
    elif how == 1:
        tensors[name] = tensors[name].astype(np.float16)
    elif how == 2:
        tensors[name] = np.zeros((*tensors[name].shape, 2), np.float32)
    else:
        with np.errstate(all="ignore"):
            tensors[name] = np.full_like(tensors[name], min(value, 3e38) if tensors[name].dtype.kind == "f" else 3)
    path.write_bytes(save(tensors))


def _files(folder: Path, rng: np.random.Generator) -> None:
    files = [path for path in files_of(folder) if path.is_file()]
    if not files:
        return
    path, other = (files[int(rng.integers(len(files)))] for _ in range(2))
    how = rng.integers(7)
    if how == 0:
        path.unlink()
    elif how == 1:
        path.write_bytes(other.read_bytes())
    elif how == 2:
        path.unlink()
        path.symlink_to(["/etc/hostname", "/dev/zero", "nowhere", other.name, "..", "."][int(rng.integers(6))])
    elif how == 3:
        path.unlink()
        path.mkdir()
    elif how == 4:
        path.unlink()
        os.mkfifo(path)
    elif how == 5:
        kind = str(rng.choice(KINDS))
        same = [data for name, data in valid(kind).items() if name.endswith(path.suffix)]
        path.write_bytes(same[0] if same else b"")
    else:
        path.write_bytes(b"")


ATTACKS: dict[str, Callable[[Path, np.random.Generator], None]] = {
    "bytes": _bytes,
    "json": _json,
    "netcdf": _netcdf,
    "tables": _tables,
    "files": _files,
}
ODDS = {"bytes": 5, "json": 4, "netcdf": 4, "tables": 4, "files": 2}
