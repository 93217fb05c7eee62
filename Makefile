# `make run` and `make test` do all set-up by themselves, again and again.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 5000
# sqlite or postgresql (a real server comes with the test dependencies)
DATABASE ?= sqlite
JOBS ?= 2
# what of the tests
SUITE ?= not long

# It reads the types of the browser's code: an npm package by its version and its tarball's SHA-512.
TYPESCRIPT := 5.9.3
TYPESCRIPT_SHA512 := 8e5d6f6733c38a72ebf5e52ddc9feded5e8580d130f508ef04f772b33f4a7d00c3e357d0ac2d98e2f290762694a454f86d795bd511e12e9a7cc2d9ba3394e04b

# And the tests read and change a real WordPress (GPL: fetched, never kept here), the same way.
WORDPRESS := 0.9.19
WORDPRESS_SHA512 := 765aaf87f3090e91395baf2f80f3ca523a62a7acccb81879f4bdc3d7c657fa9770bab0b8ab8c9dad3c30ff7b13315ebd0417281fa905f7762d02dba3342e4ca7

# And they sign in by a real OpenID provider; what it is made of is locked in tests/oidc.
OIDC_PROVIDER := 9.13.3

BIN := .venv/bin

# Some machines ask Python to keep no compiled code; every process of the tests would compile all anew.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install

.PHONY: run test long check messages bench crash image writes machine cms pictures map lock clean help
.DEFAULT_GOAL := help

help: ## Say what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: .venv/.run ## Serve the application with its sample articles
	@$(BIN)/corrections serve --samples --host $(HOST) --port $(PORT)

test: .venv/.test ## Run the tests (DATABASE=postgresql for the other engine)
	@{ command -v npm && php -r 'exit((int) !extension_loaded("pdo_sqlite"));'; } >/dev/null 2>&1 && \
	    $(MAKE) --no-print-directory .venv/.wordpress-$(WORDPRESS) || { \
	    echo "LEFT OUT: the tests on a real WordPress, which need PHP and npm: apt install php-cli php-sqlite3 npm" >&2; \
	    [ "$$CI" != true ] && [ -z "$$CORRECTIONS_REQUIRE_BROWSER" ]; }
	@command -v npm >/dev/null && $(MAKE) --no-print-directory .venv/.oidc-$(OIDC_PROVIDER) || { \
	    echo "LEFT OUT: the tests on a real OpenID provider, which need Node.js and npm: apt install nodejs npm" >&2; \
	    [ "$$CI" != true ] && [ -z "$$CORRECTIONS_REQUIRE_BROWSER" ]; }
	@CORRECTIONS_TEST_DATABASE=$(DATABASE) $(BIN)/python -m pytest -n $(JOBS) -m "$(SUITE)" --dist loadfile --no-loadscope-reorder $(ARGS)

long: ## Run the tests that take long: kills, any acts in any order, whatever can be sent
	@$(MAKE) --no-print-directory test SUITE=long

check: .venv/.test ## Look at style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	@if command -v node >/dev/null && command -v npm >/dev/null; then \
	    $(MAKE) --no-print-directory .venv/.typescript-$(TYPESCRIPT) && \
	    node .venv/typescript/package/lib/tsc.js --project tests/js && echo "Success: no issues found in static/js"; \
	else \
	    echo "NOT CHECKED: the types of static/js, which need Node.js and npm: apt install nodejs npm" >&2; \
	    [ "$$CI" != true ] && [ -z "$$CORRECTIONS_REQUIRE_BROWSER" ]; \
	fi

bench: .venv/.test ## Measure what is promised, each figure beside its bar (ARGS="--quick --json FILE")
	@$(BIN)/python -m tests.bench --database $(DATABASE) $(ARGS)

crash: .venv/.test ## Kill the server again and again, and see that nothing is lost (ARGS="--seconds 600"; --nodes: two of all)
	@$(BIN)/python -m tests.bench.crash --database $(DATABASE) $(ARGS)
	@for bug in split-commit no-turn audit-outside; do $(BIN)/python -m tests.bench.crash --seconds 10 --kills 5 --database $(DATABASE) --plant $$bug || exit 1; done

image: .venv/.test ## Carry out the Dockerfile's steps without Docker, and ask what they made for a page
	@$(BIN)/python -m tests.bench.image

writes: .venv/.test .venv/.wordpress-$(WORDPRESS) ## Kill the worker fifty times while it writes into a real WordPress
	@CORRECTIONS_TEST_KILLS=50 CORRECTIONS_TEST_DATABASE=$(DATABASE) $(BIN)/python -m pytest -n 0 tests/test_write_kills.py $(ARGS)

cms: .venv/.test ## Walk through a real WordPress with MariaDB and a real Ghost (ARGS="ghost --kept DIR")
	@$(BIN)/python -m tests.cms $(ARGS)

machine: .venv/.test ## Do any acts in any order for minutes, and see that every invariant holds
	@CORRECTIONS_MACHINE=400 CORRECTIONS_TEST_DATABASE=$(DATABASE) $(BIN)/python -m pytest -n 0 tests/workflow/test_machine.py $(ARGS)

