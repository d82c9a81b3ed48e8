#!/bin/sh
# Formatting, static analysis, shell scripts. Installs the linters if they are missing.
set -eu

missing=
for package in clang-format clang-tidy cppcheck shellcheck clang; do
	command -v $package >/dev/null 2>&1 || missing="$missing $package"
done
if [ -n "$missing" ]; then
	[ "$(id -u)" = 0 ] && sudo='' || sudo=sudo
	# shellcheck disable=SC2086
	$sudo apt-get install -y -q --no-install-recommends $missing
fi

files=$(git ls-files '*.c' '*.h')
flags="-std=gnu11 -D_GNU_SOURCE -I. $(pkg-config --cflags hdf5-serial gsl libfyaml zlib libzstd libxxhash)"

echo "clang-format"
# shellcheck disable=SC2086
clang-format --dry-run -Werror $files

echo "cppcheck"
cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability \
	--inline-suppr --suppress=missingIncludeSystem --suppress=unknownMacro \
	-D_GNU_SOURCE -DCOALMINE_VERSION='"lint"' -I. -j 2 sim models replay bench

echo "clang-tidy"
# shellcheck disable=SC2086
git ls-files '*.c' | grep -v '^tests/' |
	xargs -P 2 -n 1 sh -c 'clang-tidy --quiet "$@" -- -DCOALMINE_VERSION=\"lint\" '"$flags"' 2>/dev/null' sh

echo "shellcheck"
# shellcheck disable=SC2046
shellcheck $(git ls-files '*.sh') .ci/run
