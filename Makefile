# Everything works from a clean checkout with Python 3.11 or newer and pip.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
VLLM := .venv-vllm
JOBS ?= 2
BASELINE := evals/cases/fixes/baseline.json
EXAM := evals/cases/answers/baseline.json
SAT := answers --agent offline --option floors=renamed,healthy

.PHONY: help demo test test-all test-vllm lint types gate baseline bench docs readme wheel clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /: /' | sort

$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev,agent,search,augment]"
	touch $(STAMP)

demo: $(STAMP) ## write the sample shop and run the whole main job on it
	$(BIN)/steward demo demo --story

test: $(STAMP) ## the tests that need nothing but this checkout
	$(BIN)/python -m pytest -n $(JOBS)

test-all: $(STAMP) ## every test but those of vLLM: training, the slow ones and the wheel included
	$(BIN)/python -m pytest -n $(JOBS) -rs -m "not bench and not vllm"

$(VLLM)/.stamp: tests/vllm/setup.py
	$(PYTHON) tests/vllm/setup.py $(VLLM)
	touch $@

test-vllm: $(STAMP) $(VLLM)/.stamp ## the tests against a real vLLM server, on the processor; 3.4 GB once
	$(BIN)/python -m pytest -rs -m vllm tests/vllm

lint: $(STAMP) ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP) ## mypy, strict
	$(BIN)/mypy

gate: $(STAMP) ## repair the shipped cases, put the exam; refuse what is worse than the kept runs
	$(BIN)/steward eval run fixes --out build/fixes --baseline $(BASELINE)
	$(BIN)/steward eval run $(SAT) --out build/answers --baseline $(EXAM)

baseline: $(STAMP) ## keep new runs for the gate; say why in the commit
	$(BIN)/steward eval run fixes --out build/fixes
	cp build/fixes/run.json $(BASELINE)
	$(BIN)/steward eval run $(SAT) --out build/answers
	cp build/answers/run.json $(EXAM)

bench: $(STAMP) ## print measurements: the profile beside others, and growth from 10 k to 1 M rows
	$(BIN)/python benchmarks/bench_profile.py
	$(BIN)/python benchmarks/bench_growth.py

readme: $(STAMP) ## run the commands of the README again and write down what they said
	$(BIN)/python benchmarks/readme_run.py

docs: $(STAMP) ## write docs/cli.md anew from the help texts
	$(BIN)/python -m steward.cli.reference docs/cli.md

wheel: $(STAMP) ## build the wheel
	$(BIN)/python -m build --wheel

clean: ## remove what was built, not the venv
	rm -rf build dist demo *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
