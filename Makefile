# Everything a person or a machine does here, by name. `make help` lists it.

PORT ?= 8080
DATA ?= data
VENV ?= .venv
TESTS ?=
BENCH ?=
PEERS = benchmarks/peers/node_modules

# The first Python that is new enough, unless PYTHON names one.
NEW_ENOUGH = import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	$$name -c '$(NEW_ENOUGH)' 2>/dev/null && { echo $$name; break; }; done)

.DEFAULT_GOAL := help
.PHONY: help run test secrets bench lint fmt clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name does; \
		do printf '  make %-7s %s\n' "$$name" "$$does"; done

run: $(VENV)/.ready ## Serve on 127.0.0.1:8080, data in ./data (PORT and DATA change that)
	@exec $(VENV)/bin/foyer serve --host 127.0.0.1 --port $(PORT) --dir $(DATA)

test: $(VENV)/.ready-dev ## Run the tests (TESTS=tests/unit for some of them)
	@$(VENV)/bin/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder $(TESTS)

secrets: $(VENV)/.ready-dev ## Run the tests, and search what homes wrote for each secret they used
	@place=$$(mktemp -d) && mkdir $$place/tmp && \
		FOYER_TESTS_SECRETS=$$place/secrets TMPDIR=$$place/tmp $(VENV)/bin/python -m pytest -q \
		-n auto --dist loadfile --no-loadscope-reorder --basetemp $$place/base $(TESTS); \
		$(VENV)/bin/python -m tests.support.secret_search $$place && rm -rf $$place

bench: $(VENV)/.ready-dev $(PEERS)/.ready ## Measure, and print the figures (BENCH=--quick for a short run)
	@$(VENV)/bin/python -m benchmarks $(BENCH)

lint: $(VENV)/.ready-dev ## Look at style and types
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy

fmt: $(VENV)/.ready-dev ## Bring the code into shape
	@$(VENV)/bin/ruff check --fix --quiet .
	@$(VENV)/bin/ruff format .

clean: ## Remove the environment and caches, not the data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "foyer: no Python 3.11 or newer found; install one, or name it with PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c '$(NEW_ENOUGH)' 2>/dev/null || { echo "foyer: $(PYTHON) is not Python 3.11 or newer; name another with PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "foyer: this Python cannot make environments; install its venv package (Debian: apt install python3-venv)" >&2; exit 1; }
	@echo "Making the environment in $(VENV) (only once)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: pyproject.toml | $(VENV)/bin/python
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.ready-dev: pyproject.toml | $(VENV)/bin/python
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.ready

$(PEERS)/.ready: benchmarks/peers/package-lock.json
	@cd benchmarks/peers && npm ci --ignore-scripts --no-fund --no-audit
	@touch $@
