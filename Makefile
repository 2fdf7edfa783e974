# Everything a newcomer needs: make setup, make demo, make test. The rest is for those who work on Relancier.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
# Warm bytecode, no matter what the machine's environment says: the demo and the bench start faster.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test coverage lint bench soak corpus docs gallery pictures servers lock clean

setup: $(VENV)/dev

$(VENV)/demo: requirements-demo.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-demo.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/dev: $(VENV)/demo requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

demo: $(VENV)/demo
	$(BIN)/relancier demo $(DEMO)

# As root on a machine of CI, the mail servers are installed first; elsewhere their tests are skipped and say so.
test: $(VENV)/dev
	@if [ -n "$$CI" ] && [ "$$(id -u)" = 0 ]; then $(MAKE) --no-print-directory servers; fi
	$(BIN)/pytest $(PYTEST)

# Every branch of core/ by its own tests; what they repeat a hundred thousand times, a thousand times here.
coverage: $(VENV)/dev
	MANGLED_SUBJECTS=1000 $(BIN)/pytest --quiet --cov=relancier.core --cov-branch --cov-fail-under=100 tests/core tests/mail/test_mail_kinds.py tests/test_shipped_plans.py

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/dev
	$(BIN)/python -m tests.bench $(BENCH)

# Ten minutes of two colleagues and the daemon on one mailbox, with its figures; a short form runs with every other test.
soak: $(VENV)/dev
	RELANCIER_SOAK=$(or $(SOAK),600) $(BIN)/pytest -s tests/soak

# Labelled messages: INDEX.tsv with path and label beside them, or a folder a label. WRONG=1 lists what was read wrongly.
corpus: $(VENV)/dev
	$(BIN)/python -m tests.corpus $(or $(DIR),tests/mail) $(if $(WRONG),--wrong)

# The tables of docs/reading-mail.md, made from the rules themselves.
docs: $(VENV)/dev
	$(BIN)/python -m tests.docs

# Pictures of every message and page, narrow and wide, with an index.html to look at; needs Chromium (make servers).
gallery: $(VENV)/dev
	$(BIN)/python -m tests.gallery $(or $(GALLERY),build/gallery)

# Those of them that the README and the guide show.
pictures: $(VENV)/dev
	$(BIN)/python -m tests.gallery.pictures

servers:
	sh tests/servers/install.sh

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra letters -c requirements.txt pyproject.toml -o requirements-letters.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra demo --extra letters -c requirements.txt pyproject.toml requirements-build.in -o requirements-demo.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra demo --extra letters --extra postgresql --group dev -c requirements-demo.txt pyproject.toml requirements-build.in -o requirements-dev.txt

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
