# Needs python3 >= 3.11 and make. Everything else goes into .venv (and .venv-* for the other versions).
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# What to test: make test T=tests/capture
T ?= tests
PARALLEL ?= -n auto --dist worksteal
# Tests start hundreds of kernels and scripts: without bytecode files each would compile all of pandas again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test lint format docs bench tpch pandas-suite pandas-suite-part docstrings interrupts crash truth events consumers floor newest matrix signatures panel panel-check panel-bench screenshots hosts bench-more clean
.DEFAULT_GOAL := test

$(READY): pyproject.toml uv.lock hatch_build.py $(wildcard lineage_ext/*/*.[ch])
	@.ci/venv .venv $(PYTHON)
	@UV_PROJECT_ENVIRONMENT=.venv .ci/uv sync --quiet --frozen --inexact --group dev --python .venv/bin/python
	@touch $@

## demo: run notebooks/01_first_lineage.ipynb in a real kernel and print its lineage
demo: $(READY)
	@$(BIN)/python notebooks/demo.py

## test: the tests, on the locked versions
test: $(READY)
	@$(BIN)/python -m pytest $(PARALLEL) $(T)

## lint: ruff, mypy --strict, import layers, changelog
lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/towncrier build --draft --version next >/dev/null

format: $(READY)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

## docs: the pages that are written by programs
docs: $(READY)
	@$(BIN)/python -m tests.rules.census

## bench: what tracking costs, against what is promised, as a table; WRITE=1 writes it into docs/cost.md, too
bench: $(READY)
	@$(BIN)/python -m benchmarks.cost $(if $(WRITE),--write)

## bench-more: the other programs under benchmarks/: accuracy, scale, the panel, telemetry
bench-more: $(READY)
	@set -e; for program in benchmarks/[a-z]*.py; do echo "== $$program"; $(BIN)/python $$program; done

## panel-bench: what the panel takes, and how live it is (needs node and Chromium)
panel-bench: js/node_modules $(READY)
	@$(BIN)/python benchmarks/panel.py
	@$(BIN)/python benchmarks/panel_live.py

## hosts: every behaviour of the hosts on each of their versions, as a matrix
hosts: $(READY)
	@$(BIN)/python tests/hosts/matrix.py

## tpch: the 22 TPC-H queries in pandas, their recorded lineage held against that of the SQL
tpch: $(READY)
	@$(BIN)/python benchmarks/tpch.py

## pandas-suite: pandas' own tests with and without tracking, test by test, on the pandas of three years (hours)
pandas-suite: export MODULE = tests.transparency.pandas_suite
pandas-suite: $(READY)
	@.ci/on pandas==2.2.3 3.11 $(PARTS)
	@.ci/on pandas==2.3.3 3.12 $(PARTS)
	@.ci/on pandas==3.1.1 3.13 $(PARTS)

## pandas-suite-part: the same for a share of the files of each folder, on the locked versions
pandas-suite-part: SHARE ?= 0.1
pandas-suite-part: $(READY)
	@$(BIN)/python -m tests.transparency.pandas_suite --share $(SHARE) --most 60 $(PARTS)

## docstrings: the examples in pandas' docstrings with and without tracking, what each prints
docstrings: $(READY)
	@$(BIN)/python -m tests.transparency.docstrings

## interrupts: a KeyboardInterrupt at every moment at which our code can meet one (make test: at every fifth)
interrupts: $(READY)
	@LINEAGE_INTERRUPT_STEP=1 $(BIN)/python -m pytest $(PARALLEL) tests/transparency/test_interrupts.py

## events: OpenLineage events of the demo, of whole notebooks and 1 000 generated sessions at every granularity, validated
events: $(READY)
	@OPENLINEAGE_DISABLED=true $(BIN)/python -m tests.emit.openlineage.generate events-output

## consumers: tell a notebook to real ones on loopback (Feast's OpenLineage server, Arize Phoenix), and ask them
consumers: $(READY)
	@set -e; feast=$$(.ci/consumer feast==0.67.0); phoenix=$$(.ci/consumer arize-phoenix==20.26.1); \
	$(BIN)/python -m tests.emit.consumers $$feast $$phoenix

## truth: programs, random chains and whole notebooks held against interventions: what moves must have an edge
truth: $(READY)
	@$(BIN)/python -m tests.intervention.truth
	@LINEAGE_LOOPS=40 $(BIN)/python -m pytest $(PARALLEL) tests/capture/test_repeats.py -k random_loops

## crash: kill -9 in the running cells of 20 kernels that write one store; nothing older than 0.5 s may be lost
crash: $(READY)
	@$(BIN)/python -m tests.transparency.crash 20

## floor: the tests on Python 3.11 with the lowest versions pyproject.toml allows
floor: $(READY)
	@.ci/on floor 3.11 $(PARALLEL) $(T)

## newest: the tests with the newest versions of everything, on Python 3.12, 3.13 and 3.14
newest: $(READY)
	@.ci/on newest 3.12 $(PARALLEL) $(T)
	@.ci/on newest 3.13 $(PARALLEL) $(T)
	@.ci/on newest 3.14 $(PARALLEL) $(T)

## matrix: floor, newest, and the pandas between them
matrix: floor newest
	@.ci/on pandas==2.3.3 3.12 $(PARALLEL) $(T)

## signatures: rules against the functions of every pandas we support: none without a rule, no parameter misnamed
signatures: T := tests/rules/test_parameters.py tests/rules/test_census.py
signatures: matrix
	@$(BIN)/python -m pytest -q $(T)

## screenshots: write docs/screenshots anew (needs Chromium); look at every picture before committing it
screenshots: $(READY)
	@$(BIN)/python -m tests.browser.screenshots

js/node_modules: js/package-lock.json
	@cd js && npm ci --no-fund --no-audit --loglevel=error && touch node_modules

## panel: build the front end into lineage_ext/static and lineage_ext/labextension (needs node >= 20)
panel: js/node_modules $(READY)
	@cd js && npm run --silent build
	@cp -r lineage_ext/labextension/. .venv/share/jupyter/labextensions/lineage-ext/ # no link: uninstalling follows it

## panel-check: types, lint and tests of js/, and whether lineage_ext/static is what it builds
panel-check: js/node_modules
	@cd js && npm run --silent check && npm run --silent build -- --check

clean:
	@rm -rf .venv .venv-* js/node_modules demo-output events-output .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
