# Tollbook. `make` alone explains itself; every target sets up what it needs.
PYTHON ?= python3
BIN := .venv/bin
UV := 0.13.9
# Compiled modules are kept: a kernel or a worker that compiles the libraries anew starts 4 s later.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format lab dashboards bench lock clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/ready ## Install everything, pinned and hashed, into .venv

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tollbook needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

demo: setup ## Six invented clients, fourteen months: write, ingest, run the last month
	$(BIN)/tollbook demo
	$(BIN)/tollbook ingest
	$(BIN)/tollbook run 2026-10
	@echo "open outputs/2026-10/index.html, or see it live: make dashboards"

test: setup ## Every test
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: setup ## Formatting, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: setup ## Put the code into the project's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lab: setup ## JupyterLab on the notebooks, opened at the start page
	$(BIN)/jupyter lab notebooks/start.ipynb

dashboards: setup ## The dashboards, on this machine
	$(BIN)/tollbook dashboards

bench: setup ## Speed and memory, as ratios to a yardstick in the same run
	$(BIN)/tollbook bench

lock: setup ## Pin all dependencies anew
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --upgrade \
	  --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements.lock

clean: ## Remove what was generated; .venv stays
	rm -rf outputs/book outputs/landing outputs/runs outputs/20* outputs/demo-manifest.json
	rm -rf .pytest_cache .hypothesis .mypy_cache .ruff_cache
