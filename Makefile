# `make demo` and `make test` install what they need (apt and .venv); `make help` tells the rest.
PY := .venv/bin/python
ARGS ?=
PYTEST_ARGS ?=

SCRIPTS := .ci/run $(wildcard deploy/*.sh deploy/*/*.sh)

# $(call timed,NAME,COMMAND): run a part, and print how long it took.
timed = @echo "== $(1)"; began=$$(date +%s); $(2); status=$$?; \
	echo "== $(1): $$(($$(date +%s) - began)) s"; exit $$status

.PHONY: help demo test check suite torture bench quality format lock ready ready-test

help:
	@echo "make demo [ARGS='--script borrow --exit']  server, broker, agent and kiosk with emulated devices"
	@echo "make test    every test, then the scripted demo"
	@echo "make check   ruff, mypy, import-linter"
	@echo "make bench   measure, print a table and JSON"
	@echo "make quality how well the catalogue finds real records"
	@echo "make lock    write the lock files anew"

ready:
	@deploy/bootstrap.sh

ready-test:
	@deploy/bootstrap.sh test

demo: ready
	@$(PY) -m deploy.demo $(ARGS)

check: ready-test
	$(call timed,format,.venv/bin/ruff format --check .)
	$(call timed,ruff,.venv/bin/ruff check .)
	$(call timed,mypy,.venv/bin/mypy)
	$(call timed,layers,.venv/bin/lint-imports)
	$(call timed,shellcheck,shellcheck $(SCRIPTS))

# The types are looked at while the tests wait for their programs.
test: ready-test
	@$(MAKE) --no-print-directory -j2 check suite
	@$(PY) -m coverage combine -q
	$(call timed,coverage,$(PY) -m coverage report && $(PY) -m tests.support.coverage_gate)
	$(call timed,demo,$(PY) -m deploy.demo --script borrow --exit)

suite: ready-test
	@$(PY) -m coverage erase
	$(call timed,tests,$(PY) -m tests $(PYTEST_ARGS))

torture: ready-test
	$(PY) -m tests.torture.delivery
	$(PY) -m tests.torture $(or $(ARGS),--kills 10000)

bench: ready-test
	$(PY) -m tests.bench $(ARGS)

quality: ready-test
	$(PY) -m tests.quality $(ARGS)

format: ready
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

lock: ready
	deploy/lock.sh
