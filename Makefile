# Everything a person types. `make` alone lists the targets.
PYTHON ?= python3
BIN := .venv/bin
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
endif
HANDBOOK := $(BIN)/handbook

.DEFAULT_GOAL := help
.PHONY: help pdf packet email check audit test test-all lint bench bench-labels bench-fill bench-packets bench-secrets lock clean setup setup-dev proof

help: ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

pdf: setup ## make the handbook and every guide's PDF (MIRROR=… GUIDES=… FIGURES=drawings PAPER=letter PROFILE=print BOOKLET=1 STRICT=1 OFFLINE=1)
	@$(HANDBOOK) build $(if $(MIRROR),--mirror "$(MIRROR)") $(if $(GUIDES),--guides "$(GUIDES)") \
		$(if $(FIGURES),--figures $(FIGURES)) $(if $(PAPER),--paper $(PAPER)) $(if $(PROFILE),--profile $(PROFILE)) $(if $(BOOKLET),--booklet) $(if $(STRICT),--strict) $(if $(OFFLINE),--offline)

packet: setup ## make a client's packet (CLIENT=packets/acme.yaml or TABLE=clients.csv, MIRROR=… FIGURES=drawings)
	@$(HANDBOOK) packet $(if $(CLIENT),"$(CLIENT)") $(if $(TABLE),--table "$(TABLE)") $(if $(MIRROR),--mirror "$(MIRROR)") \
		$(if $(GUIDES),--guides "$(GUIDES)") $(if $(FIGURES),--figures $(FIGURES)) $(if $(PAPER),--paper $(PAPER)) \
		$(if $(OFFLINE),--offline) $(ARGS)

ifneq ($(and $(filter proof,$(MAKECMDGOALS)),$(PAPER)$(PROFILE)$(BOOKLET)),)
$(error a proof is drawn of output/handbook.pdf: leave PAPER, PROFILE and BOOKLET out)
endif
proof: pdf ## draw all pages of the handbook on one sheet, output/proof.png, and mark what changed (ACCEPT=1)
	@$(HANDBOOK) proof $(if $(ACCEPT),--accept)

check: setup ## find what is wrong in the guides (MIRROR=… GUIDES=…)
	@$(HANDBOOK) check $(if $(MIRROR),--mirror "$(MIRROR)") $(if $(GUIDES),--guides "$(GUIDES)") $(ARGS)

email: setup ## write a guide into an e-mail draft (GUIDE=binance TO=name@domain; SEND=1 sends it, TABLE=file.csv takes many)
	@$(HANDBOOK) email $(GUIDE) $(if $(TO),--to "$(TO)") $(if $(filter command,$(origin CC)),--cc "$(CC)") $(if $(TABLE),--table "$(TABLE)") $(if $(ALL),--all) $(if $(SEND),--send) $(ARGS)

audit: setup ## show what is masked and cropped on every screenshot (MIRROR=… GUIDES=…)
	@$(HANDBOOK) audit $(if $(MIRROR),--mirror "$(MIRROR)") $(if $(GUIDES),--guides "$(GUIDES)") $(ARGS)

test: setup-dev ## run the tests
	@$(BIN)/python -m pytest -q -n auto --dist worksteal -m "not slow" $(ARGS)

test-all: setup-dev ## run all tests, also those that take long
	@$(BIN)/python -m pytest -q $(ARGS)

lint: setup-dev ## check style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

bench: setup-dev ## measure builds: first, unchanged, after one edit (MIRROR=…)
	@$(BIN)/python -m benchmarks.builds $(if $(MIRROR),--mirror "$(MIRROR)")

bench-labels: setup-dev ## measure how well the words beside the marks can be read in print (MIRROR=… GUIDES=… ARGS=--sizes)
	@$(BIN)/python -m benchmarks.labels $(if $(MIRROR),--mirror "$(MIRROR)") $(if $(GUIDES),--guides "$(GUIDES)") $(ARGS)

bench-fill: setup-dev ## measure how full the pages of chapters are (MIRROR=… GUIDES=… FIGURES=drawings)
	@$(BIN)/python -m benchmarks.fill $(if $(MIRROR),--mirror "$(MIRROR)") $(if $(GUIDES),--guides "$(GUIDES)") \
		$(if $(FIGURES),--figures $(FIGURES)) $(ARGS)

bench-packets: setup-dev ## measure packets: how many a second, and how much memory they take (MIRROR=… FIGURES=… ARGS='--clients 1000')
	@$(BIN)/python -m benchmarks.packets $(if $(MIRROR),--mirror "$(MIRROR)") $(if $(FIGURES),--figures $(FIGURES)) $(ARGS)

bench-secrets: setup-dev ## measure how many made-up secrets are covered, by kind (ARGS=--pictures DIR)
	@$(BIN)/python -m benchmarks.recall $(ARGS)

lock: setup-dev ## write the lock files anew from pyproject.toml
	@$(BIN)/python tools/lock.py

clean: ## remove what can be made again, screenshots excepted
	@rm -rf .cache output/*.pdf output/guides output/print output/packets output/email output/a4 output/letter output/screens \
		output/audit.html output/proof.png \
		output/.building-* output/.publishing.* output/.writing-* assets/screenshots/*/.part-*

setup:
	@$(PYTHON) tools/bootstrap.py run

setup-dev:
	@$(PYTHON) tools/bootstrap.py dev
