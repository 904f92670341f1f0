# Every target sets up .venv from the hashed lock when it is missing or stale.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: plan test check bench picture clean lock schema

plan: $(READY)  ## A proposed sprint for a real backlog
	@$(BIN)/sprintplan plan scenarios/spring-xd/scenario.yaml

test: $(READY)  ## All tests
	$(BIN)/python -m pytest -n 2

check: $(READY)  ## Lint, format, types, layers, schema
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sprintplan schema | diff - scenarios/scenario.schema.json

bench: $(READY)  ## The measurements of docs/benchmarks.md; EXPORT=the whole Spring XD export measures that too
	$(BIN)/python -m benchmarks $(EXPORT)

picture: $(READY)  ## The picture of a plan in the README
	$(BIN)/python -m benchmarks.picture

schema: $(READY)  ## Write scenarios/scenario.schema.json from the models
	$(BIN)/sprintplan schema --out scenarios/scenario.schema.json

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else "Python 3.11, 3.12 or 3.13 is needed; name one: make PYTHON=python3.12 ...")'
	rm -rf .venv
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

lock:  ## Pin and hash the dependencies anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
