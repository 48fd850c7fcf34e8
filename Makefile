# Each target sets up what it needs: .venv, as constraints.txt says.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.ONESHELL:
.SHELLFLAGS := -euc
.PHONY: help demo apk test lint docs audit clean

PYTHON ?=
OUTPUT := build/demo
DEMO_FLAGS :=
ASSETS := android_demo/app/src/main/assets
BUNDLE := $(ASSETS)/keyboard,$(ASSETS)/slots
ABIS :=
FARM :=
WORKERS := 2
TEST_FLAGS :=

VENV := .venv
AUDITOR := build/auditor
AUDIT_TOOLS := cyclonedx-bom==7.5.0 pip-audit==2.10.1
RUN := $(VENV)/bin/python -m
PIP := $(RUN) pip --disable-pip-version-check --no-input
PYTHONS := $(or $(PYTHON),python3.12 python3.11 python3.10 python3.13 python3)
IS_FIT := import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14))
PACKAGE := import sys; print("python%d.%d-venv" % sys.version_info[:2])

# The stamp is written last and says what the environment was made for. One
# without it (Ctrl-C) or for another folder or interpreter is made anew.
STAMP := $(VENV)/made-for
WANTED := $(strip $(CURDIR) $(PYTHON))
READ := print(open("$(STAMP)").read())
MADE := $(shell $(VENV)/bin/python -c '$(READ)' 2>/dev/null)
ifneq ($(MADE),$(WANTED))
.PHONY: $(STAMP)
endif

help: ## List the targets and the variables
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 14
	echo 'Variables, as in "make test TEST_FLAGS=--exitfirst":'
	echo '  PYTHON      the interpreter, of Python 3.10 to 3.13'
	echo '  OUTPUT      where the demo writes ($(OUTPUT))'
	echo '  DEMO_FLAGS  more flags for export/keyboard.py'
	echo '  BUNDLE      what the Android keyboard predicts with, or several: A,B'
	echo '  ABIS        processors that it runs on, as x86_64 for emulators'
	echo '  FARM        1: device farms may start its benchmark'
	echo '  WORKERS     tests run at once ($(WORKERS))'
	echo '  TEST_FLAGS  more arguments for pytest'

demo: $(STAMP) ## Train, compress, measure and compare a keyboard model
	@$(RUN) export.keyboard --demo --output='$(OUTPUT)' $(DEMO_FLAGS)

apk: $(STAMP) ## Build the Android keyboard
	@$(RUN) android_demo.build.apk --bundle='$(BUNDLE)' \
		$(if $(ABIS),--abis='$(ABIS)') $(if $(FARM),--farm)

test: $(STAMP) ## Run every test
	@$(RUN) pytest -n $(WORKERS) --dist loadfile $(TEST_FLAGS)

lint: $(STAMP) ## Check the form and the types of the code
	@$(RUN) ruff format --check
	$(RUN) ruff check
	$(RUN) mypy

docs: $(STAMP) ## Build the documents as a site, build/site/index.html
	@NO_MKDOCS_2_WARNING=1 $(RUN) mkdocs build --strict

audit: $(STAMP) ## Known vulnerabilities of the packages, and build/sbom.json
	@mkdir -p build
	$(AUDITOR)/bin/python -c '' 2>/dev/null ||
		$(RUN) venv --clear $(AUDITOR)
	$(AUDITOR)/bin/pip --disable-pip-version-check --quiet install \
		$(AUDIT_TOOLS)
	$(AUDITOR)/bin/cyclonedx-py requirements requirements.lock \
		--output-reproducible --output-file build/sbom.json
	echo 'build/sbom.json lists the packages (CycloneDX)'
	$(AUDITOR)/bin/pip-audit --progress-spinner=off --strict --disable-pip \
		--require-hashes --requirement requirements.lock ||
		{ echo 'make: "could not be audited" means that nobody was asked:' \
			'this index has no advisories, try where that of PyPI is' >&2
		exit 1; }

clean: ## Delete all that make made: .venv, build and caches
	@rm -rf $(VENV) build *.egg-info .hypothesis .*_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

$(STAMP): constraints.txt requirements.lock setup.py
	@fail() { echo "make: $$1" >&2; exit 1; }
	if [ '$(MADE)' != '$(WANTED)' ]; then
		python=
		for candidate in $(PYTHONS); do
			$$candidate -c '$(IS_FIT)' 2>/dev/null || continue
			python=$$candidate
			break
		done
		[ "$$python" ] ||
			fail 'no Python 3.10 to 3.13 is among $(PYTHONS): set PYTHON'
		if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then
			package=$$($$python -c '$(PACKAGE)')
			[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
				fail "$$python cannot make $(VENV): sudo apt-get install $$package"
			echo "Installing $$package"
			export DEBIAN_FRONTEND=noninteractive
			apt-get -qq update
			apt-get -qq install --no-install-recommends $$package >/dev/null
		fi
		echo "Making $(VENV) with $$($$python --version)"
		$$python -m venv --clear $(VENV)
	fi
	rm -f $@
	echo 'Installing the pinned packages (at first 0.8 GB, 2.6 GB on disk)'
	[ -t 1 ] || quiet=--quiet
	$(PIP) install $${quiet:-} --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	echo '$(WANTED)' > $@
