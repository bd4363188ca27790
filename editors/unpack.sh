#!/bin/sh
# unpack.sh PREFIX PACKAGE...: unpacks Debian packages of a newer suite ($SUITE, default forky) with all that they need,
# libc included, into PREFIX/root. Nothing else on the system changes and no rights are needed. What is in PREFIX/root
# runs through the loader there.
set -eu

prefix=$1
shift
for tool in apt-get dpkg-deb; do
  command -v $tool >/dev/null || { echo "no $tool" >&2; exit 1; }
done
[ "$(. /etc/os-release && echo "$ID")" = debian ] || { echo "not Debian" >&2; exit 1; }

mkdir -p "$prefix"
prefix=$(cd "$prefix" && pwd)
work=$prefix/unpacking
rm -rf "$work"
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/root"

# The mirror that this machine already uses, but another suite; an empty dpkg status makes apt fetch everything.
mirror=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list.d/*.sources 2>/dev/null | head -n 1)
[ -n "$mirror" ] || mirror=$(sed -n 's/^deb  *\(\[[^]]*\]  *\)\{0,1\}\([^ ]*\) .*/\2/p' /etc/apt/sources.list | head -n 1)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror ${SUITE:-forky} main" >"$work/sources.list"
: >"$work/status"
cat >"$work/apt.conf" <<CONF
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "$work";
Dir::State::lists "$work/lists";
Dir::State::status "$work/status";
Dir::Cache "$work";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
APT::Sandbox::User "$(id -un)";
Debug::NoLocking "true";
CONF
export APT_CONFIG="$work/apt.conf"
apt-get update -qq >&2
apt-get install -qq -y --download-only --no-install-recommends "$@" >&2
for package in "$work"/archives/*.deb; do
  dpkg-deb -x "$package" "$work/root"
done
rm -rf "$prefix/root"
mv "$work/root" "$prefix/root"
