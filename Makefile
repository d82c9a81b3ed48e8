# coalmine. On a fresh Debian machine two commands do everything:
#     make demo      install what is missing, build, run the main job: results and figures in out/
#     make test      the tests
# Also: make, suite, test-slow, oracles, traces, lint, bench, theory, calibration, regret, scoreboard, fuzz,
#     install, clean.
# Settings:
#     CC=clang                       another compiler
#     SAN=address,undefined          sanitizers; SAN=thread for races
#     PREFIX=/usr/local DESTDIR=     where install puts things

VERSION := 0.1.0
PREFIX  ?= /usr/local
SAN     ?=
ifeq ($(origin CC),default)
CC := gcc
endif

# Every compiler and sanitizer has a directory of its own, so that none spoils another's objects.
comma := ,
BUILD := build/$(notdir $(CC))$(if $(SAN),-$(subst $(comma),-,$(SAN)))
# Sanitized runs find mistakes sooner with optimisation that keeps frames.
OPT   := $(if $(SAN),-O1 -fno-omit-frame-pointer -fsanitize=$(SAN) -fno-sanitize-recover=all,-O3)

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Wundef -Wwrite-strings
# Asked for when a recipe runs, because `deps` may have to install pkg-config first. Fused
# multiply-adds would make results depend on the processor.
PACKAGES   = hdf5-serial gsl libfyaml zlib libzstd libxxhash
PKG_CFLAGS = $(shell pkg-config --cflags $(PACKAGES))
PKG_LIBS   = $(shell pkg-config --libs $(PACKAGES)) -lhdf5_serial_hl
ALL_CFLAGS = -std=gnu11 -pthread -g $(OPT) -ffp-contract=off $(WARNINGS) $(CFLAGS)
ALL_CPPFLAGS = -I. -D_GNU_SOURCE -DCOALMINE_VERSION='"$(VERSION)"' $(PKG_CFLAGS) $(CPPFLAGS)

