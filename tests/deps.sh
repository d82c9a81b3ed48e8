#!/bin/sh
# Installs what is missing, through the package manager, and nothing that is there: what building and
# testing take, and the packages that are named.
set -eu

packages="gcc make pkg-config libhdf5-dev libgsl-dev libfyaml-dev zlib1g-dev libzstd-dev libxxhash-dev libcriterion-dev gnuplot-nox fonts-dejavu-core $*"

if ! command -v dpkg-query >/dev/null 2>&1; then
	pkg-config --exists hdf5-serial gsl libfyaml zlib libzstd libxxhash criterion 2>/dev/null && exit 0
	echo "coalmine needs gcc, make, pkg-config, HDF5 (serial), GSL, libfyaml, zlib, zstd, xxHash,"
	echo "Criterion and gnuplot." >&2
	echo "This is not Debian; please install them with your package manager." >&2
	exit 1
fi

missing=
for package in $packages; do
	dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
		missing="$missing $package"
done
[ -z "$missing" ] && exit 0

sudo=
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null 2>&1; then
		echo "Please install as root: apt-get install$missing" >&2
		exit 1
	fi
	sudo=sudo
fi
echo "Installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # one word a package
install() { $sudo apt-get install -y -q --no-install-recommends $missing; }
install || { $sudo apt-get update -q && install; } || {
	echo "Could not install; please install as root: apt-get install$missing" >&2
	exit 1
}
