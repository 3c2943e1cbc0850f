# `make demo` and `make test` install what they need (apt and .venv); `make help` tells the rest.
PY := .venv/bin/python
ARGS ?=
PYTEST_ARGS ?=

.PHONY: help demo test check bench format lock ready ready-test

help:
	@echo "make demo [ARGS='--script borrow --exit']  server, broker, agent and kiosk with emulated devices"
	@echo "make test    every test, then the scripted demo"
	@echo "make check   ruff, mypy, import-linter"
	@echo "make bench   measure, print a table and JSON"
	@echo "make lock    write the lock files anew"

ready:
	@deploy/bootstrap.sh

ready-test:
	@deploy/bootstrap.sh test

demo: ready
	@$(PY) -m deploy.demo $(ARGS)

check: ready-test
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

test: check
	$(PY) -m coverage run -m pytest $(PYTEST_ARGS)
	$(PY) -m coverage combine -q
	$(PY) -m coverage report
	$(PY) -m deploy.demo --script borrow --exit

bench: ready-test
	$(PY) -m tests.bench $(ARGS)

format: ready
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

lock: ready
	deploy/lock.sh
