"""What would be uploaded: built, checked, installed in a fresh environment, and tried there."""

import doctest
import os
import re
import runpy
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BUILT = f"seisweave-{PROJECT['version']}"
README = (ROOT / "README.md").read_text(encoding="utf-8")
HOOK = runpy.run_path(str(ROOT / "release" / "readme.py"))
ADDRESS = "https://host.example/us/seisweave"
CONDA = {"matplotlib": "matplotlib-base", "torch": "pytorch", "dask": "dask-core"}  # where conda-forge's names differ


def _run(*words, **options):
    """What a process prints; its end must be well."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    made = subprocess.run(
        [*map(str, words)],
        **{"capture_output": True, "text": True, "timeout": 240, "env": environment} | options,
    )
    assert made.returncode == 0, f"{made.stdout}\n{made.stderr}"
    return made.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with the source distribution and the wheel, which is built from it."""
    out = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT)
    assert {path.name for path in out.iterdir()} == {f"{BUILT}.tar.gz", f"{BUILT}-py3-none-any.whl"}
    return out


@pytest.fixture(scope="module")
def unpacked(built, tmp_path_factory):
    """The root of the unpacked source distribution."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(built / f"{BUILT}.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return folder / BUILT


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """A fresh environment with the wheel; dependencies are those of this one, but for PyTorch."""
    folder = tmp_path_factory.mktemp("fresh")
    _run(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python, "install", "--quiet")
    _run(*pip, "--no-deps", "--no-index", "--no-compile", built / f"{BUILT}-py3-none-any.whl")
    (site,) = folder.glob("lib/python*/site-packages")
    here = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    (site / "around.pth").write_text("\n".join(here), encoding="utf-8")
    (site / "sitecustomize.py").write_text("import sys\nsys.modules['torch'] = None\n", encoding="utf-8")
    return folder


def test_the_metadata_pass_the_check_of_an_index(built):
    said = _run(sys.executable, "-m", "twine", "--no-color", "check", "--strict", *sorted(built.iterdir()))
    assert said.count("PASSED") == 2


def test_the_metadata_are_those_of_the_project(built):
    with zipfile.ZipFile(built / f"{BUILT}-py3-none-any.whl") as wheel:
        told = message_from_bytes(wheel.read(f"{BUILT}.dist-info/METADATA"))
        assert {"seisweave/py.typed", f"{BUILT}.dist-info/licenses/LICENSE"} <= set(wheel.namelist())
    assert told["Version"] == PROJECT["version"]
    assert told["Requires-Python"] == PROJECT["requires-python"]
    assert told.get_all("Project-URL") == [f"{name}, {url}" for name, url in PROJECT["urls"].items()]
    assert told.get_all("Classifier") == PROJECT["classifiers"]
    assert _relative(told.get_payload()) == []


def test_the_wheel_holds_every_file_of_the_package(built):
    source = ROOT / "src"
    ours = {path.relative_to(source).as_posix() for path in (source / "seisweave").rglob("*") if path.is_file()}
    ours = {name for name in ours if "__pycache__" not in name and Path(name).suffix not in (".pyc", ".nbi", ".nbc")}
    with zipfile.ZipFile(built / f"{BUILT}-py3-none-any.whl") as wheel:
        assert {name for name in wheel.namelist() if not name.startswith(f"{BUILT}.dist-info")} == ours


def test_its_own_tests_run_in_the_source_distribution(unpacked):
    environment = {**os.environ, "PYTHONPATH": f"{unpacked / 'src'}{os.pathsep}{unpacked}"}
    few = ("tests/evaluation/test_series.py", "tests/test_docs_links.py")
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *few)
    said = _run(sys.executable, *words, cwd=unpacked, env=environment)
    assert re.search(r"\d+ passed", said), said


def test_the_source_distribution_holds_what_the_project_does(built):
    if not (ROOT / ".git").exists():
        pytest.skip("this is a source distribution, which does not say what belongs to the project")
    ours = set(_run("git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines())
    with tarfile.open(built / f"{BUILT}.tar.gz") as archive:
        there = {each.name.removeprefix(f"{BUILT}/") for each in archive if each.isfile()}
    assert {name for name in ours - there if (ROOT / name).is_file()} == {".ci/run"}
    assert there - ours <= {"PKG-INFO"}


def test_the_wheel_runs_in_a_fresh_environment(installed, tmp_path):
    command = installed / "bin" / "seisweave"
    where = _run(installed / "bin" / "python", "-c", "import seisweave; print(seisweave.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(installed)
    assert _run(command, "--version", cwd=tmp_path).split()[:2] == ["seisweave", PROJECT["version"]]


def test_the_demo_runs_from_the_wheel(installed, tmp_path):
    """Without the compiler: its loops would be compiled anew for the new place, which takes longer than they do."""
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    environment.pop("PYTHONPATH", None)
    said = _run(installed / "bin" / "seisweave", "demo", "--events", "200", cwd=tmp_path, env=environment)
    assert re.search(r"26 faults planted: \d+ found", said)
    assert "no nowcast: it needs torch" in said
    assert (tmp_path / "seisweave-demo" / "report.html").stat().st_size > 100_000


def _relative(text):
    """Links and pictures that lead to no address and to no heading of the page."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", prose) if not re.match(r"https?:|#", target)]


