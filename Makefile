# Each target sets up what it needs: .venv, with the packages of constraints.txt.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.ONESHELL:
.SHELLFLAGS := -euc
.PHONY: help demo test lint clean

PYTHON ?=
OUTPUT ?= build/demo
DEMO_FLAGS ?=
WORKERS ?= 2
TEST_FLAGS ?=

PYTHONS := $(or $(PYTHON),python3.12 python3.11 python3.10 python3.13 python3)
VENV := .venv
RUN := $(VENV)/bin/python -m
PIP := $(RUN) pip --disable-pip-version-check --no-input install -c constraints.txt

# The stamp is written last and says what the environment was made for. One
# without it (Ctrl-C) or for another folder or interpreter is made anew.
STAMP := $(VENV)/made-for
WANTED := $(strip $(CURDIR) $(PYTHON))
MADE := $(shell $(VENV)/bin/python -c 'print(open("$(STAMP)").read())' 2>/dev/null)
ifneq ($(MADE),$(WANTED))
.PHONY: $(STAMP)
endif

help: ## List the targets and the variables
	@sed -n 's/^\([a-z]*\): .*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 14
	echo 'Variables, as in "make test TEST_FLAGS=--exitfirst":'
	echo '  PYTHON      the interpreter, of Python 3.10 to 3.13'
	echo '  OUTPUT      where the demo writes ($(OUTPUT))'
	echo '  DEMO_FLAGS  more flags for export/keyboard.py'
	echo '  WORKERS     tests run at once ($(WORKERS))'
	echo '  TEST_FLAGS  more arguments for pytest'

demo: $(STAMP) ## Train, compress, measure and compare a keyboard model
	@$(RUN) export.keyboard --demo --output='$(OUTPUT)' $(DEMO_FLAGS)

test: $(STAMP) ## Run every test
	@$(RUN) pytest -n $(WORKERS) --dist loadfile $(TEST_FLAGS)

lint: $(STAMP) ## Check the form of the code
	@$(RUN) ruff format --check
	$(RUN) ruff check

clean: ## Delete all that make made: .venv, build and caches
	@rm -rf $(VENV) build *.egg-info .hypothesis .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

$(STAMP): constraints.txt setup.py
	@fail() { echo "make: $$1" >&2; exit 1; }
	if [ '$(MADE)' != '$(WANTED)' ]; then
		python=
		for candidate in $(PYTHONS); do
			if $$candidate -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14))' 2>/dev/null; then
				python=$$candidate
				break
			fi
		done
		[ "$$python" ] || fail 'none of $(PYTHONS) is Python 3.10 to 3.13: install one, or name it with PYTHON='
		if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then
			package=$$($$python -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
			[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
				fail "$$python makes no virtual environments: run apt-get install $$package"
			echo "Installing $$package"
			apt-get -qq update
			DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends $$package >/dev/null
		fi
		echo "Making $(VENV) with $$($$python --version)"
		$$python -m venv --clear $(VENV)
	fi
	rm -f $@
	echo 'Installing the pinned packages (the first time: 0.8 GB of downloads)'
	[ -t 1 ] || quiet=--quiet
	$(PIP) $${quiet:-} setuptools
	$(PIP) $${quiet:-} --no-build-isolation --editable '.[test]'
	echo '$(WANTED)' > $@
