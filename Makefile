# The one door to everything: make serve, make test; the other verbs are for whoever changes the code.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
SERVES := .venv/.ready-serves
READY := .venv/.ready
BENCH_READY := .venv/.ready-bench
DOCS_READY := .venv/.ready-docs
# Python compiles what is imported when it is: to compile all that comes with it takes half of what installing takes.
PIP := $(BIN)/python -m pip install --disable-pip-version-check --no-compile
INSTALL := $(PIP) --require-hashes
SHORT := --class 'tiny*' --class 'free-1e[34]*' --class 'correlated-1e[34]x[26]0' --class drained-28 --class 'capacities-1e3x20'
COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet
LOCK := $(COMPILE) pyproject.toml

STAPI := .cache/stapi

# Each process would compile all sources anew, and pytest rewrite all tests: a third of what a start takes.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup serve test coverage lint types imports check lock mutants long chaos chaos-long chaos-orders bench acceptance screenshots docs history stapi

setup: $(READY)

# What the service needs, and nothing else: who wants to see it run does not wait for the tools of who changes it.
$(SERVES): deploy/requirements.txt deploy/build-requirements.txt pyproject.toml
	@echo "Setting up what serves in .venv, once: about 50 packages"
	$(PYTHON) -m venv .venv
	$(INSTALL) -r deploy/requirements.txt -r deploy/build-requirements.txt
	$(PIP) --quiet --no-deps --no-build-isolation --editable .
	@touch $(SERVES)

$(READY): $(SERVES) requirements.txt
	@echo "Setting up what tests, lints and locks in .venv, once"
	$(INSTALL) -r requirements.txt
	@touch $(READY)

PORT := 8000

serve: $(SERVES)
	$(BIN)/satselect serve --port $(PORT)

test: setup
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

coverage: setup
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest --numprocesses auto --dist worksteal
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

imports: setup
	$(BIN)/lint-imports

bench: $(BENCH_READY)
	$(BIN)/python -m benchmarks.selection $(SHORT) --seeds 1 --time-limit 5
	$(BIN)/python -m benchmarks.buffer --tasks 1000 10000

history: setup
	$(BIN)/python -m benchmarks.history --append

acceptance: setup
	$(BIN)/python -m benchmarks.acceptance $(or $(INSTANCES),$(error say where the cases are: make acceptance INSTANCES=folder)) --serve

$(BENCH_READY): $(READY) benchmarks/requirements.txt
	$(INSTALL) -r benchmarks/requirements.txt
	touch $(BENCH_READY)

docs: $(DOCS_READY)
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet --builder html docs build/docs
	@echo "build/docs/index.html"

$(DOCS_READY): $(READY) docs/requirements.txt
	$(INSTALL) -r docs/requirements.txt
	touch $(DOCS_READY)

screenshots: setup
	$(BIN)/python -m tests.console.screenshots docs/pictures

# The tasking API, read by the released models of its specification, in an environment of their own.
stapi: setup $(STAPI)/.ready
	$(BIN)/python -m tests.stapi.outside $(STAPI)/bin/python

$(STAPI)/.ready: tests/stapi/outside/requirements.txt
	$(PYTHON) -m venv $(STAPI)
	$(STAPI)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

mutants: setup
	$(BIN)/python -m tests.mutants $(ONLY)

long: setup
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal -m long
	CALL_SEEDS=5 END_MOMENTS=5 $(BIN)/python -m pytest --numprocesses auto tests/api/test_random_calls.py tests/worker/test_ends.py

chaos: setup
	CHAOS_SECONDS=$(or $(CHAOS_SECONDS),180) $(BIN)/python -m pytest tests/chaos/test_chaos.py -s

chaos-long: setup
	$(BIN)/python -m tests.chaos.long --seeds $(or $(CHAOS_SEEDS),20) --kills $(or $(CHAOS_KILLS),1000) --first $(or $(CHAOS_SEED),1)

chaos-orders: setup
	CHAOS_ORDERS=$(or $(CHAOS_ORDERS),1000) CHAOS_ORDERS_S=$(or $(CHAOS_ORDERS_S),600) $(BIN)/python -m pytest tests/chaos/test_orders.py -s

check: lint types imports test

lock: setup
	$(LOCK) --extra server --extra scale --extra observe --extra orbits --group dev --output-file requirements.txt
	$(LOCK) --extra benchmarks --constraint requirements.txt --output-file benchmarks/requirements.txt
	$(LOCK) --extra orbits-benchmarks --constraint requirements.txt --output-file benchmarks/orbits-requirements.txt
	$(LOCK) --extra server --extra scale --extra observe --extra orbits --constraint requirements.txt --output-file deploy/requirements.txt
	$(COMPILE) --group build --constraint requirements.txt --output-file deploy/build-requirements.txt
	$(COMPILE) tests/stapi/outside/requirements.in --constraint requirements.txt --output-file tests/stapi/outside/requirements.txt
	$(LOCK) --extra client --group docs --constraint requirements.txt --output-file docs/requirements.txt
