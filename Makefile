# Two commands matter: `make run` for a first look, `make test` before you send a change.
# Everything they need is installed in .tools/, .venv/ and var/; deleting those starts anew.

SHELL := /bin/sh
PORT ?= 8000
ACCOUNT ?= demo-counsellor
ARGS ?=
PYTHON := .venv/bin/python
UV := .tools/bin/uv
NPM := npm --prefix helpline/frontend

# Certificates and Python come from the system, as for everything else on the machine.
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS := true
export PYTHONUNBUFFERED := 1
export HELPLINE_BASE_URL ?= http://localhost:$(PORT)

.PHONY: help run code worker fresh test check fix bench bench-pages bench-floor bench-year bench-chat corpora faults lock sync packages translations faults-chat faults-notices
.DEFAULT_GOAL := help

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.runtime ## Demo site on http://localhost:8000 (another port: PORT=8001); Ctrl-C stops it
	@exec $(PYTHON) manage.py serve --demo --port $(PORT)

code: .venv/.runtime ## One-time code of a demo account (ACCOUNT=demo-caseworker)
	@$(PYTHON) manage.py code $(ACCOUNT)

fresh: ## Throw the demo site's data away; the next `make run` starts anew
	rm -rf var/helpline.sqlite3* var/keys var/mail var/media

test: .venv/.dev packages ## PostgreSQL, Valkey, embedded, browser, every fault once, JavaScript
	@$(PYTHON) -m tests $(ARGS)

check: .venv/.dev packages ## Lint, types, imports, migrations, deploy settings, translations, lock, diagrams
	@$(PYTHON) -m tests.checks $(ARGS)

fix: .venv/.dev ## Format and repair what can be repaired by itself
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .
	git ls-files -z "*.html" | xargs -0 -r .venv/bin/djhtml --tabwidth 2
	$(PYTHON) manage.py state_diagrams

bench: bench-pages bench-floor bench-year bench-chat ## Time what must stay fast; prints: bench NAME MEDIAN LOW HIGH

bench-pages: .venv/.dev ## Pages, and whether a return code tells anything by time
	@$(PYTHON) -m tests.bench $(ARGS)

bench-floor: .venv/.dev ## The supervisor's floor with 200 chats, beside an empty one; 6 minutes (SHORT=1: one round)
	@SHORT=$(SHORT) $(PYTHON) -m tests.bench.floor

bench-year: .venv/.dev ## A year of 308,430 reports comes in beside COPY, and the desk with it on; 15 minutes (ROWS=30000, SHORT=1)
	@SHORT=$(SHORT) ROWS=$(or $(ROWS),308430) $(PYTHON) -m tests.bench.year

bench-chat: .venv/.dev ## Chat only, beside other chats; 20 minutes (SHORT=1: one round, to see it run)
	@SHORT=$(SHORT) $(PYTHON) -m tests.bench.chat

corpora: .venv/.dev ## Read data of the real world, as far as it stands beside; prints: corpora NAME NUMBER
	@$(PYTHON) -m pytest -q -m corpora $(ARGS)

faults: faults-chat faults-notices ## Break everything under running chats, and kill workers while notices leave

faults-chat: .venv/.dev ## Break everything under running chats, and compare every page with the database (20 minutes)
	@$(PYTHON) -m tests.faults $(ARGS)

faults-notices: .venv/.dev ## Kill 200 workers while notices leave, at twelve points, and count what arrived
	@$(PYTHON) -m tests.faults.notices $(ARGS)

translations: .venv/.dev packages ## Find new texts and compile the catalogues
	@$(PYTHON) -m tests.translations --write

lock: $(UV) ## Renew requirements/*.txt from pyproject.toml (newer versions too: UPGRADE=--upgrade)
	@UV=$(UV) UPGRADE=$(UPGRADE) requirements/lock.sh write

sync: .venv/.dev ## Install everything for development

packages:
	@sh .ci/packages

$(UV): requirements/uv.txt
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed." >&2; exit 1; }
	@python3 -c 'import ensurepip, venv' 2>/dev/null || { echo "python3-venv is missing. Install it: apt install python3-venv" >&2; exit 1; }
	@rm -rf .tools && python3 -m venv .tools
	@.tools/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/uv.txt
	@touch $(UV)

# The development set holds the runtime set, in the same versions: once there, it stays.
.venv/.runtime: requirements/runtime.txt | $(UV)
	@test ! -e .venv/bin/pytest || $(MAKE) --no-print-directory .venv/.dev
	@test -e .venv/bin/pytest || { test -x $(PYTHON) || $(UV) venv --quiet --python python3 .venv; \
	  $(UV) pip sync --quiet --python $(PYTHON) --require-hashes requirements/runtime.txt; }
	@touch .venv/.runtime

.venv/.dev: requirements/dev.txt | $(UV)
	@test -x $(PYTHON) || $(UV) venv --quiet --python python3 .venv
	@$(UV) pip sync --quiet --python $(PYTHON) --require-hashes requirements/dev.txt
	@touch .venv/.runtime .venv/.dev
