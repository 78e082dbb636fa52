# The four verbs: demo, test, format, clean. Nothing else is needed first.

PYTHON ?= python3
BIN := .venv/bin
# An editable install holds links, one a file: it is made anew when files come or go.
FILES := $(shell find hubs static/src etc -type f ! -name '*.pyc' | sort | cksum | cut -d' ' -f1)
INSTALLED = .venv/installed-$(FILES)
RECIPES := setup.py setup.cfg pyproject.toml static/package-lock.json $(shell find static/src static/build.* -type f)

.PHONY: demo test check format wheel bench system-packages clean

demo: $(INSTALLED)-embedded
	$(BIN)/fedora-hubs run demo $(ARGS)

test: check
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

check: $(INSTALLED)-embedded,test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(INSTALLED)-embedded,test
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

wheel: .venv/bin/python
	$(BIN)/pip wheel --no-deps --wheel-dir dist .

bench: $(INSTALLED)-embedded,test
	$(BIN)/python -m tests.benchmarks.sse

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Hubs needs Python 3.11 or newer; name one: make PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv .venv

# What the tests need beside Python: a browser, and headers for the peers' message vectors.
system-packages:
	@command -v chromium >/dev/null && command -v krb5-config >/dev/null && command -v cc >/dev/null || { \
		echo "Installing chromium, libkrb5-dev and gcc …"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			chromium libkrb5-dev gcc libc6-dev; }

$(INSTALLED)-embedded,test: system-packages
$(INSTALLED)-embedded $(INSTALLED)-embedded,test: .venv/bin/python $(RECIPES)
	$(BIN)/pip install --editable '.[$(@:$(INSTALLED)-%=%)]'
	@rm -f .venv/installed-*
	@touch '$@'

clean:
	rm -rf .venv build dist static/build static/node_modules *.egg-info artefacts
