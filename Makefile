# make demo       the whole way on a sample campaign; says where the workbook is
# make test       all tests; those that need another program are skipped where it cannot be had
# make check      style, types, and the fast tests of what changed since SINCE (HEAD unless named): in half a minute
# make lint       style and types
# make test-oldest  the fast tests with the oldest release of each library that setup.cfg admits
# make lock       write requirements-dev.lock from what is installed
# make messages   bring the Vietnamese catalogue up to date with the code
# make samples    make the sample returns and their consolidated workbook anew
# make docs       write the reference pages from the code
# make benchmarks  time the program beside other ways to do the same; writes docs/performance.md
# make windows    the folder for Windows, zipped: needs PYTHON_ZIP and PYTHON_SHA256, and COMPILER unless PYTHON is of that version
# make test-windows  prepare a Windows under Wine and do the officer's way there on the folder for Windows: about ten minutes
# make wine       get what that needs: Wine, CPython for Windows and the wheels; fails where it cannot be had
# make windows-lock  write the versions and hashes of what goes into it
# make pictures   render the pictures from real files and pages (LibreOffice, poppler, Chromium)

PYTHON ?= python3
# Paths are relative and console scripts are not used: both would break in a folder with spaces in its name.
VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check -q

SINCE ?= HEAD

.PHONY: demo test test-oldest check lint lock windows windows-lock test-windows wine messages samples docs benchmarks pictures clean

demo: $(VENV)/installed
	$(RUN) -m workbook_tools demo demo
	@echo "$$PWD/demo/consolidated.xlsx"

test: $(VENV)/installed-dev
	@tools/have-programs || tools/system-packages $$(cat apt.txt) \
	  || echo "Without them the tests that need LibreOffice, Gnumeric, Chromium or mail servers are skipped."
	@command -v npm >/dev/null 2>&1 && npm install --prefix tests/node --silent >/dev/null 2>&1 \
	  || echo "Without Node's packages the tests that need them are skipped."
	$(RUN) -m pytest

# In a venv of its own: the development tools as locked, then the libraries as old as may be.
test-oldest: $(VENV)/installed-dev
	@mkdir -p build
	$(RUN) -m uv pip compile -q setup.cfg --extra cluster --resolution lowest-direct --no-header -o build/oldest.txt
	$(RUN) -m uv venv -q --clear --python $(RUN) build/oldest
	$(RUN) -m uv pip install -q --python build/oldest -c requirements-dev.lock -e '.[dev]'
	$(RUN) -m uv pip install -q --python build/oldest -r build/oldest.txt
	build/oldest/bin/python -m pytest -m "not slow and not libreoffice"

check: lint
	$(RUN) tools/changed_tests.py $(SINCE) | tr '\n' '\0' | xargs -0 $(RUN) -m pytest -m "not slow and not libreoffice"

lock: $(VENV)/installed-dev
	$(RUN) tools/lock.py

lint: $(VENV)/installed-dev
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

messages: $(VENV)/installed-dev
	$(RUN) tools/messages.py

samples: $(VENV)/installed-dev
	$(RUN) tools/samples.py
	$(RUN) tools/sample_forms.py

docs: $(VENV)/installed-dev
	$(RUN) docs/build.py

benchmarks: $(VENV)/installed-dev
	$(RUN) -m benchmarks

pictures: $(VENV)/installed-dev
	$(RUN) docs/pictures.py
	$(RUN) docs/page_pictures.py
	$(RUN) docs/unit_page.py

clean:
	rm -rf $(VENV) demo build tests/node/node_modules

$(RUN):
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || tools/system-packages python3 python3-venv
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: setup.cfg pyproject.toml requirements-dev.lock | $(RUN)
	$(PIP) install -c requirements-dev.lock -e .
	@touch $@

$(VENV)/installed-dev: setup.cfg pyproject.toml requirements-dev.lock | $(RUN)
	$(PIP) install -c requirements-dev.lock -e '.[dev]'
	@touch $@ $(VENV)/installed

# The embeddable CPython for 64-bit Windows from python.org, and its published hash: make windows PYTHON_ZIP=… PYTHON_SHA256=…
# A Python of the same version compiles the modules: COMPILER=python3.13, if it is not the one of the venv.
windows: $(VENV)/installed
	$(RUN) tools/windows_bundle.py --python "$(PYTHON_ZIP)" --sha256 $(PYTHON_SHA256) $(if $(COMPILER),--compiler $(COMPILER))

windows-lock: $(VENV)/installed-dev
	$(RUN) -m uv pip compile setup.cfg --python-platform x86_64-pc-windows-msvc --python-version 3.13 \
	  --generate-hashes --no-emit-index-url --no-annotate -q -o tools/windows/requirements.lock

wine: $(VENV)/installed-dev
	$(RUN) tools/wine.py fetch

# Not part of `make test`: what it needs is large, and Wine is slow.
test-windows: $(VENV)/installed-dev
	$(RUN) tools/wine.py prepare
	WORKBOOK_TOOLS_WINE="$${WORKBOOK_TOOLS_WINE:-$$PWD/build/wine}" $(RUN) -m pytest -p no:randomly -m wine -rfEs tests/windows
