# make        everything: environment, book, students' release, graded sample class
# make test   the whole test suite
# make help   all targets
#
# Each step leaves a stamp and is done again only when something it depends on has changed.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
RUN := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python
PIP := $(BIN)/python -m pip --disable-pip-version-check install -c constraints.txt

.PHONY: all
all: demo ## Do everything: the book, the students' release, the graded sample class (default)

# --- Environment ------------------------------------------------------------------------------------------------

# Every pinned package has a wheel for these. The same are in pyproject.toml.
SUPPORTED := 3.11 3.12 3.13 3.14
NEEDED := this course needs Python $(firstword $(SUPPORTED)) to $(lastword $(SUPPORTED)), for which its pinned packages are made. \
  Set one with: make PYTHON=/path/to/python$(lastword $(SUPPORTED))

# Runs under any Python since 2.7, so that an old or a very new one is told what is needed instead of failing somewhere in pip.
CHECK_PYTHON := import sys; v = sys.version_info; "%d.%d" % v[:2] in "$(SUPPORTED)".split() or sys.exit( \
  "found Python %d.%d.%d at %s; $(NEEDED)" % (v[0], v[1], v[2], sys.executable))

$(BIN)/python:
	@command -v "$(PYTHON)" >/dev/null || { echo "no program called $(PYTHON); $(NEEDED)" >&2; exit 1; }
	@"$(PYTHON)" -c '$(CHECK_PYTHON)'
	"$(PYTHON)" -m venv $(VENV)

# Only the two files that say what to install decide when to install again; bplib itself is installed editable.
$(VENV)/.course: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e ".[book,course]"
	@touch $@

$(VENV)/.test: $(VENV)/.course
	$(PIP) -e ".[book,course,test]"
	@touch $@

$(VENV)/.dist: $(VENV)/.course
	$(PIP) -e ".[dist]"
	@touch $@

$(VENV)/.bench: $(VENV)/.course
	$(PIP) -e ".[bench]"
	@touch $@

.PHONY: install
install: $(VENV)/.course ## Make the virtual environment .venv with everything pinned

# --- The course -------------------------------------------------------------------------------------------------

FILES = $(shell find $(1) -type f -not -path '*/__pycache__/*' -not -path '*/.ipynb_checkpoints/*')
CODE := $(filter %.py %.csv.gz,$(call FILES,bplib)) nbgrader_config.py $(VENV)/.course
SITE := _build/site/index.html

# Remembers the address, so that another one is a reason to build again.
_build/base_url: FORCE
	@mkdir -p _build && { echo '$(BASE_URL)' | cmp -s - $@ || echo '$(BASE_URL)' > $@; }

$(SITE): $(call FILES,book exercises) _config.yml $(CODE) _build/base_url
	@$(RUN) book/_ext/build.py --site $(if $(BASE_URL),--base-url "$(BASE_URL)")
	@touch $@

# Every notebook in the page. Where something cannot be had the script says so in a line and leaves no stamp: the next make asks again.
LITE := _build/site/lite/.built
$(LITE): $(SITE)
	@$(RUN) book/_ext/lite.py

_build/release: $(call FILES,solutions exercises) $(CODE)
	@$(RUN) -m bplib.grading release --check
	@touch $@

.PHONY: site
site: $(SITE) $(LITE) ## Build the book into _build/site, ready to publish (BASE_URL=https://… is its address)

.PHONY: serve
serve: site ## Build the book and show it at http://localhost:8000 (PORT=…)
	@echo "The book is at http://localhost:$(PORT) until you press Ctrl-C."
	@$(RUN) -m http.server --bind localhost --directory _build/site $(PORT)

.PHONY: dist
dist: $(VENV)/.dist ## Pack bplib into _build/dist, as an sdist and a wheel, and check both
	@$(RUN) book/_ext/distribution.py
	@$(RUN) -m twine check --strict _build/dist/bplib-*

.PHONY: release
release: _build/release ## Check that exercises/ is what solutions/ releases

# Knows by itself whether anything has changed, and shows the table each time.
.PHONY: demo
demo: $(VENV)/.course | $(SITE) $(LITE) _build/release ## Grade the sample class and show the table
	@$(RUN) -m bplib.grading demo

.PHONY: FORCE
FORCE:

# --- Tests ------------------------------------------------------------------------------------------------------

# What has to be there first is made side by side: the book and the sample class, and the other Pythons. Three workers on two
# cores: many tests wait, for a browser, a kernel or a clock. tests/conftest.py says which modules come first.
.PHONY: test
test: ## Install what the tests need and run the whole suite
	@$(MAKE) --no-print-directory --jobs=2 test-ready
	@$(RUN) -m pytest -n 3 --dist loadscope --no-loadscope-reorder

.PHONY: test-ready
test-ready: demo $(VENV)/.test test-pythons

# Nothing is installed into an environment in which something runs.
ifneq (,$(filter test-ready,$(MAKECMDGOALS)))
$(SITE) _build/release: | $(VENV)/.test
endif

