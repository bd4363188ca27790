#!/usr/bin/env bash
# package.sh                   -> out/massdriver-VERSION.vsix: for any platform, without the server
# package.sh TARGET SERVER     -> out/massdriver-TARGET-VERSION.vsix: with it; TARGET as vsce names it, such as linux-x64
# What is packaged is first laid out in out/package, so nothing else can slip in. Needs no network.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:-} server=${2:-}
if [ -n "$target" ] && [ ! -f "$server" ]; then echo "no server at '$server'" >&2; exit 2; fi

node scripts/build.mjs
rm -rf out/package
mkdir -p out/package/syntaxes
cp -r package.json README.md dist out/package
cp syntaxes/*.json out/package/syntaxes
cp -r images out/package
cp ../../CHANGELOG.md out/package
cat ../../LICENSE-MIT ../../LICENSE-APACHE > out/package/LICENSE.txt
name=massdriver options=()
if [ -n "$target" ]; then
  mkdir out/package/server
  program=massdriver-ls
  case $target in win32-*) program=massdriver-ls.exe ;; esac
  install -m 755 "$server" "out/package/server/$program"
  name+=-$target options=(--target "$target")
fi
printf "" > out/package/.vscodeignore
repository=https://github.com/massdriver-cloud/massdriver-ls
# Everything is in dist, so there are no node_modules to look through.
cd out/package
../../node_modules/.bin/vsce package --no-dependencies "${options[@]}" \
  --baseContentUrl "$repository/blob/main/editors/vscode" --baseImagesUrl "$repository/raw/main/editors/vscode" \
  --out "../$name-$(node -p 'require("./package.json").version').vsix"
