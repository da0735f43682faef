# Two commands are enough: `make run` shows a market day, `make test` proves it. Both do their own set-up.
.PHONY: run test check bench arm64 gallery mutants soak kills days chaos lock format help

run:            ## Set up, then run till, hub, lockers, broker and cloud on this machine.  ARGS="--once --yes" | --fresh | …
	@.ci/set-up run
	@.venv/bin/stallholder demo $(ARGS)

test:           ## Set up, then run all tests, PROCESSES=2 at a time.  ARGS="-k receipt" | tests/unit | …
	@.ci/set-up test
	@.venv/bin/python -m pytest -n $(or $(PROCESSES),2) --dist loadscope --no-loadscope-reorder $(ARGS)

check:          ## Set up, then hold the code to its rules: format, lint, types, layers, the board's types, the pages.
	@.ci/set-up test
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/mypy --config-file hub/firmware/mypy.ini
	@.ci/check-pages

bench-forecast: ## Forecasts by the protocol, each set left out of training.  DATA=folder of parquet files; needs build/training.
	@build/training/bin/python -W ignore -m tests.bench.forecast_table --data $(DATA)

bench:          ## Measure; writes build/bench.json.  ONLY=ledger for one family.
	@.ci/set-up test
	@.venv/bin/python -m tests.bench $(if $(ONLY),--only $(ONLY))

arm64:          ## The forecast on an emulated Raspberry Pi's processor says what it says here (needs qemu-user-static).
	@.ci/set-up test
	@tests/arm64/run

gallery:        ## Pictures of every page in every state, on three screens by day and night: build/gallery/index.html.
	@.ci/set-up test
	@.venv/bin/python -m tests.browser.gallery

mutants:        ## Take the safeguards of ledger and sync away one by one; each must be caught.  ONLY=sync
	@.ci/set-up test
	@.venv/bin/python -m tests.mutants $(ONLY)

soak:           ## Seeded days on a failing disk and schedules of sync, going on from where it stopped.  MINUTES=10 ONLY=sync
	@.ci/set-up test
	@.venv/bin/python -m tests.soak $(MINUTES) $(ONLY)

kills:          ## Kill the real till with -9 in the middle of selling, many times.  KILLS=200
	@.ci/set-up test
	@KILLS=$(or $(KILLS),200) .venv/bin/python -m pytest tests/crash/test_killed_till.py --timeout=3600 -s

days:           ## 10,000 random days of sales, refunds and cash at one till.  DAYS=1000
	@.ci/set-up test
	@STALLHOLDER_DAYS=$(or $(DAYS),10000) .venv/bin/python -m pytest -q tests/unit/device/test_days_of_cash.py --timeout=7200

chaos:          ## Real processes killed and cut off, 20 seeded trials of each kind and broker.  TRIALS=3 ONLY="nats partition"
	@.ci/set-up test
	@.venv/bin/python -m tests.chaos $(if $(TRIALS),--trials $(TRIALS)) $(if $(ONLY),--only "$(ONLY)")

format:         ## Put the code into its one format.
	@.ci/set-up test
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

LOCK = uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q
PARTS = --extra till --extra hub --extra cloud --group setup
lock:           ## Pin the dependencies anew (needs uv).
	$(LOCK) pyproject.toml $(PARTS) -o requirements.lock
	$(LOCK) pyproject.toml $(PARTS) --group dev -c requirements.lock -o requirements-dev.lock
	$(LOCK) --group board-stubs -o requirements-board.lock

help:           ## Say what each command does.
	@grep -hE '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed 's/: *## */\t/' | expand -t 10
