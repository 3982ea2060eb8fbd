# Everything is installed into .venv; `make` alone says what can be made.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
# A file of tests shares its servers and browser; the longest come first, as tests/conftest.py says.
SPREAD := --dist loadfile --no-loadscope-reorder
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install run check test format bench bench-scale table constraints clean

help:  ## show this list
	@awk -F ':.*## *' '/^[a-z-]+:.*##/ { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(STAMP)  ## make .venv with everything in it and prepare the embedded model

# Written last, so that a broken install is taken up again and a complete one costs nothing.
$(STAMP): pyproject.toml constraints.txt scripts/browser
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not here; install Python 3.11 or name it: make install PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "installing into $(VENV); the first time takes some minutes" >&2
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	scripts/browser
	$(BIN)/python scripts/prepare.py
	@touch $@

run: install  ## index seeds/ and serve the chat page
	@$(BIN)/tanya index seeds/
	@$(BIN)/tanya serve

check: install  ## the quick check: format, lint, types, and the tests of a minute
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -q -n 2 $(SPREAD) -m "not (slow or model or browser or gguf)" tests

# As many workers as the processors that it is meant for: with more, browsers wait for each other on a slow machine.
test: install  ## the whole check: format, lint, types, tests, README
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 $(SPREAD)
	$(BIN)/python scripts/readme.py

format: install  ## put the code into the form that the check expects
	$(BIN)/ruff check --fix --select I .
	$(BIN)/ruff format .

bench: install  ## speed and memory, as ratios against plain libraries
	@set -e; for script in bench/[a-z]*.py; do echo "$$script"; $(BIN)/python "$$script"; done

bench-scale: install  ## build time, latency, memory and disk up to a million passages: make bench-scale NEWS=FILE.jsonl.gz
	$(BIN)/python bench/scale.py $(if $(NEWS),--news $(NEWS)) $(if $(SIZES),--sizes $(SIZES))

table: install  ## measure the evaluation table of the README again: make table DATA=FOLDER
	$(BIN)/python scripts/table.py $(DATA)

# The resolved environment of a bare venv; a local build of torch satisfies the plain version.
constraints:  ## resolve every dependency anew and pin it
	rm -rf build/constraints && $(PYTHON) -m venv build/constraints
	build/constraints/bin/python -m pip install --quiet --disable-pip-version-check '.[dev,gguf,translate]'
	build/constraints/bin/python -m pip freeze --all | grep -v -e '^pip==' -e ' @ ' | sed 's/+cpu$$//' > constraints.txt

clean:  ## remove what was built; articles and their index in .tanya/ stay
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
