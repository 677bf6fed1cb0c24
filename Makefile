# make            build/unionhall and build/tests/NAME          make demo    a hall to try: HOST= PORT=; demo-reset, demo-table
# make test       every test, ends with `N passed, N failed`    make check   style, layers, headers, analyser
# make bench      the figures of bench/README.md                make fuzz    every fuzz target for SECONDS (60)
# make soak       hours of kill rounds and fuzzing              make clean   removes what make made
# make install-engines  FEEL and DMN as a library with pkg-config: PREFIX= (/usr/local) DESTDIR=; examples/ uses it
# make differential  FEEL and DMN against Apache KIE (downloads 318 MB) and feelin: SEED=, tests/differential/README.md
.PHONY: all build deps deps-test deps-bench demo demo-reset demo-table test check bench fuzz soak differential install-engines clean
.DEFAULT_GOAL := build
SECONDS ?= 60
GENERATOR = -G Ninja

all: build

deps:
	@tools/deps.sh build
deps-test: deps
	@tools/deps.sh test
deps-bench: deps
	@tools/deps.sh bench

build: deps
	@test -f build/build.ninja || cmake -S . -B build $(GENERATOR) >/dev/null
	@cmake --build build

demo: build
	@tools/demo.sh
demo-reset: build
	@tools/demo.sh reset
demo-table: build
	@tools/demo.sh table

test: deps-test build
	@tools/test.sh

check: deps-test build
	@tools/check/check.sh

bench: deps-bench build
	@/usr/bin/python3 bench/run.py

fuzz: deps-test
	@tools/fuzz.sh $(SECONDS)

soak: deps-test build
	@tools/soak.sh

PREFIX ?= /usr/local
install-engines: build
	@DESTDIR=$(DESTDIR) cmake --install build --component engines --prefix $(PREFIX)

SEED ?= 1
differential: deps-test build
	@cd tests/differential && npm ci --ignore-scripts --no-audit --no-fund && cd kie && npm ci --ignore-scripts --no-audit --no-fund
	@node tests/differential/feelin.mjs build $(SEED) 20000
	@node tests/differential/kie.mjs build $(SEED) 20000 1000

clean:
	rm -rf build build-asan build-tsan build-fuzz build-clang build-arm64 bench/node_modules tests/browser/node_modules tests/openapi/node_modules tests/differential/node_modules tests/differential/kie/node_modules
