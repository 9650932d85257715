# The commands of this project; `make` alone lists them.
#   make run PORT=9000        serves on another port
#   make test ARGS="-k text"  hands ARGS to pytest
#   make run PYTHON=python3.12   makes .venv with another Python

PYTHON ?= python3
PORT ?= 8000
ARGS ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check

# A virtual environment knows its place by heart: in a project folder that was moved or copied it is made anew.
MOVED := $(shell [ ! -f .venv/.place ] || [ "$$(cat .venv/.place)" = "$(CURDIR)" ] || rm -rf .venv)

.DEFAULT_GOAL := help
.PHONY: help install run test torture bench screenshots check lint format types rooms campaigns

help: ## List these commands
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /: /; s/^/make /'

install: .venv/.product ## Set up, and nothing else

run: .venv/.product ## Set up, check the campaigns, serve on 127.0.0.1:8000 (PORT=…)
	$(BIN)/survey check
	$(BIN)/survey serve --port $(PORT)

test: .venv/.tests ## Set up what the tests need, run them all (ARGS=… goes to pytest)
	@scripts/setup-tests
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

torture: .venv/.tests ## 500 drivers answer while the network breaks and the server is killed (ARGS="--drivers 50 --seed 1")
	@$(BIN)/python -m tests.machinery.torture $(ARGS)

bench: .venv/.tests ## Measure bytes, requests, checks, rows, tables and exports against their floors, in about a quarter of an hour
	@scripts/setup-tests
	@$(BIN)/python -m bench $(ARGS)

screenshots: .venv/.tests ## Take docs/screenshots anew, in Chromium
	@scripts/setup-tests
	@$(BIN)/python -m tests.machinery.screenshots

check: lint format types rooms campaigns ## Ruff, format, mypy, the arrows between rooms, the campaigns

lint: .venv/.tests
	$(BIN)/ruff check .

format: .venv/.tests
	$(BIN)/ruff format --check .

types: .venv/.tests
	$(BIN)/mypy

rooms: .venv/.tests
	$(BIN)/lint-imports

campaigns: .venv/.tests
	$(BIN)/survey check

.venv/bin/python:
	@scripts/make-venv $(PYTHON)

# A stamp stands for "installed as these files say", so that nothing is installed again until one of them changes.
.venv/.product: requirements.txt pyproject.toml | .venv/bin/python
	@echo "Installing what requirements.txt names into .venv; the first time this takes a minute or two."
	@$(PIP) install -r requirements.txt
	@$(PIP) install --no-deps --editable .
	@touch $@

.venv/.tests: requirements-dev.txt .venv/.product
	@echo "Installing what requirements-dev.txt names into .venv."
	@$(PIP) install -r requirements-dev.txt
	@touch $@
