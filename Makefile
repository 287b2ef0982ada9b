# One word per job. `make demo` and `make test` do all the set-up they need.
PYTHON ?= python3
TESTERS ?= 2
BIN := .venv/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python
LOCK := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help setup setup-train demo test smoke format check typecheck bench lock clean

help:  ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready  ## Make .venv with everything in it

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Isthmus needs Python 3.11 or newer; name one with make PYTHON=python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "python3-venv is missing: install it with your package manager"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"

.venv/.ready: $(BIN)/uv requirements.lock pyproject.toml
	@echo "installing the pinned packages (a minute or two the first time)"
	$(UV) --no-deps --requirements requirements.lock
	$(UV) --no-deps --no-build-isolation --editable .
	@touch $@

setup-train: setup  ## What making the models anew needs as well (3 GB with torch)
	$(UV) --no-deps --requirements requirements-train.lock

demo: setup  ## Real inputs of three modalities, two questions, the sentences behind each hop
	$(BIN)/isthmus demo

test: setup  ## All tests, with real Neo4j servers (needs Java 21 or newer and Maven)
	$(BIN)/python -m pytest --numprocesses $(TESTERS)

smoke: setup-train  ## Train, export and read with 200 made-up sentences
	$(BIN)/python -m pytest tests/extractors/training

check: setup  ## Format, lint, types, arrows between rooms, spelling
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell isthmus tests bench docs README.md CHANGELOG.md

format: setup  ## Put every file in shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup  ## Print the figures of the docs as JSON (needs the real data, see README)
	$(BIN)/python -m bench.all

lock: $(BIN)/uv  ## Resolve the pins anew
	$(LOCK) --extra llm --extra mcp --extra traces --extra demo --extra dev --output-file requirements.lock
	$(LOCK) --extra train --constraint requirements.lock --output-file requirements-train.lock

clean:  ## Take the set-up away
	rm -rf .venv
