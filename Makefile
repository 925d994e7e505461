# The one entry for people. `make run` and `make test` set up all they need in .venv.
PYTHON ?= python3
VENV   ?= .venv
ARGS   ?= msmtp you@sohu.com
TESTS  ?=
JOBS   ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
ANSIBLE_TESTS ?=
OLD    ?=
NEW    ?=
SITE_URL ?= https://mailgen.invalid/

.PHONY: run test newer lint bench bench-compare wheel site target-table zipapp deb picker picker-test collection ansible-lint ansible-test programs clean

run: $(VENV)/.installed
	@$(VENV)/bin/mailgen $(ARGS)

# JOBS: how many processes run the tests, one more than processors if nothing is said, for they also wait for servers;
# 0 is this one alone.
test: $(VENV)/.dev programs
	$(VENV)/bin/python -m pytest --numprocesses $(JOBS) --dist worksteal $(TESTS)

lint: $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/reuse lint --quiet || $(VENV)/bin/reuse lint

bench: $(VENV)/.dev
	$(VENV)/bin/python benchmarks/run.py

# What became slower since OLD, a commit of benchmarks/history; NEW is the newest there.
bench-compare: $(VENV)/.dev
	@$(VENV)/bin/python benchmarks/history.py $(OLD) $(NEW)

wheel: $(VENV)/.dev
	$(VENV)/bin/python -m build --outdir dist

# mailgen as one file, dist/mailgen.pyz, for any Python from 3.11 on.
zipapp: wheel
	$(VENV)/bin/python tools/build-zipapp $$(ls -t dist/*.whl | head -n 1) dist/mailgen.pyz

# Debian's source package and package, judged by lintian, in a Debian 13 of its own below $(VENV); wants root.
deb: wheel
	tools/trixie-deb $(VENV)/debian $$(ls -t dist/*.tar.gz | head -n 1) dist/debian

# The page that answers as mailgen does, in dist/picker; wants node and npm.
picker: zipapp
	@command -v npm >/dev/null || tools/debian-packages tests/picker/debian-packages.txt
	tools/build-picker dist/mailgen.pyz dist/picker

# It in a real browser; wants chromium too.
picker-test: dist/picker/SHA256SUMS $(VENV)/.picker
	@command -v chromium >/dev/null || tools/debian-packages tests/picker/debian-packages.txt
	MAILGEN_PICKER=$(abspath dist/picker) $(VENV)/bin/python -m pytest -q --numprocesses 0 tests/picker

$(VENV)/.picker: $(VENV)/.dev
	@$(VENV)/bin/pip install --quiet 'playwright>=1.40' 1>&2
	@touch $@

# A mirror for programs, pages for people and the picker, in site/; SITE_URL is where they will be.
site: $(VENV)/.dev dist/picker/SHA256SUMS
	$(VENV)/bin/mailgen publish site --all --pages --documents docs --documents README.md \
		--documents README.zh-CN.md --picker dist/picker --url $(SITE_URL)

dist/picker/SHA256SUMS: $(shell git ls-files generator picker providers schema templates tools 2>/dev/null)
	$(MAKE) picker

# The table of targets in README.md and README.zh-CN.md, from the manifests.
target-table: $(VENV)/.installed
	@$(VENV)/bin/python tools/target-table

# The Ansible collection. ANSIBLE_TESTS: some of sanity, units and integration instead of all.
collection: $(VENV)/.collection
	@PATH=$(abspath $(VENV))/bin:$$PATH tools/build-collection dist

ansible-lint: $(VENV)/.collection
	@PATH=$(abspath $(VENV))/bin:$$PATH tools/lint-collection

ansible-test: $(VENV)/.collection $(VENV)/.dev programs
	@$(VENV)/bin/python tools/ansible-test $(ANSIBLE_TESTS)

# What the clients of the next Debian read of what is written for them; its packages lie in a folder of their own.
newer: $(VENV)/.dev programs
	@tools/debian-root trixie $(VENV)/trixie msmtp fetchmail mutt neomutt aerc isync meli
	@PATH=$(abspath $(VENV))/trixie/bin:$$PATH MAILGEN_NEWER=yes $(VENV)/bin/python -m pytest -q --numprocesses 0 \
		tests/formats/test_golden_programs.py tests/formats/aerc tests/formats/mbsync tests/formats/meli \
		tests/flow/test_meli.py -k "not thunderbird"

# The clients and servers that the tests run: installed when root, else named.
programs:
	@tools/debian-packages tests/debian-packages.txt templates/*/target.yaml
	@tools/mail-servers $(VENV)/servers nullmailer=nullmailer exim=exim4-base,exim4-config,exim4-daemon-light dma=dma opensmtpd=opensmtpd
	@tools/debian-root --alone trixie $(VENV)/alone swaks
	@tools/debian-root --alone "$$(. /etc/os-release && echo "$$VERSION_CODENAME")" $(VENV)/evolution \
		$$(sed 's/#.*//' tests/formats/sourcefile/debian-packages.txt)
	@tools/debian-root trixie $(VENV)/later meli || echo "make: meli cannot be fetched; its tests say so" >&2

$(VENV)/bin/python:
	@tools/make-venv $(PYTHON) $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	@echo "make: setting mailgen up in $(VENV); the first time this fetches packages and takes a minute or two" 1>&2
	@$(VENV)/bin/pip install --quiet --editable . 1>&2
	@touch $@

$(VENV)/.dev: $(VENV)/.installed pyproject.toml
	@$(VENV)/bin/pip install --quiet --editable '.[dev]' 1>&2
	@touch $@

$(VENV)/.collection: $(VENV)/.installed pyproject.toml
	@$(VENV)/bin/pip install --quiet --editable '.[collection]' 1>&2
	@touch $@

clean:
	rm -rf $(VENV) dist build site generator/mailgen/catalog.sqlite
