#!/usr/bin/env bash
# install.sh DIRECTORY [VERSION]: puts a released massdriver-ls (default: the newest) into a directory, after a look at its
# checksum. $MASSDRIVER_LS_RELEASES is where releases are.
set -euo pipefail
directory=$1 version=${2:-}
releases=${MASSDRIVER_LS_RELEASES:-https://github.com/massdriver-cloud/massdriver-ls/releases}

case $(uname -s)-$(uname -m) in
  Linux-x86_64) target=x86_64-unknown-linux-musl ;;
  Linux-aarch64) target=aarch64-unknown-linux-musl ;;
  Darwin-x86_64) target=x86_64-apple-darwin ;;
  Darwin-arm64) target=aarch64-apple-darwin ;;
  MINGW*-x86_64 | MSYS*-x86_64) target=x86_64-pc-windows-msvc ;;
  *) echo "there is no release for $(uname -s) on $(uname -m)" >&2; exit 1 ;;
esac
case $target in *windows*) archive=massdriver-ls-$target.zip ;; *) archive=massdriver-ls-$target.tar.gz ;; esac
from=$releases/latest/download
if [ -n "$version" ]; then from=$releases/download/v${version#v}; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for file in "$archive" "$archive.sha256"; do
  curl --fail --silent --show-error --location --retry 3 --output "$work/$file" "$from/$file"
done
cd "$work"
if command -v sha256sum > /dev/null; then sha256sum --check --quiet "$archive.sha256"; else shasum -a 256 --check --quiet "$archive.sha256"; fi
case $archive in *.zip) unzip -q "$archive" ;; *) tar -xzf "$archive" ;; esac
mkdir -p "$directory"
install -m 755 "massdriver-ls-$target"/massdriver-ls* "$directory"
