#!/usr/bin/env bash
# bump.sh VERSION: gives the server and the extensions of editors one version. A test wants them to be equal.
set -euo pipefail
version=$1
if ! [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]; then
  echo 'usage: tools/bump.sh MAJOR.MINOR.PATCH' >&2
  exit 2
fi
cd "$(dirname "$0")/.."
edit() { sed -E "$1" "$2" > "$2.new" && cat "$2.new" > "$2" && rm "$2.new"; }
for file in Cargo.toml editors/zed/Cargo.toml editors/zed/extension.toml; do
  edit "s/^version = \".*\"/version = \"$version\"/" "$file"
done
edit "/^name = \"massdriver-ls\"/,/^version/s/^version = \".*\"/version = \"$version\"/" Cargo.lock
edit "s/^  \"version\": \".*\",/  \"version\": \"$version\",/" editors/vscode/package.json
# The package itself stands first, twice, in its lock.
edit "1,12s/^(    )?(  )?\"version\": \".*\",/\1\2\"version\": \"$version\",/" editors/vscode/package-lock.json
edit "s#(massdriver-ls@v|  rev: v)[0-9]+\.[0-9]+\.[0-9]+#\1$version#" README.md
