# Two commands matter: `make run` and `make test`. Everything they need they install themselves.

export PYTHONUTF8 := 1
export PYTHONDONTWRITEBYTECODE := 1

PYTHON ?= python3
BOOTSTRAP := $(PYTHON) rehabsteg/launcher/bootstrap.py
VENV := .venv/bin/python
TESTS ?= tests
WORKERS ?= 2

CHECKS := check-style check-format check-templates check-types check-imports check-migrations \
	check-deploy

.PHONY: run test check $(CHECKS) fix demo bench faults clean lock install-test

run:
	@$(BOOTSTRAP) run

# A file stays in one process: its tests may share servers and come in an order.
test: install-test
	@$(VENV) -m pytest -n $(WORKERS) --dist loadfile $(TESTS)

# What a machine can see without running the product. `make test` includes each of them.
check: install-test
	@$(MAKE) --no-print-directory --keep-going $(CHECKS)

check-style:
	@$(VENV) -m ruff check .

check-format:
	@$(VENV) -m ruff format --check .

check-templates:
	@$(VENV) -m djhtml --check templates

check-types:
	@$(VENV) -m mypy .

check-imports:
	@.venv/bin/lint-imports --no-cache

check-migrations:
	@DJANGO_SETTINGS_MODULE=rehabsteg.settings.test \
		$(VENV) -W ignore manage.py makemigrations --check --dry-run

# The production settings with keys made for the occasion.
NEW_KEY = $$($(VENV) -c "import secrets; print(secrets.token_urlsafe(48))")
check-deploy:
	@SECRET_KEY=$(NEW_KEY) SALT_KEY=$(NEW_KEY) LOOKUP_KEY=$(NEW_KEY) \
		ALLOWED_HOSTS=rehabsteget.example DATABASE_URL=postgres://app@db/rehabsteg \
		REDIS_URL=redis://redis:6379/0 DJANGO_SETTINGS_MODULE=rehabsteg.settings.prod \
		$(VENV) manage.py check --deploy --fail-level WARNING

fix: install-test
	@$(VENV) -m ruff check --fix --exit-zero .
	@$(VENV) -m ruff format .
	@$(VENV) -m djhtml templates

# While `make run` is up: replaces the demo municipality. SEED and YEARS may be left out.
demo:
	@test -f var/run.address || { echo "Starta först produkten med make run." >&2; exit 1; }
	@$(VENV) manage.py demo_load --replace $(if $(SEED),--seed $(SEED)) $(if $(YEARS),--years $(YEARS))

faults: install-test
	@$(VENV) -m pytest -m "faults or slow_faults" tests/faults

bench: install-test
	@$(VENV) -m tests.benchmarks

clean:
	@$(BOOTSTRAP) clean

# Newest versions that requirements*.in allow, with hashes, for every platform; and the front end's.
lock:
	@$(PYTHON) -m venv var/lock
	@var/lock/bin/pip install --quiet --disable-pip-version-check uv
	@for name in requirements requirements-dev; do \
		var/lock/bin/uv pip compile --quiet --upgrade --generate-hashes --universal \
			--python-version 3.11 --no-config --no-emit-index-url --no-emit-find-links \
			$$name.in -o $$name.txt || exit 1; \
	done
	@npm install --package-lock-only --ignore-scripts

install-test:
	@$(BOOTSTRAP) test
