#!/usr/bin/env bash
# test.sh PROGRAM: packs a program as for a release, installs that from a folder that stands in for the releases, and runs
# what the action runs.
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/.."
run=$(mktemp -d)
trap 'rm -rf "$run"' EXIT
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
say() { echo "ok   $1"; }

release=$run/releases/download/v$version
archive=$(tools/dist.sh "$(uname -m)-unknown-linux-musl" "$program" "$release")
tar -tzf "$archive" > "$run/listing"
for file in massdriver-ls LICENSE-MIT man/massdriver-ls.1 man/massdriver-ls-check.1 completions/massdriver-ls.bash completions/_massdriver-ls; do
  grep -qx "massdriver-ls-$(uname -m)-unknown-linux-musl/$file" "$run/listing" || { echo "FAIL: $file is not in the archive" >&2; exit 1; }
done
say 'the archive holds the program, manual pages and completions'

export MASSDRIVER_LS_RELEASES=file://$run/releases
tools/install.sh "$run/bin" "$version"
PATH=$run/bin:$PATH
[ "$(command -v massdriver-ls)" = "$run/bin/massdriver-ls" ]
massdriver-ls --version | grep -qF "$version"
say 'what is released can be installed'
tools/install.sh "$run/own"
"$run/own/massdriver-ls" --version | grep -qF "$version"
say 'without a version, that of the script is installed'
echo >> "$archive"
if tools/install.sh "$run/other" "$version" > /dev/null 2>&1; then echo 'FAIL: a changed archive was installed' >&2; exit 1; fi
for digest in '' deadbeef "$(printf '' | sha256sum | cut -d' ' -f1)  /dev/null"; do
  echo "$digest" > "$archive.sha256"
  if tools/install.sh "$run/other" "$version" > /dev/null 2>&1; then echo 'FAIL: an archive without its checksum was installed' >&2; exit 1; fi
done
[ ! -e "$run/other" ]
say 'a changed archive is refused'

editors/bundle.sh "$run/a bundle"
for path in --help --rule=name-invalid=off -; do
  if PATHS=$path tools/check.sh < /dev/null > "$run/found" 2>&1 || grep -q Usage "$run/found"; then
    [ "$path" = - ] || { echo "FAIL: the path $path was taken for an option" >&2; exit 1; }
  fi
done
say 'a path is not taken for an option'
code=0
PATHS="$run/a bundle" ARGS=$'--deny\nwarnings' tools/check.sh > "$run/found" || code=$?
[ "$code" = 1 ]
python3 - "$run/found" <<'PYTHON'
import json, re, sys
patterns = json.load(open(".github/problem-matcher.json"))["problemMatcher"][0]["pattern"]
lines = open(sys.argv[1]).read().splitlines()
found = [i for i in range(len(lines) - 1) if re.match(patterns[0]["regexp"], lines[i]) and re.match(patterns[1]["regexp"], lines[i + 1])]
# The mistake of the bundle, and that of its program.
assert len(found) == 2, lines
PYTHON
say 'the action finds, and the problem matcher understands'

cp -r README.md Cargo.toml Cargo.lock "$run"
mkdir -p "$run/tools" "$run/editors/zed" "$run/editors/vscode"
cp tools/bump.sh "$run/tools"
cp editors/zed/*.toml "$run/editors/zed"
cp editors/vscode/package*.json "$run/editors/vscode"
"$run/tools/bump.sh" 9.8.7
for file in README.md Cargo.toml Cargo.lock editors/zed/Cargo.toml editors/zed/extension.toml editors/vscode/package.json editors/vscode/package-lock.json; do
  wanted=1
  case $file in README.md | */package-lock.json) wanted=2 ;; esac
  { diff "$file" "$run/$file" || true; } > "$run/changed"
  if [ "$(grep -c '^> .*9\.8\.7' "$run/changed")" != "$wanted" ] || [ "$(grep -c '^[<>]' "$run/changed")" != $((2 * wanted)) ]; then
    echo "FAIL: $file changed so:" >&2
    cat "$run/changed" >&2
    exit 1
  fi
done
say 'one command raises all versions'
