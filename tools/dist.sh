#!/usr/bin/env bash
# dist.sh TARGET PROGRAM [OUT]: packs a built program as it is released: OUT/massdriver-ls-TARGET.tar.gz (.zip for Windows),
# with completions, manual pages and licences, and its checksum. OUT is target/dist where it is not given.
set -euo pipefail
target=$1 program=$(realpath "$2")
cd "$(dirname "$0")/.."
out=${3:-target/dist}
name=massdriver-ls-$target
mkdir -p "$out"
out=$(cd "$out" && pwd)
rm -rf "${out:?}/$name"
mkdir "$out/$name"
cp "$program" README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "$out/$name"
# Made on this machine, whatever the program is for.
cargo run --locked --quiet --example shell-files -- "$out/$name"

cd "$out"
case $target in
  *windows*) archive=$name.zip; rm -f "$archive"; if command -v zip > /dev/null; then zip -qr "$archive" "$name"; else 7z a -bso0 "$archive" "$name"; fi ;;
  *) archive=$name.tar.gz; tar -czf "$archive" "$name" ;;
esac
if command -v sha256sum > /dev/null; then sha256sum "$archive"; else shasum -a 256 "$archive"; fi > "$archive.sha256"
rm -r "$name"
echo "$out/$archive"
