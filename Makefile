# Every target sets up what it needs; PYTHON picks the interpreter (3.11 or newer).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# No command here speaks to AWS: these keep its tools from asking who and where we are.
export AWS_DEFAULT_REGION ?= eu-west-1
export SAM_CLI_TELEMETRY := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: setup run demo test check bench bench-rca openapi lock build clean

setup: $(READY)

$(READY): requirements/dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(READY)

# Serves until Ctrl-C; `make run ARGS="--api-port 9000"` passes arguments on.
run: $(READY)
	@$(BIN)/python -m local $(ARGS)

demo: $(READY)
	@$(BIN)/python -m local.demo

test: $(READY)
	$(BIN)/pytest $(ARGS)

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sam validate --lint
	$(BIN)/python -m rca_core.web.openapi --check

bench: $(READY)
	@$(BIN)/python -m bench

# `make bench-rca TEXTS="one.jsonl two.jsonl" RUNS=runs.jsonl` scores labelled files; without any, the tests' own.
bench-rca: $(READY)
	@$(BIN)/python -m bench.rca $(addprefix --texts ,$(TEXTS)) $(addprefix --runs ,$(RUNS))

# The document that GET /openapi.json serves.
openapi: $(READY)
	$(BIN)/python -m rca_core.web.openapi

# Needs a Python 3.13 on the path: Lambda's.
build: $(READY)
	$(BIN)/sam build

# Needs uv. Versions and hashes only.
lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet -o requirements/dev.txt
	uv pip compile pyproject.toml -c requirements/dev.txt --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet -o requirements/runtime.txt

clean:
	rm -rf $(VENV) .aws-sam build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