def test_without_a_repository_links_become_names_of_files():
    shown = HOOK["unlinked"](README)
    assert _relative(README)
    assert _relative(shown) == []
    for target in _relative(README):
        assert f"`{target.partition('#')[0]}`" in shown


def test_with_a_repository_links_and_pictures_lead_into_it():
    shown = HOOK["linked"](README, ADDRESS + "/", "0.2.0")
    assert _relative(shown) == []
    assert "![" in shown
    assert f"]({ADDRESS}/raw/v0.2.0/docs/pictures/network.png)" in shown
    for target in _relative(README):
        assert f"]({ADDRESS}/blob/v0.2.0/{target})" in shown or f"]({ADDRESS}/raw/v0.2.0/{target})" in shown


def test_examples_of_the_hook_are_right():
    finder, runner = doctest.DocTestFinder(recurse=False), doctest.DocTestRunner()
    for name in ("linked", "unlinked"):
        for example in finder.find(HOOK[name], name, module=False, globs=dict(HOOK)):
            runner.run(example)
    assert (runner.failures, runner.tries) == (0, 2)


def test_blocks_of_code_stay_as_they_are():
    text = "# T\n\n[a](b.md)\n\n```sh\necho [a](b.md)\n```\n"
    assert HOOK["linked"](text, ADDRESS, "1").endswith("```sh\necho [a](b.md)\n```\n")
    assert HOOK["unlinked"](text).endswith("```sh\necho [a](b.md)\n```\n")


@pytest.mark.parametrize(
    ("file", "where"),
    [
        ("CITATION.cff", r"^version: (.*)$"),
        ("release/recipe.yaml", r'^  version: "(.*)"$'),
        ("Dockerfile", r'image\.version="(.*?)"'),
    ],
)
def test_the_version_is_that_of_the_project_everywhere(file, where):
    text = (ROOT / file).read_text(encoding="utf-8")
    assert re.findall(where, text, re.M) == [PROJECT["version"]]


@pytest.fixture(scope="module")
def recipe():
    return yaml.safe_load((ROOT / "release" / "recipe.yaml").read_text(encoding="utf-8"))


def _for_conda(given):
    """Requirements in conda's words."""
    asked = [Requirement(text) for text in given]
    return [f"{CONDA.get(each.name, each.name)} {each.specifier}" for each in asked if each.name != "seisweave"]


def test_the_recipe_requires_what_the_project_does(recipe):
    lowest = PROJECT["requires-python"].removeprefix(">=")
    extras = {name: given for name, given in PROJECT["optional-dependencies"].items() if name not in ("dev", "docs")}
    assert recipe["context"]["python_min"] == lowest
    assert recipe["requirements"]["run"] == ["python >=${{ python_min }}", *_for_conda(PROJECT["dependencies"])]
    assert recipe["requirements"]["run_constraints"] == [
        each for given in extras.values() for each in _for_conda(given)
    ]
    built_by = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    assert recipe["requirements"]["host"][2:] == _for_conda(built_by)


def test_the_recipe_says_what_the_project_says(recipe):
    assert recipe["about"]["summary"] == PROJECT["description"]
    assert recipe["about"]["license"] == PROJECT["license"]
    commands = [" = ".join(each) for each in PROJECT["scripts"].items()]
    assert recipe["build"]["python"]["entry_points"] == commands


def test_the_container_is_built_of_what_it_may_take(recipe):
    """What Dockerfile copies is there, and .dockerignore lets it in; its Python is one the project is for."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = [word for line in re.findall(r"^COPY (.*)", text, re.M) for word in line.split()[:-1]]
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied
    assert all((ROOT / word).exists() for word in copied)
    assert set(copied) == allowed
    python = re.search(r"^FROM python:(\d+\.\d+)-slim$", text, re.M).group(1)
    assert f"Programming Language :: Python :: {python}" in PROJECT["classifiers"]
    extras = re.search(r"^ARG EXTRAS=(\S+)$", text, re.M).group(1).split(",")
    assert set(extras) <= set(PROJECT["optional-dependencies"])
