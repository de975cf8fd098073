# Needs python3 >= 3.11 and make. Everything else goes into .venv (and .venv-* for the other versions).
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# What to test: make test T=tests/capture
T ?= tests
PARALLEL ?= -n auto --dist worksteal

.PHONY: demo test lint format bench floor newest matrix clean
.DEFAULT_GOAL := test

$(READY): pyproject.toml uv.lock
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

## bench: what tracking costs, measured
bench: $(READY)
	@set -e; for program in benchmarks/[a-z]*.py; do echo "== $$program"; $(BIN)/python $$program; done

## floor: the tests on Python 3.11 with the lowest versions pyproject.toml allows
floor: $(READY)
	@.ci/on floor 3.11 $(PARALLEL) $(T)

## newest: the tests with the newest versions of everything, on Python 3.12 and 3.13
newest: $(READY)
	@.ci/on newest 3.12 $(PARALLEL) $(T)
	@.ci/on newest 3.13 $(PARALLEL) $(T)

## matrix: floor, newest, and the pandas between them
matrix: floor newest
	@.ci/on pandas==2.3.3 3.12 $(PARALLEL) $(T)

clean:
	@rm -rf .venv .venv-* demo-output .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