pictures: .venv/.test ## Make the pictures of the README again (ARGS=article-notice: one alone)
	@$(BIN)/python -m tests.bench.pictures $(ARGS)

messages: .venv/.test ## Bring the translations up to the source, and say what is left to do
	@$(BIN)/python -m tests.messages

map: .venv/.run ## Draw the picture of the rooms in docs/ anew
	@$(BIN)/python docs/map.py

lock: ## Choose versions anew (needs uv)
	@uv pip compile -q --universal --generate-hashes --no-header --no-annotate \
	    --extra build pyproject.toml -o requirements.txt
	@uv pip compile -q --universal --generate-hashes --no-header --no-annotate \
	    -c requirements.txt --extra dev pyproject.toml -o tests/requirements.txt
	@uv pip compile -q --universal --generate-hashes --no-header --no-annotate -c tests/requirements.txt --extra build \
	    --extra postgres --extra redis --extra second-factor --extra oidc pyproject.toml -o docs/deploy/requirements.txt

clean: ## Remove what set-up made
	@rm -rf .venv

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	    { echo "Python 3.11 or newer is needed: name one with  make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
	    echo "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@touch $@

.venv/.run: .venv/.python requirements.txt pyproject.toml
	@echo "Setting up (once; about half a minute)…"
	@$(PIP) --require-hashes --only-binary :all: -r requirements.txt || \
	    { echo "A package has no ready-made wheel for this machine, or the package index cannot be reached (see above)." \
	      "Linux x86-64 and macOS arm64 have all of them; elsewhere install a C compiler and run:" \
	      ".venv/bin/pip install -r requirements.txt && touch .venv/.run" >&2; exit 1; }
	@$(PIP) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.venv/.test: .venv/.run tests/requirements.txt
	@echo "Setting up the tests (once; about a minute)…"
	@$(PIP) --require-hashes --only-binary :all: -r tests/requirements.txt || \
	    { echo "A test package has no ready-made wheel for this machine (see above)." \
	      "Linux x86-64 has all of them." >&2; exit 1; }
	@touch $@

.venv/.typescript-$(TYPESCRIPT): .venv/.python
	@echo "Fetching TypeScript $(TYPESCRIPT) (once)…"
	@rm -rf .venv/typescript && mkdir .venv/typescript
	@npm pack --silent --ignore-scripts --pack-destination .venv/typescript typescript@$(TYPESCRIPT) >/dev/null || \
	    { echo "npm cannot fetch typescript@$(TYPESCRIPT) (see above)." >&2; exit 1; }
	@$(BIN)/python -c 'import hashlib, sys; sys.exit(hashlib.sha512(open(sys.argv[1], "rb").read()).hexdigest() != sys.argv[2])' \
	    .venv/typescript/typescript-$(TYPESCRIPT).tgz $(TYPESCRIPT_SHA512) || \
	    { rm -rf .venv/typescript; echo "This is not the typescript@$(TYPESCRIPT) that the Makefile names." >&2; exit 1; }
	@tar -xzf .venv/typescript/typescript-$(TYPESCRIPT).tgz -C .venv/typescript
	@touch $@

.venv/.wordpress-$(WORDPRESS): .venv/.python
	@echo "Fetching WordPress for the tests (once; 158 MB)…"
	@rm -rf .venv/wordpress && mkdir .venv/wordpress
	@npm pack --silent --ignore-scripts --pack-destination .venv/wordpress @wp-playground/wordpress-builds@$(WORDPRESS) >/dev/null || \
	    { echo "npm cannot fetch @wp-playground/wordpress-builds@$(WORDPRESS) (see above)." >&2; exit 1; }
	@$(BIN)/python -c 'import hashlib, sys; sys.exit(hashlib.sha512(open(sys.argv[1], "rb").read()).hexdigest() != sys.argv[2])' \
	    .venv/wordpress/wp-playground-wordpress-builds-$(WORDPRESS).tgz $(WORDPRESS_SHA512) || \
	    { rm -rf .venv/wordpress; echo "This is not the wordpress-builds@$(WORDPRESS) that the Makefile names." >&2; exit 1; }
	@tar -xzf .venv/wordpress/wp-playground-wordpress-builds-$(WORDPRESS).tgz -C .venv/wordpress \
	    package/src/wordpress/wp-6.5.zip package/src/sqlite-database-integration
	@rm .venv/wordpress/*.tgz
	@touch $@

.venv/.oidc-$(OIDC_PROVIDER): .venv/.python tests/oidc/package.json tests/oidc/package-lock.json
	@echo "Fetching an OpenID provider for the tests (once; 3 MB)…"
	@rm -rf .venv/oidc && mkdir .venv/oidc && cp tests/oidc/package.json tests/oidc/package-lock.json .venv/oidc
	@cd .venv/oidc && npm ci --silent --ignore-scripts --no-audit --no-fund || \
	    { rm -rf ../oidc; echo "npm cannot fetch oidc-provider@$(OIDC_PROVIDER) as tests/oidc/package-lock.json names it (see above)." >&2; exit 1; }
	@touch $@