# The code that readers use, under every Python that this course promises and that is installed here; the one of the
# environment runs the whole suite anyway. One of them stands for the interpreter in a browser's page: its numpy, and no
# package beside it.
PAGE_PYTHON := 3.12
PAGE_NUMPY := 2.0.1
ifneq (,$(filter test%,$(MAKECMDGOALS)))
OWN := $(shell "$(PYTHON)" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
PYTHONS := $(foreach version,$(filter-out $(filter-out $(PAGE_PYTHON),$(OWN)),$(SUPPORTED)),$(if $(shell python$(version) -c 'import ensurepip' 2>/dev/null && echo yes),$(version)))
endif

# All but those that need the course or the built book, and those that take long and say little about Python.
COURSE_TESTS := in_page page_trouble page_concepts walk pythons distribution published live bench examples exercises check_gradients verdicts soundness soundness_suite answers reports mutants slips methods changes names public_bugs blind blind_losses two_mistakes zoo_of_pictures zoo_of_sequences course collect roster habits deadlines grade cluster gradebook postgres formgrader inert still_pages feedback class_report trouble look moodle alike corpus unsandboxed parity sandbox printable shown syscalls contributing sample_class book pages
CONCEPT_TESTS := $(filter-out $(COURSE_TESTS:%=tests/test_%.py),$(wildcard tests/test_*.py))

.PHONY: test-pythons $(PYTHONS:%=test-python-%)
test-pythons: $(PYTHONS:%=test-python-%) ## Test bplib's concepts and checks under Python 3.11 to 3.14, where installed

$(PYTHONS:%=test-python-%): test-python-%: _build/python-%/.installed
	@echo "Python $*:"
	@_build/python-$*/bin/python -m pytest -q -p no:cacheprovider $(CONCEPT_TESTS)

$(PYTHONS:%=_build/python-%/.installed): _build/python-%/.installed: pyproject.toml constraints.txt
	python$* -m venv --clear _build/python-$*
	_build/python-$*/bin/python -m pip --disable-pip-version-check install -q -c constraints.txt pytest hypothesis \
	  $(if $(filter $(PAGE_PYTHON),$*),,-e . scikit-learn tqdm)
	$(if $(filter $(PAGE_PYTHON),$*),_build/python-$*/bin/python -m pip --disable-pip-version-check install -q --no-deps -e . numpy==$(PAGE_NUMPY))
	@touch $@

.PHONY: test-places
test-places: $(VENV)/.test ## Run the tests of grading in five places, such as under /tmp; takes some minutes
	@$(RUN) tests/places.py

.PHONY: test-all
test-all: ## Run the suite, and all of what it otherwise runs some of; takes an hour
	@BPLIB_TESTS=all $(MAKE) --no-print-directory test

.PHONY: test-page
test-page: $(VENV)/.test $(LITE) ## Run all exercises and all concepts' tests in the page; the suite runs some of each
	@BPLIB_TESTS=all $(RUN) -m pytest -n 2 --dist loadscope tests/test_in_page.py tests/test_page_concepts.py

# Two threads are not steady on two cores, and BLAS shall choose its own kernel.
ONE_THREAD := env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

.PHONY: bench
bench: $(VENV)/.bench ## Measure training beside scikit-learn, the applications beside PyTorch, what networks reach, the gradient checker beside its peers, the checks of the exercises, grading and hostile submissions beside nbgrader, notebooks in the page
	@$(ONE_THREAD) $(RUN) tests/benchmarks/run.py
	@$(ONE_THREAD) $(RUN) tests/benchmarks/applications.py
	@$(ONE_THREAD) $(RUN) tests/benchmarks/sequences.py
	@$(ONE_THREAD) $(RUN) tests/benchmarks/measure_convolution.py
	@$(ONE_THREAD) $(RUN) tests/benchmarks/measure_recurrence.py
	@$(ONE_THREAD) $(RUN) tests/benchmarks/measure_attention.py
	@$(ONE_THREAD) $(RUN) tests/benchmarks/measure_generation.py
	@$(ONE_THREAD) $(RUN) tests/benchmarks/project.py
	@$(ONE_THREAD) $(RUN) tests/benchmarks/detection.py
	@$(ONE_THREAD) $(RUN) tests/benchmarks/answers.py
	@$(ONE_THREAD) $(RUN) tests/benchmarks/grading.py
	@$(ONE_THREAD) $(RUN) tests/benchmarks/hostile.py
	@$(ONE_THREAD) $(RUN) tests/benchmarks/neighbors.py
	@$(ONE_THREAD) $(RUN) tests/benchmarks/browser.py
	@$(ONE_THREAD) $(RUN) -m pytest tests/benchmarks/test_speed.py --benchmark-only

# --- Housekeeping -----------------------------------------------------------------------------------------------

.PHONY: clean
clean: ## Undo everything that make has made; your submissions and gradebook stay
	rm -rf $(VENV) _build bplib.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache .benchmarks
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
	find . -name .ipynb_checkpoints -not -path './.git/*' -prune -exec rm -rf {} +

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
