#!/usr/bin/env bash
# run.sh [SERVER] [OUT]: the packaged extension in a real VS Code: index.ts in its extension host, then what a person sees
# (drive.mjs). Screenshots and logs land in OUT (default out/editor). Needs Linux and Chromium. ONLY=form runs that alone.
set -euo pipefail
suite=editor
. "$(dirname "$0")/vscode.sh"

without=$(package)
size=$(stat -c %s "$without")
if [ "$size" -gt 6000000 ]; then echo "the extension has grown to $size bytes" >&2; exit 1; fi
printf 'The extension without the server: %d bytes\n' "$size"
with=$(package linux-x64 "$server")
node scripts/build.mjs --tests

drive() { node "$here/drive.mjs" "$1" "$base/?folder=$folder" "$out"; }

# The extension through the vscode API.
api() {
  driver=--enable-smoke-test-driver serve api
  node "$here/api.mjs" "$base" "$folder" "$PWD/out/package" "$PWD/out/test/editor"
}

# The package, as one sees it.
bundled() {
  add "$with" bundled
  serve bundled
  drive bundled
}

# The package without the server.
missing() {
  add "$without" missing
  serve missing
  SERVER=$server drive missing
}

# Renames, in a fresh copy.
renames() {
  add "$with" renames
  serve renames
  drive renames
}

# A folder that is not trusted.
untrusted() {
  add "$with" untrusted
  trust=true serve untrusted
  printf '#!/bin/sh\ntouch "$0-ran"\n' > "$run/intruder"
  chmod +x "$run/intruder"
  INTRUDER=$run/intruder drive untrusted
}

# The form beside the text.
form() {
  add "$with" form
  bundle=form serve form
  drive form
}

for scenario in ${ONLY:-api bundled renames missing untrusted form}; do
  printf '\n%s (after %d s)\n' "$scenario" "$SECONDS"
  "$scenario"
  stop
done
printf '\nAll passed in %d s.\n' "$SECONDS"
