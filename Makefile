# The verbs of this project. `make demo` and `make test` set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One BLAS thread a process: mining runs processes of its own, one a core.
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: help setup demo test check format lint types docs bench bench-setup fuzz fuzz-setup lock clean
help:  ## list these verbs
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.installed  ## build .venv from the lock file

$(VENV)/.installed: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "python3 (3.11 or newer) is needed: install it, then run make again" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say which: make PYTHON=python3.12" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup  ## harvest, mine and report on the embedded demo site, offline
	@$(BIN)/filature demo

test: setup  ## run all tests, offline
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

format: setup  ## put every file in the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

check: lint types test  ## format, lint, types, tests

docs: setup  ## rewrite the produced parts of docs/ (commands, data dictionary, config keys)
	$(BIN)/python -m cogapp -r docs/*.md

bench-setup: setup .venv-bench/.installed

# The alternatives live in an environment of their own: minet asks for an older rich than ours.
.venv-bench/.installed: requirements-bench.lock
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@

fuzz-setup: .venv-fuzz/.installed

.venv-fuzz/.installed: requirements-fuzz.lock
	$(PYTHON) -m venv .venv-fuzz
	.venv-fuzz/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-fuzz.lock
	.venv-fuzz/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

fuzz: fuzz-setup  ## feed every parser hostile inputs, a minute each (SECONDS_EACH=60)
	.venv-fuzz/bin/python -m benchmarks.fuzz --seconds $(or $(SECONDS_EACH),60)

bench: bench-setup  ## measure against named alternatives; prints ratios
	$(BIN)/python -m benchmarks

lock:  ## renew the exact pins (needs uv)
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	uv pip compile --group bench --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-bench.lock
	uv pip compile pyproject.toml --group dev --group fuzz --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-fuzz.lock

clean:
	rm -rf $(VENV) .venv-bench .venv-fuzz build *.egg-info .mypy_cache .ruff_cache .pytest_cache
