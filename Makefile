# make demo: the dashboard on MovieLens.   make test: every check.   make help: the rest.

PORT ?= 8501
HEADLESS ?=
DATA ?= movielens-1m
PYTHON ?= $(or $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; \
	done),python3)

# what pip left uncompiled must be kept once it is compiled, or every start takes seconds longer
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test check lock pictures clean
.DEFAULT_GOAL := help

help:
	@echo "make demo   install what is missing, prepare the data, open the dashboard"
	@echo "            PORT=8501  HEADLESS=1 (open no browser)  DATA=movielens-1m  PYTHON=python3"
	@echo "make test   style, types, layers, tests and coverage (installs what is missing)"
	@echo "make check  the same without the tests"
	@echo "make lock   remake requirements.lock and requirements-dev.lock from pyproject.toml"
	@echo "make pictures  retake the pictures of the README (needs a Chromium and a prepared demo)"
	@echo "make clean  remove .venv and all caches; what was downloaded or trained stays"

demo:
	@$(PYTHON) .ci/environment.py run
	@exec .venv/bin/recengine demo --data $(DATA) --port $(PORT) $(if $(HEADLESS),--headless)

check:
	@$(PYTHON) .ci/environment.py dev
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --quiet --check .
	@.venv/bin/mypy --no-error-summary
	@.venv/bin/lint-imports --no-cache >.venv/layers.log || { cat .venv/layers.log; exit 1; }

test: check
	@.venv/bin/coverage erase
	@.venv/bin/coverage run -m pytest --numprocesses 2 --dist loadfile --ignore tests/browser
	@.venv/bin/coverage run -m pytest tests/browser
	@.venv/bin/coverage combine --quiet
	@.venv/bin/coverage report --skip-covered --skip-empty --fail-under=90

lock:
	@$(PYTHON) .ci/lock.py

pictures:
	@$(PYTHON) .ci/environment.py dev
	@RECENGINE_PICTURES=$(CURDIR)/assets/pictures .venv/bin/python -m pytest tests/browser/test_pictures.py

clean:
	rm -rf .venv .coverage .mypy_cache .pytest_cache .ruff_cache
