# make demo   the main job on the embedded default; ends with the path of a page to open
# make test   the whole suite: lint, types, import contracts, tests, tests with the compiler off
# make lint   the checks that need no test run
# make lowest the lowest version of every direct dependency in .venv-lowest, every command run with them, lowest.txt written
# make smoke PYTHON=python3.13    every command run by another Python, with the pinned versions, in .venv-smoke
# make dist   what would be uploaded, in dist: source distribution and wheel, checked, installed anew and tried
# make licences   docs/licences.md: what is installed with seisweave, and under which licences
# make docs   the documentation as a site in site/, which opens without a network; warnings are errors
# make fuzz   damaged catalogs and result folders, 100,000 of them (EXAMPLES=...), counted by how reading them ends
PYTHON ?= python3
BIN := .venv/bin
# the whole suite uses every core
WORKERS ?= auto
# folders of tests whose loops are compiled: the second run is of these, without the compiler
LOOPS := $(addprefix tests/,$(sort $(shell cd src/seisweave && find * -name '_*_numba.py' -exec dirname {} +)))

EXTRAS := .[obspy,report,nowcast,csep,scatter,cluster,export]

.PHONY: demo test suite compiled lint format fuzz lowest smoke dist licences docs clean

demo: .venv/.run
	$(BIN)/seisweave demo

# two tests side by side want one thread each; workers that run out of tests take over those of others, and until then
# each keeps to its own modules, so that what a module's tests share is made once
test: export OMP_NUM_THREADS := 1
# without their bytecode each of the many processes would compile the modules anew
test: export PYTHONDONTWRITEBYTECODE :=
test: .venv/.dev
	$(MAKE) --jobs=2 lint suite

# the tests, beside the lint of the whole: once as users run it, and those of loops once more, where Python runs each line
# of a loop; what is slow there, or shows nothing more, is left out (tests/typed.py tells whose types are checked when)
suite: PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal
suite: compiled
	$(PYTEST)
	NUMBA_DISABLE_JIT=1 $(PYTEST) $(LOOPS) -m "not slow_without_compiler"

# all compiled loops, once: workers that begin at once would each compile them
compiled: .venv/.dev
	$(BIN)/python -m tests.compiled

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

# a fresh environment each time, with a cache of compiled loops of its own: numba's is for one version at a time
lowest:
	rm -rf .venv-lowest
	$(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check packaging
	.venv-lowest/bin/python -m tests.smoke.lowest constraints > .venv-lowest/constraints.txt
	.venv-lowest/bin/python -m pip install --quiet --no-compile --disable-pip-version-check -c .venv-lowest/constraints.txt -e '$(EXTRAS)'
	NUMBA_CACHE_DIR=$(CURDIR)/.venv-lowest/compiled .venv-lowest/bin/python -m tests.smoke
	.venv-lowest/bin/python -m tests.smoke.lowest record > .venv-lowest/lowest.txt
	mv .venv-lowest/lowest.txt lowest.txt

smoke:
	rm -rf .venv-smoke
	$(PYTHON) -m venv .venv-smoke
	.venv-smoke/bin/python -m pip install --quiet --no-compile --disable-pip-version-check -c constraints.txt -e '$(EXTRAS)' packaging
	NUMBA_CACHE_DIR=$(CURDIR)/.venv-smoke/compiled .venv-smoke/bin/python -m tests.smoke

# the wheel is built from the source distribution; conda's recipe is rendered, which needs its archive in dist
dist:
	rm -rf dist .venv-dist .venv-wheel
	$(PYTHON) -m venv .venv-dist
	.venv-dist/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt build twine py-rattler-build
	.venv-dist/bin/python -m build
	.venv-dist/bin/python -m twine check --strict dist/*
	.venv-dist/bin/python -c 'from rattler_build import Stage0Recipe as R, VariantConfig as V; print(*(each.recipe.to_dict() for each in R.from_file("release/recipe.yaml").render(V())))'
	$(PYTHON) -m venv .venv-wheel
	.venv-wheel/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt dist/*.whl
	cd .venv-wheel && bin/seisweave --version && bin/python -c 'from seisweave.synthetic import southern_california_like as like; like(n_events=400).catalog.write("catalog.csv")'
	cd .venv-wheel && NUMBA_CACHE_DIR=compiled bin/seisweave faults catalog.csv --event-type eq --out faults
	.venv-wheel/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt "$$(echo dist/*.whl)[report]"
	cd .venv-wheel && NUMBA_CACHE_DIR=compiled bin/seisweave demo --events 400

licences: .venv/.dev
	$(BIN)/python -m tests.licences > docs/licences.md

# the notice that is turned off is about a future version of MkDocs
docs: export NO_MKDOCS_2_WARNING := 1
docs: .venv/.dev
	$(BIN)/python -m mkdocs build --strict --quiet
	@echo "$(CURDIR)/site/index.html"

fuzz: EXAMPLES ?= 100000
fuzz: SEED ?= 1
fuzz: .venv/.dev
	$(BIN)/python -m tests.fuzz --examples $(EXAMPLES) --seed $(SEED)

format: .venv/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("seisweave needs Python 3.11 or newer, this is %d.%d; try: make demo PYTHON=python3.12" % sys.version_info[:2])'
	$(PYTHON) -m venv .venv

.venv/.run: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -c constraints.txt -e '.[report,nowcast]'
	touch $@

.venv/.dev: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@ .venv/.run

clean:
	rm -rf .venv .venv-lowest .venv-smoke .venv-dist .venv-wheel build dist site .pytest_cache .ruff_cache
