#!/bin/sh
# Includes point downwards only, in the order of the rooms; each header compiles alone.
# shellcheck disable=SC2086 # rooms are words
set -eu

# The room of a file, as a level: a file may include its own level and those below.
level() {
	case $1 in
	sim/stats/*) echo 1 ;;
	sim/results/*) echo 5 ;;
	sim/scenario/*) echo 6 ;;
	sim/report/* | sim/tune/* | sim/calculator/*) echo 7 ;;
	sim/cli/*) echo 8 ;;
	sim/*) echo 2 ;;
	replay/*) echo 3 ;;
	models/*) echo 4 ;;
	*) echo 9 ;;
	esac
}

rooms="sim models"
[ -d replay ] && rooms="$rooms replay"

bad=0
for file in $(find $rooms -name '*.[ch]' | sort); do
	own=$(level "$file")
	# shellcheck disable=SC2013 # no include of ours holds a blank
	for include in $(sed -n 's/^#include "\(.*\)"$/\1/p' "$file"); do
		if [ "$(level "$include")" -gt "$own" ]; then
			echo "$file includes $include, which lies above it" >&2
			bad=1
		fi
	done
done
if grep -rln 'hdf5' $rooms --include='*.[ch]' | grep -v '^sim/results/'; then
	echo "only sim/results may know hdf5.h" >&2
	bad=1
fi
# shellcheck disable=SC2046 # one word a flag
compile() { ${CC:-gcc} -std=gnu11 -D_GNU_SOURCE -I. $(pkg-config --cflags hdf5-serial gsl libfyaml zlib libzstd libxxhash) "$@"; }
for header in $(find $rooms -name '*.h' | sort); do
	compile -fsyntax-only -x c "$header" || {
		echo "$header does not compile alone" >&2
		bad=1
	}
done
exit $bad
