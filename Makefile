# Every target sets up .venv from the hashed lock when it is missing or stale.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

VENDOR := api/web/static/vendor

.PHONY: plan serve test check bench picture clean lock schema assets screenshots

plan: $(READY)  ## A proposed sprint for a real backlog
	@$(BIN)/sprintplan plan scenarios/spring-xd/scenario.yaml

serve: $(READY)  ## The page, with the marketing team's sprint loaded
	$(BIN)/sprintplan serve --open scenarios/marketing/scenario.yaml

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

assets:  ## Copy what the page needs in the browser from its npm packages (needs npm)
	npm ci --ignore-scripts --no-audit --no-fund
	mkdir -p $(VENDOR)
	cp node_modules/htmx.org/dist/htmx.min.js $(VENDOR)/htmx.js
	cp node_modules/htmx.org/LICENSE $(VENDOR)/htmx.LICENSE
	# Its styles come with the file below; those it would put into the page itself are no styles there (the page allows none).
	sed -e 's/document.createElement("style")/document.createElement("template")/' -e '/^\/\/# sourceMappingURL/d' \
		node_modules/vis-timeline/standalone/umd/vis-timeline-graph2d.min.js > $(VENDOR)/vis-timeline.js
	sed '/sourceMappingURL/d' node_modules/vis-timeline/styles/vis-timeline-graph2d.min.css > $(VENDOR)/vis-timeline.css
	cp node_modules/vis-timeline/LICENSE.MIT.txt $(VENDOR)/vis-timeline.LICENSE
	mkdir -p tests/web/vendor
	cp node_modules/axe-core/axe.min.js node_modules/axe-core/LICENSE tests/web/vendor/

screenshots: $(READY)  ## The pictures of the page in docs/images (needs Chromium)
	SPRINTPLAN_TEST_CHROMIUM=required SPRINTPLAN_SCREENSHOTS=docs/images $(BIN)/python -m pytest tests/web/test_accessible.py

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
