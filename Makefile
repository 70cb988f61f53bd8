# The Python that makes .venv; everything after that runs inside it.
PYTHON ?= python3
UV ?= uv
BIN := .venv/bin

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo check serve bench fuzz chaos mutants e2e lock clean

# Says the step's name, runs it, and says it again if it is where things stopped.
define step
@echo "-- $(1)"
@$(2) || { echo "stopped at: $(1)" >&2; exit 1; }
endef

help: ## list what can be made
	@sed -n 's/^\([a-z0-9]*\): ## /make \1	/p' Makefile | expand -t 14

demo: ## set everything up in .venv, then play a support call in the terminal
	@$(PYTHON) tools/bootstrap.py run
	@$(BIN)/ivr demo

serve: ## answer webhooks on 127.0.0.1, with embedded defaults
	@$(PYTHON) tools/bootstrap.py run
	@$(BIN)/ivr serve

check: ## set up the test tools, then pass everything
	@$(PYTHON) tools/bootstrap.py check
	$(call step,ruff check,$(BIN)/ruff check --quiet .)
	$(call step,ruff format,$(BIN)/ruff format --quiet --check .)
	$(call step,mypy,$(BIN)/mypy --no-error-summary)
	$(call step,import contracts,$(BIN)/lint-imports)
	$(call step,pytest,$(BIN)/python -m pytest --quiet -n 3)
	$(call step,menus,$(BIN)/ivr check)
	$(call step,conversations,$(BIN)/ivr test)
	@echo "everything passes"

# The share of the full numbers that fuzz and chaos run, for whoever has minutes less: make chaos FULL=0.1
FULL ?= 1

bench: ## measure speed and memory against the production server
	@$(PYTHON) tools/bootstrap.py check
	@$(BIN)/python -m bench

fuzz: ## run what the suite runs with smaller numbers in full: minutes
	@$(PYTHON) tools/bootstrap.py check
	@FULL=$(FULL) $(BIN)/python -m pytest --quiet -n 2 -m fuzz

DRILLS := tests/entrypoints/worker/test_kills.py tests/adapters/database/test_case_store.py tests/adapters/database/test_processes.py \
	tests/process/test_broken_menu.py tests/process/test_clock_and_key.py tests/process/test_half_sent.py tests/process/test_reload.py

chaos: ## kill senders, mail servers and turns, race for one change, break menus, exchange keys, send half: minutes
	@$(PYTHON) tools/bootstrap.py check
	@FULL=$(FULL) $(BIN)/python -m pytest --quiet -n 2 -m "not fuzz and not e2e" $(DRILLS)

mutants: ## change the code a little, again and again, and see whether a test notices: hours (ROOMS="signature --sample 50")
	@$(PYTHON) tools/bootstrap.py check
	@$(BIN)/python -m tools.mutants $(ROOMS)

e2e: ## walk the console in a browser (needs chromium)
	@$(PYTHON) tools/bootstrap.py e2e
	@$(BIN)/python -m pytest --quiet -m e2e tests/entrypoints/console/e2e

LOCK := $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
	--custom-compile-command "make lock" $(LOCK_FLAGS)

lock: ## write the locks again after pyproject.toml changed (newer releases: LOCK_FLAGS=--upgrade)
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: put it on PATH, or name it with UV=..." >&2; exit 1; }
	@$(LOCK) pyproject.toml --output-file requirements.lock
	@$(LOCK) pyproject.toml --group test --group lint --constraints requirements.lock \
		--output-file requirements-check.lock
	@$(LOCK) pyproject.toml --group test --group lint --group e2e --constraints requirements-check.lock \
		--output-file requirements-e2e.lock

clean: ## remove .venv and caches; what the service stored in .ivr stays
	@rm -rf .venv dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .mutants
