.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
LOCK := pyproject.toml uv.lock deploy/setup/environment
# Much of a test's time is waiting for a process: two files of tests run side by side, each beside banks of
# its own; `.venv/bin/pytest tests/...` runs one after the other. `make test-full` runs the rest: what needs an
# image, the deaths of cards and loans, and the longest walks through the portal.
TESTS := $(filter-out tests/full tests/__pycache__,$(patsubst %/,%,$(wildcard tests/*/)))
SIDE_BY_SIDE := --numprocesses 2 --dist loadfile
LONG := $(addprefix tests/faults/,test_cards.py test_loans.py) \
  $(addprefix tests/journeys/,test_every_page.py test_without_a_service.py test_cards.py test_signatories.py test_workplace.py)

.PHONY: help
help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: up
up: .make/run .make/nginx assets ## Start the whole bank in this terminal; Ctrl-C closes it
	@exec $(BIN)/arhan up

.PHONY: test
test: .make/dev .make/nginx .make/rabbitmq .make/chromium assets ## Run every test, as CI does
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(TESTS) $(addprefix --ignore=,$(LONG))

.PHONY: check
check: .make/dev ## Format, lint, types, borders, unit tests: before each commit
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -m "not slow" $(wildcard tests/unit tests/repo)

.PHONY: format
format: .make/dev ## Format the code and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: contracts
contracts: .make/dev ## Write OpenAPI documents, event schemas, gateway, compose and systemd anew
	$(BIN)/python -m tests.contracts.generate
	$(BIN)/python -m arhan.runner.gateway > deploy/nginx/gateway.conf
	$(BIN)/python -m arhan.runner.compose > compose.yaml
	$(BIN)/python -m arhan.runner.systemd deploy/systemd

.PHONY: bench
bench: .make/run ## Measure the bank that `make up` started: payments and movements per second
	$(BIN)/arhan bench movements
	$(BIN)/arhan bench transfers

.PHONY: compose-up
compose-up: ## Build and start the bank in containers, with RabbitMQ and a database per service
	docker compose up --build --detach
	@docker compose ps gateway

.PHONY: compose-demo
compose-demo: ## Let customers into the bank in containers and have them pay each other
	docker compose run --rm demo

.PHONY: compose-down
compose-down: ## Stop the bank in containers; its volumes keep money and keys
	docker compose down

.PHONY: test-full
test-full: .make/dev .make/nginx .make/rabbitmq .make/chromium .make/buildah .make/debootstrap assets ## Build the image and test full mode: RabbitMQ, replicas, chaos (30 minutes)
	$(BIN)/python -m pytest --durations=10 tests/full
	$(BIN)/python -m pytest --durations=10 $(SIDE_BY_SIDE) $(LONG)

.PHONY: screens
screens: .make/dev .make/nginx .make/chromium assets ## Take the pictures of the portal in docs/screens anew (light, dark, desktop, phone)
	$(BIN)/python -m tests.screens

.PHONY: assets
assets: .make/run
	@$(BIN)/python arhan/frontend/assets/build

# Set-up, each step once and again only when what it depends on has changed.

.make/run: $(LOCK)
	@deploy/setup/environment
	@mkdir -p .make && touch $@

.make/dev: $(LOCK)
	@deploy/setup/environment --all-groups
	@mkdir -p .make && touch $@ .make/run

.make/nginx:
	@deploy/setup/package nginx "to be the gateway" nginx
	@mkdir -p .make && touch $@

.make/rabbitmq:
	@deploy/setup/package rabbitmq-server "to test with the broker of the full mode" rabbitmq-server
	@mkdir -p .make && touch $@

.make/buildah .make/debootstrap: .make/%:
	@deploy/setup/package $* "to build the image without a Docker engine" $*
	@mkdir -p .make && touch $@

.make/chromium:
	@deploy/setup/package chromium "to test in a browser" chromium
	@mkdir -p .make && touch $@
