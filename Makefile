# The same two commands on every machine: `make up` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
PY     := $(VENV)/bin/python
PIP    := $(PY) -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps

.PHONY: help up setup test lock lint clean

help:           ## these lines
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/'

up: $(VENV)/.run        ## set up everything and serve with embedded stores and the demonstration catalogue
	@$(VENV)/bin/zpm up $(UP)

setup: $(VENV)/.run     ## make the environment alone

test: $(VENV)/.test     ## set up everything and pass all tests
	@$(PY) -m pytest $(T)

lint: $(VENV)/.test     ## style and import contracts
	@$(PY) -m ruff check . && $(VENV)/bin/lint-imports

# Two locks: what the product runs on, and that plus what proves it. The stamp files make a
# second `make up` start at once.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt pyproject.toml VERSION | $(VENV)/bin/python
	$(PIP) -r requirements.txt
	$(PY) -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: requirements-dev.txt $(VENV)/.run | $(VENV)/bin/python
	$(PIP) -r requirements-dev.txt
	@touch $@

# Needs uv. One file serves every platform and Python version; no index is named in it.
lock:           ## resolve the locks again
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group build pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group build --group test -c requirements.txt pyproject.toml -o requirements-dev.txt

clean:          ## remove the environment (not the data)
	rm -rf $(VENV) *.egg-info build
