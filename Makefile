# Two commands matter: make run, make test. The rest serves them.
.PHONY: run test setup lint lint-style lint-types lint-service collect databases bench stop clean messages tools

# Debian's own first: it is compiled for speed (a third faster than one built by hand without); else the first
# that can make an environment, else whatever there is, for the message below to name.
MAKES_ENVIRONMENTS := -c 'import ensurepip, sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null
PYTHON ?= $(shell for python in /usr/bin/python3.11 python3.11 python3; do \
  $$python $(MAKES_ENVIRONMENTS) && command -v $$python && exit; done; command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
SHELL := /bin/bash
# Compiled once and kept: a dozen processes would each compile all modules and tests anew.
unexport PYTHONDONTWRITEBYTECODE

run: setup ## everything in one terminal; PORT=8001 changes the address
	@$(BIN)/python -m callcenter.run

test: setup tools ## linters, contracts, all tests
	@$(MAKE) --no-print-directory --output-sync=target --jobs=4 lint collect databases
	@$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder -q; code=$$?; \
	  $(BIN)/python manage.py stop_servers; exit $$code

setup: $(VENV)/.installed

$(VENV)/.installed: requirements.txt requirements-dev.txt
	@if [ -z "$(PYTHON)" ] || ! "$(PYTHON)" 2>/dev/null -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; then \
	  echo "Python 3.11 is needed (found: $$($(PYTHON) --version 2>/dev/null || echo none))."; exit 1; fi
	@if [ ! -x $(BIN)/pip ]; then "$(PYTHON)" -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); \
	  echo "A virtual environment cannot be made: install python3.11-venv, or free some disk space."; exit 1; }; fi
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt 2>$(VENV)/pip.log || \
	  { tail -n 3 $(VENV)/pip.log | grep -E 'No space|ERROR' | tail -n 1; \
	    echo "The packages could not be installed: no network or no disk space. Details: $(VENV)/pip.log"; exit 1; }
	@touch $@

#: The programs beside Python that the tests open documents and pages with: command and Debian packages.
tools: setup
	@for tool in "chromium chromium" "soffice --no-install-recommends libreoffice-writer-nogui libreoffice-calc-nogui"; do \
	  set -- $$tool; program=$$1; command -v $$program >/dev/null && continue; shift; \
	  if [ "$$(id -u)" = 0 ]; then echo "Installing $$program for the tests"; \
	    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$*; } >$(VENV)/apt.log 2>&1 </dev/null || \
	    { echo "$$program could not be installed: $$(tail -n 1 $(VENV)/apt.log)"; exit 1; }; rm -f $(VENV)/apt.log; \
	  else echo "The tests need: apt-get install $$*"; exit 1; fi; done

lint: lint-style lint-types lint-service ## each by itself, so that make may run them side by side

lint-style: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { $(BIN)/ruff format --diff . | head -n 40; exit 1; }
	@$(BIN)/djade --check $$(git ls-files 'templates/*.html')
	@$(BIN)/lint-imports >$(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }

lint-types: setup
	@$(BIN)/mypy

lint-service: setup
	@$(BIN)/python manage.py compile_messages
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@env DEBUG=0 SECRET_KEY=only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG \
	  ALLOWED_HOSTS=example.org DATABASE_URL=postgres://check@localhost/check REDIS_URL=redis://localhost/0 \
	  $(BIN)/python -m django check --deploy --fail-level WARNING --settings callcenter.settings

collect: setup ## every test can be read; compiled once, it is ready for all processes
	@$(BIN)/pytest --collect-only -qq >$(VENV)/collected.log || { tail -n 40 $(VENV)/collected.log; exit 1; }

databases: setup ## what the databases of the tests are copied from
	@$(BIN)/python -m tests.databases

bench: setup ## speed through the running stack; N=1000000, ONLY=lists, FRESH=1
	@N=$(N) ONLY="$(ONLY)" FRESH=$(FRESH) $(BIN)/python -m bench

stop:
	@if [ -x $(BIN)/python ]; then $(BIN)/python manage.py stop_servers; fi

messages: setup ## collects strings for translation (needs gettext)
	@$(BIN)/python manage.py makemessages -l az -l ru --no-location --ignore .venv --ignore var

clean: stop
	@rm -rf $(VENV) var staticfiles