sources  := $(wildcard sim/*.c sim/stats/*.c sim/scenario/*.c sim/results/*.c sim/report/*.c sim/tune/*.c \
              sim/calculator/*.c \
              models/*.c models/*/*.c replay/*.c)
commands := $(wildcard sim/cli/*.c)
tests    := $(wildcard tests/test_*.c) tests/world.c tests/leaks.c bench/regret.c bench/league.c bench/scoreboard.c
slow     := $(wildcard tests/slow/*.c) tests/world.c tests/leaks.c bench/calibration.c bench/regret.c \
            bench/league.c bench/scoreboard.c
oracles  := $(wildcard tests/oracles/*.c)
theory   := $(wildcard bench/theory*.c)
calibration := bench/calibration.c bench/calibration_main.c bench/picture.c
regret := bench/regret.c bench/regret_main.c bench/picture.c
scoreboard := bench/league.c bench/scoreboard.c bench/scoreboard_main.c bench/picture.c
benches  := $(filter-out $(theory) $(calibration) $(regret) $(scoreboard),$(wildcard bench/*.c))
fuzzers  := $(wildcard tests/fuzz/fuzz_*.c)

objects = $(patsubst %.c,$(BUILD)/%.o,$(1))
library := $(BUILD)/libcoalmine.a
program := $(BUILD)/coalmine

.PHONY: all demo deps test test-slow suite oracles traces lint bench theory calibration regret scoreboard \
        fuzz install clean
all: $(program)

demo: deps
	@$(MAKE) --no-print-directory all
	@mkdir -p out
	$(program) plot scenarios/checkout-canary.yaml -o out
	$(program) run scenarios/checkout-canary.yaml --force -o out/checkout-canary.h5
	$(program) plot out/checkout-canary.h5 -o out

deps:
	@tests/deps.sh

# Criterion's workers don't live with the thread sanitizer: an unsanitized runner then drives a
# sanitized program.
runner := $(if $(findstring thread,$(SAN)),build/$(notdir $(CC)),$(BUILD))/run-tests
test: deps
	@$(MAKE) --no-print-directory all
	@$(MAKE) --no-print-directory SAN=$(if $(findstring thread,$(SAN)),,$(SAN)) $(runner)
	@tests/layers.sh
	COALMINE=$(program) $(runner) --jobs 2 $(if $(findstring thread,$(SAN)),--filter '@(cli|import)/*')

# Whether every shipped scenario still shows what it expects.
suite: deps
	@$(MAKE) --no-print-directory all
	$(program) check scenarios --fail-on-undecided

test-slow: deps
	@$(MAKE) --no-print-directory $(BUILD)/run-tests-slow all
	COALMINE=$(program) $(BUILD)/run-tests-slow --jobs 2

# Answers that other programs computed, in a folder of tables: make oracles ORACLES=folder
oracles: deps
	@$(MAKE) --no-print-directory $(BUILD)/run-oracles
	@test -d "$(ORACLES)" || { echo "name the folder of tables: make oracles ORACLES=folder" >&2; exit 2; }
	@ORACLES="$(ORACLES)" $(BUILD)/run-oracles

# Real traffic that others recorded, in a folder: make traces TRACES=folder
traces: deps
	@$(MAKE) --no-print-directory all
	@COALMINE=$(program) tests/real_traces.sh "$(TRACES)"

bench:
	@tests/deps.sh goaccess
	@$(MAKE) --no-print-directory $(BUILD)/run-bench all
	COALMINE=$(program) $(BUILD)/run-bench

# Every claim beside its formula; fails if one is further off than chance can be.
theory: deps
	@$(MAKE) --no-print-directory $(BUILD)/run-theory
	$(BUILD)/run-theory

# Every detector's false alarms over whole rollouts, beside its promise: a table and out/calibration.svg
calibration: deps
	@$(MAKE) --no-print-directory $(BUILD)/run-calibration
	$(BUILD)/run-calibration

# What every policy of bandits regrets on two arms and on eight: a table and out/regret.svg
regret: deps
	@$(MAKE) --no-print-directory $(BUILD)/run-regret
	$(BUILD)/run-regret

# A league of rollouts over the shipped scenarios: out/scoreboard.md, .csv and a figure
scoreboard: deps
	@$(MAKE) --no-print-directory $(BUILD)/run-scoreboard
	$(BUILD)/run-scoreboard

lint: deps
	@tests/lint.sh

$(program): $(call objects,$(commands)) $(library)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm

$(library): $(call objects,$(sources)) $(BUILD)/plots_embedded.o
	@rm -f $@
	@$(AR) rcs $@ $^

$(BUILD)/plots_embedded.c: plots/embed.awk $(wildcard plots/*.gp)
	@mkdir -p $(@D)
	@awk -f $^ > $@

$(BUILD)/plots_embedded.o: $(BUILD)/plots_embedded.c
	@$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/run-tests: $(call objects,$(tests)) $(library)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lcriterion -lm

$(BUILD)/run-tests-slow: $(call objects,$(slow)) $(library)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lcriterion -lm

$(BUILD)/run-bench: $(call objects,$(benches)) $(library)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm

$(BUILD)/run-oracles: $(call objects,$(oracles)) $(library)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm

$(BUILD)/run-calibration: $(call objects,$(calibration)) $(library)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm

$(BUILD)/run-regret: $(call objects,$(regret)) $(library)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm

$(BUILD)/run-scoreboard: $(call objects,$(scoreboard)) $(library)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm

$(BUILD)/run-theory: $(call objects,$(theory)) $(library)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# A minute of each fuzzer; longer with FUZZ_SECONDS. What they find new stays in build/fuzz.
FUZZ_SECONDS ?= 60
fuzz: deps
	@$(MAKE) --no-print-directory all
	@mkdir -p build/fuzz/corpus
	@set -e; for f in $(notdir $(basename $(fuzzers))); do echo "$$f"; \
	  clang $(ALL_CPPFLAGS) -std=gnu11 -pthread -g -O1 -fsanitize=fuzzer,address,undefined \
	    -o build/fuzz/$$f tests/fuzz/$$f.c $(sources) $(BUILD)/plots_embedded.c $(PKG_LIBS) -lm; \
	  build/fuzz/$$f -max_total_time=$(FUZZ_SECONDS) -timeout=10 -artifact_prefix=build/fuzz/ build/fuzz/corpus tests/fuzz/corpus tests/data/logs; done

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/coalmine/scenarios
	install -m 755 $(program) $(DESTDIR)$(PREFIX)/bin/coalmine
	install -m 644 scenarios/*.yaml scenarios/*.h5 $(DESTDIR)$(PREFIX)/share/coalmine/scenarios

clean:
	rm -rf build out

-include $(patsubst %.o,%.d,$(call objects,$(sources) $(commands) $(tests) $(slow) $(benches) $(theory) $(oracles) $(calibration) $(regret) $(scoreboard)))
