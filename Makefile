# The everyday commands. Each prepares .venv by itself and works from any folder; nothing else has to be installed but
# Python 3.11 or newer. Console scripts of the environment are never called: their first line breaks in a folder whose
# path is long or has a space, `python -m` does not.

# Settings go in as environment variables or as `make run PORT=8001`: make hands both on to what it starts.
PY := .venv/bin/python
# What follows the command: `make test ARGS="tests/domain -x"`, `make lock ARGS=--upgrade`.
ARGS ?=

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help bench profile faults siege run demo example test coverage mutants check lint clients browser fuzz fuzz-files format contract docs lock sbom clean runtime everything compared

# A Python is chosen by running it, since a version manager's stand-in can be on the path and start nothing.
define prepare
@for python in $(PY) python3.13 python3.12 python3.11 python3 python; do \
	if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
		exec "$$python" scripts/environment.py $(1); \
	fi; \
done; \
echo "Python 3.11 or newer is needed, and none was found on the path: install one and try again." >&2; exit 1
endef

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: runtime ## Start the API with everything it needs (PORT, DATA_DIR, DATABASE_URL, SANDBOX, CORS_ORIGINS)
	@exec $(PY) -m app run $(ARGS)

demo: runtime ## Play the whole process over HTTP, as each person in turn
	@exec $(PY) -m app demo $(ARGS)

example: everything ## Start the example front end (PORT, API_ADDRESS; the API with CORS_ORIGINS=http://127.0.0.1:5173)
	@$(PY) scripts/node.py examples/front-end node examples/front-end/build.mjs
	@exec $(PY) scripts/node.py examples/front-end node examples/front-end/serve.mjs

test: everything ## Run the tests (ARGS="tests/domain -x" for some of them; DATABASE_URL, DATA_DIR)
	@$(if $(DATA_DIR),mkdir -p "$(DATA_DIR)" &&) exec $(PY) -m pytest -n 4 --dist worksteal $(if $(DATA_DIR),--basetemp="$(DATA_DIR)/tests") $(ARGS)

coverage: everything ## Run the tests, and report which lines and branches they reach (ARGS for some of them)
	@exec $(PY) -m pytest -n auto --maxprocesses 4 --dist worksteal --cov --cov-report=term $(ARGS)

mutants: everything ## Mutation tests: list the mutants of app/domain that no test catches (ARGS for another path)
	@exec $(PY) scripts/mutants.py $(ARGS)

check: everything ## Check format, style, types, direction of imports, contract and architecture
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"
	@$(PY) -m app contract --check
	@$(MAKE) --no-print-directory lint
	@$(PY) -m pytest tests/architecture

lint: everything ## Check the contract's style, and that it breaks no client of a release
	@$(PY) scripts/node.py clients redocly lint --config openapi/redocly.yaml current older
	@$(PY) scripts/node.py clients spectral lint --quiet --fail-severity hint --ruleset openapi/spectral.yaml openapi/openapi.yaml
	@$(PY) scripts/breaking_changes.py

clients: everything ## Generate clients with the usual generators, check them, and play the process with two of them
	@$(PY) scripts/clients.py
	@exec $(PY) -m pytest clients/tests $(ARGS)

browser: everything ## Drive the example front end and /docs in a headless Chromium (CHROMIUM for one not on the path)
	@exec $(PY) -m pytest tests/browser $(ARGS)

fuzz: everything ## Schemathesis, at least 20,000 cases over three seeds (about a quarter of an hour)
	@exec $(PY) -m tests.fuzz.long $(ARGS)

fuzz-files: everything ## Inspect mutated documents for an hour, each twice (ARGS="--minutes 5 --seed 2")
	@exec $(PY) -m tests.fuzz_files $(ARGS)

bench: $(if $(findstring --django,$(ARGS)),compared,everything) ## Measure what a request costs beside a bare handler (ARGS="--django --only submission")
	@exec $(PY) -m bench $(ARGS)

profile: everything ## Show where the time of an operation goes (ARGS="'GET application'")
	@exec $(PY) -m bench.profile $(ARGS)

faults: everything ## Crash, break and overload the running product (ARGS=--full, ARGS="--only crash")
	@exec $(PY) -m faults $(ARGS)

siege: everything ## Play a hostile client against the running product, and time an honest user (ARGS=--full)
	@exec $(PY) -m siege $(ARGS)

format: everything ## Put the code into its one format
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

contract: runtime ## Write openapi/openapi.yaml from the running app
	@$(PY) -m app contract

docs: everything ## Write docs/process.md, docs/personal-data.md and docs/requirements.md from the code and the tests
	@$(PY) -m app flowchart
	@$(PY) -m app inventory
	@$(PY) scripts/requirements_index.py

lock: everything ## Write the requirements files from pyproject.toml (ARGS=--upgrade for newer versions)
	@$(PY) scripts/lock.py $(ARGS)

sbom: everything ## Write build/sbom.cdx.json (CycloneDX) and build/licences.md; fail for a licence that nobody has read
	@exec $(PY) scripts/sbom.py $(ARGS)

clean: ## Remove the environment and every cache; data stay
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache clients/node_modules clients/generated \
		examples/front-end/node_modules examples/front-end/public/js examples/front-end/src/api/contract.d.ts
	@find app tests migrations scripts -name __pycache__ -type d -prune -exec rm -rf {} +

runtime:
	$(call prepare,requirements-local.txt)

everything:
	$(call prepare,requirements-dev.txt)

compared:
	$(call prepare,requirements-bench.txt)
