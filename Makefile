# Every command of the workshop, for people and for CI alike; `make` alone lists them.
# Needs make, Python 3.11 or newer and the Python package index; `validate` also Java 17 and npm.

# The first of these that runs and is new enough makes the environment; name one with `make PYTHON=…`.
# Several, since `python3` may be an old system Python or a pyenv shim that points at none.
PYTHON ?= python3 python3.13 python3.12 python3.11
BASE_URL ?=# where the site will be published: an address or a path
ARGS ?=# further words for pytest, as in `make test ARGS="-k house -x"`, or for bench/speed.py

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
NODE_READY := .ci/node_modules/.ready
GOLDEN := $(wildcard tests/golden)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help site test lint format types golden rules bench validate package lock clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' Makefile

site: $(READY) ## build the site of this repository into build/ (BASE_URL=… for publishing)
	$(BIN)/notesite build $(if $(BASE_URL),--base-url "$(BASE_URL)")

test: $(READY) ## run the tests (ARGS=… for pytest)
	$(BIN)/pytest -n auto $(ARGS)

lint: $(READY) ## check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(READY) ## mend style and format where that can be done by rule
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(READY) ## check types
	$(BIN)/mypy

golden: $(READY) ## write the golden site anew; read the difference before committing it
	$(BIN)/pytest tests/test_golden.py --rewrite $(ARGS)

rules: $(READY) ## write RULES.md anew from src/notesite/rules.py
	$(BIN)/pytest tests/test_rules.py --rewrite -q $(ARGS)

bench: $(READY) ## measure speed, beside the peers installed in a folder with ARGS="--peers FOLDER"; ARGS=--help says more
	$(BIN)/python bench/speed.py $(ARGS)

validate: site $(NODE_READY) ## check golden and built site with the W3C's Nu checker
	.ci/validate $(GOLDEN) build

package: $(READY) ## build the wheel, install it apart and build a site with it
	$(BIN)/pytest tests/test_package.py $(ARGS)

lock: $(READY) ## pin all dependencies anew, for every platform and Python we support
	$(BIN)/python -m pip install -qq --upgrade --target $(VENV)/uv uv
	$(VENV)/uv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --extra dev \
	  --generate-hashes --custom-compile-command "make lock" --output-file requirements.lock pyproject.toml

clean: ## remove what the commands above made
	rm -rf $(VENV) .ci/node_modules build dist .notesite .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find src tests bench -name __pycache__ -prune -exec rm -rf {} +

# The stamp is written last: a set-up that was cut short starts again.
$(READY): requirements.lock pyproject.toml
	@for python in $(PYTHON); do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	  python=; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "notesite needs Python 3.11 or newer, and none of these is: $(PYTHON). Name one: make PYTHON=/path/to/python3" >&2; \
	  exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "$$python cannot make a virtual environment: install its venv module (Debian, Ubuntu: apt install python3-venv)" >&2; \
	  exit 1; \
	fi; \
	$(BIN)/python -c '' 2>/dev/null || "$$python" -m venv --clear $(VENV)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# Without install scripts: what a package fetches for itself is pinned by no lock.
$(NODE_READY): .ci/package-lock.json
	@command -v npm >/dev/null || { echo "validate needs npm, to fetch the pinned checkers" >&2; exit 1; }
	npm ci --prefix .ci --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@
