# Every target sets up what it needs; PYTHON picks the interpreter (3.11 or newer). Unless it is set: the Python 3.13 that
# runs in Lambda, where one starts (the shim of a version manager may not), or else python3.
PYTHON ?= $(shell for each in python3.13 \
  "$$(pyenv root 2>/dev/null)/versions/$$(pyenv versions --bare 2>/dev/null | grep '^3\.13\.' | sort -V | tail -1)/bin/python3.13"; \
  do "$$each" -c 'import ensurepip' 2>/dev/null && echo "$$each" && exit; done; echo python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
MINISTACK := .venv-ministack
MINISTACK_READY := $(MINISTACK)/.ready
# What `make ui` builds, and what it is made of.
PAGE := functions/ui/static/index.html
PAGE_SOURCES := $(shell find ui events -name node_modules -prune -o -type f ! -name schema.d.ts -print)
DYNALITE := requirements/dynalite
DYNALITE_READY := $(DYNALITE)/node_modules/.package-lock.json

# No command here speaks to AWS: these keep its tools from asking who and where we are.
export AWS_DEFAULT_REGION ?= eu-west-1
export SAM_CLI_TELEMETRY := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: setup ui train check-data run demo test test-parts test-whole test-ui ui-shots \
  test-deep test-frameworks test-storage test-storage-dynalite test-faults test-mutations \
  check bench bench-rca bench-storage bench-metrics bench-trends bench-releases soak soak-jobs fuzz openapi lock \
  build bench-redaction bench-otlp bench-footprint clean

setup: $(READY) $(PAGE)

$(READY): requirements/dev.txt pyproject.toml clients/python/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON" if sys.version_info < (3, 11) else 0)'
	@echo "Setting up $(VENV), once: about a minute, most of it for packages."
	@echo "1/3 an environment of its own ..."
	@$(PYTHON) -m venv $(VENV)
	@echo "2/3 $$(grep -c '^[a-z].*==' $<) packages, each checked against its hash ..."
	@$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements/dev.txt
	@echo "3/3 this package and its client ..."
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable . --editable clients/python
	@touch $(READY)
	@echo "Set up."

# Without Node of its own, a machine uses that of the locked packages.
$(PAGE): $(PAGE_SOURCES) | $(READY)
	@$(BIN)/python -m local.page

# The page, built anew.
ui: $(READY)
	@$(BIN)/python -m local.page

# Serves until Ctrl-C; `make run ARGS="--keep data"` passes arguments on.
run: $(READY) $(PAGE)
	@$(BIN)/python -m local $(ARGS)

demo: $(READY) $(PAGE)
	@$(BIN)/python -m local.demo

# What users rely on, end to end: minutes. Much of it waits for processes, so two halves run side by side; with ARGS, all in one.
test: $(READY) $(PAGE)
ifdef ARGS
	$(BIN)/pytest -m "not deep" $(ARGS)
else
	@$(MAKE) --jobs 2 test-parts test-whole
endif

test-parts:
	$(BIN)/pytest -m "not deep" tests --ignore tests/e2e --ignore tests/integration/local --ignore tests/browser

test-whole:
	$(BIN)/pytest -m "not deep" tests/e2e tests/integration/local tests/browser

# The page in a browser: a part of `make test` where the machine has a Chromium, and not without one here.
test-ui: $(READY) $(PAGE)
	@$(BIN)/python -m tests.browser.chromium
	$(BIN)/pytest tests/browser $(ARGS)

# `make ui-shots DIR=shots` leaves a picture of every view there, in both themes and on a phone.
ui-shots: $(READY) $(PAGE)
	@$(BIN)/python -m tests.browser.shots $(or $(DIR),$(error DIR says where the pictures go)) $(ARGS)

# The rest: every crash, every hostile text, many examples, long runs, and the tests of storage with other DynamoDBs.
test-deep: $(READY)
	$(BIN)/pytest -m "deep or hypothesis" --hypothesis-profile deep --timeout 900 $(ARGS)
	$(MAKE) test-storage AWS_ENDPOINT_URL= AWS_ENDPOINT_URL_DYNAMODB= ARGS='-m "not deep"'
	if node --version && npm --version; then $(MAKE) test-storage-dynalite ARGS='-m "not deep"'; fi

# The tests of storage and jobs with another DynamoDB and SQS: MiniStack's, those at AWS_ENDPOINT_URL (`aws` is your account),
# or, with moto's SQS, the DynamoDB at AWS_ENDPOINT_URL_DYNAMODB.
STORAGE_TESTS := tests/integration/storage tests/integration/functions tests/integration/faults
ifneq ($(AWS_ENDPOINT_URL)$(AWS_ENDPOINT_URL_DYNAMODB),)
test-storage: $(READY)
	$(BIN)/pytest $(addprefix --endpoint-url ,$(AWS_ENDPOINT_URL)) \
	  $(addprefix --dynamodb-url ,$(AWS_ENDPOINT_URL_DYNAMODB)) $(STORAGE_TESTS) $(ARGS)
else
test-storage: $(READY) $(MINISTACK_READY)
	$(BIN)/python -m tests.support.servers ministack $(BIN)/pytest --endpoint-url {url} $(STORAGE_TESTS) $(ARGS)
endif

# A second opinion on expressions, keys and limits. Needs Node and npm. Its BatchGetItem answers 1 MB where AWS answers 16.
test-storage-dynalite: $(READY) $(DYNALITE_READY)
	$(BIN)/python -m tests.support.servers dynalite \
	  $(BIN)/pytest --dynamodb-url {url} --add-refused-items tests/integration/storage \
	  --deselect tests/integration/storage/test_large_runs.py::test_the_largest_run_there_can_be_is_written_and_read_within_limits $(ARGS)

$(DYNALITE_READY): $(DYNALITE)/package-lock.json
	@echo "Setting up dynalite, once: some seconds."
	@cd $(DYNALITE) && npm ci --ignore-scripts --no-audit --no-fund

# It pins botocore to another version than the one that the functions run with.
$(MINISTACK_READY): requirements/ministack.txt
	@echo "Setting up $(MINISTACK), once: $$(grep -c '^[a-z].*==' $<) packages, half a minute."
	@$(PYTHON) -m venv $(MINISTACK)
	@$(MINISTACK)/bin/pip install --quiet --no-deps --require-hashes -r requirements/ministack.txt
	@touch $(MINISTACK_READY)

# Real agent frameworks, each in an environment of its own under build/, with fake models and a stack of this machine:
# minutes for packages at first. `make test-frameworks ARGS="langgraph mcp"` tries some.
test-frameworks: $(READY)
	@$(BIN)/python -m tests.frameworks $(ARGS)

# The table of faults: which tests hold each one off, and how they fared.
test-faults: $(READY)
	$(BIN)/python -m pytest -p tests.support.fault_table -rN $(ARGS)

# Disables each protection in turn and shows that a test fails for it: minutes. `make test-mutations ARGS="lease token"` tries some.
test-mutations: $(READY)
	@$(BIN)/python -m tests.deep.mutations $(ARGS)

# Ten minutes of requests made from the API's own description; `make fuzz ARGS="--seconds 60 --seed 7"` repeats a run.
fuzz: $(READY)
	@$(BIN)/python -m tests.deep.fuzz.runner $(ARGS)

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sam validate --lint
	$(BIN)/python -m rca_core.web.openapi --check
	$(BIN)/python -m local.page --check

bench: $(READY)
	@$(BIN)/python -m bench

# The weights of the reader of wording, from data/texts. The same texts give the same file.
train: $(READY)
	@$(BIN)/python -m bench.training

# Whether the labelled texts are in order, and how many there are of each kind.
check-data: $(READY)
	@$(BIN)/python -m bench.training.check

# `make bench-rca TEXTS="one.jsonl two.jsonl" RUNS=runs.jsonl` scores labelled files; without any, the readers on data/texts;
# `make bench-rca ARGS=--write` puts that measure into docs/reports.md.
bench-rca: $(READY)
	@$(BIN)/python -m bench.rca $(addprefix --texts ,$(TEXTS)) $(addprefix --runs ,$(RUNS)) $(ARGS)
	@$(BIN)/python -m bench.roles

# Ten minutes of everything at once on a local stack: no 5xx, nothing stuck, no process that grows.
soak: $(READY)
	@$(BIN)/python -m bench.soak $(ARGS)

# 1,000 jobs, workers killed at random, messages duplicated: every analysis done once.
soak-jobs: $(READY)
	@$(BIN)/python -m bench.jobs $(ARGS)

# Processes, memory and cold starts of a stack on this machine, at rest and after work. Minutes.
bench-footprint: $(READY)
	@$(BIN)/python -m bench.footprint $(ARGS)

# Units, CPU, memory and money of storing a run, beside two other ways. Two minutes.
bench-storage: $(READY)
	@$(BIN)/python -m bench.storage

# CPU, read units and time of an overview as runs become more, beside reading them all; what counting a run takes. Minutes.
bench-metrics: $(READY)
	@$(BIN)/python -m bench.metrics

# How often steady histories are marked as risen, and how soon real rises are found.
bench-trends: $(READY)
	@$(BIN)/python -m bench.trends

# How often versions as good as those before them are called worse, and how soon worse ones are found.
bench-releases: $(READY)
	@$(BIN)/python -m bench.releases

# CPU of a span and spans a second of traces, beside the same run posted as JSON. A minute.
bench-otlp: $(READY)
	@$(BIN)/python -m bench.otlp

# What redaction finds, takes by mistake and costs. A minute.
bench-redaction: $(READY)
	@$(BIN)/python -m bench.redaction

# The document that GET /openapi.json serves.
openapi: $(READY)
	$(BIN)/python -m rca_core.web.openapi

# Needs a Python 3.13 on the path: Lambda's.
build: $(READY) $(PAGE)
	$(BIN)/sam build

# Needs uv. Versions and hashes only.
lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet -o requirements/dev.txt
	uv pip compile pyproject.toml -c requirements/dev.txt --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet -o requirements/runtime.txt
	uv pip compile requirements/ministack.in --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet -o requirements/ministack.txt
	for each in tests/frameworks/*/requirements.in; do \
	  uv pip compile $$each --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet -o $${each%.in}.txt || exit 1; done

clean:
	rm -rf $(VENV) $(MINISTACK) $(DYNALITE)/node_modules ui/node_modules functions/ui/static .aws-sam build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
