#!/usr/bin/env bash
# run.sh [SERVER] [OUT]: the packaged extension in a real VS Code: index.ts in its extension host, then what a person sees
# (drive.mjs). Screenshots and logs land in OUT (default out/editor). Needs Linux and Chromium. ONLY=form runs that alone.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
cd "$here/../.."
server=$(realpath "${1:-../../target/release/massdriver-ls}")
out=$(realpath -m "${2:-out/editor}")
prefix=$(test/editor/install.sh)
export CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
if [ -z "$CHROMIUM" ]; then
  echo 'no Chromium: set CHROMIUM, or: apt-get install --no-install-recommends chromium fonts-dejavu-core' >&2
  exit 1
fi
node=$prefix/node_modules/node-for-code-server/bin/node
vscode=$prefix/node_modules/code-server/lib/vscode/out/server-main.js

scripts/package.sh > /dev/null
without=$(realpath "$(ls -t out/massdriver-[0-9]*.vsix | head -n 1)")
size=$(stat -c %s "$without")
if [ "$size" -gt 6000000 ]; then echo "the extension has grown to $size bytes" >&2; exit 1; fi
printf 'The extension without the server: %d bytes\n' "$size"
scripts/package.sh linux-x64 "$server" > /dev/null
with=$(realpath "$(ls -t out/massdriver-linux-x64-*.vsix | head -n 1)")
node scripts/build.mjs --tests
rm -rf "$out"
mkdir -p "$out"

run=$(mktemp -d /tmp/massdriver-vscode.XXXXXX) pid=
stop() {
  if [ -n "$pid" ]; then kill -- "-$pid" 2> /dev/null || true; wait "$pid" 2> /dev/null || true; fi
  pid=
}
finish() {
  stop
  for scenario in "$run"/*/; do
    scenario=$(basename "$scenario")
    cp -r "$run/$scenario/user/logs" "$out/logs-$scenario" 2> /dev/null || true
  done
  rm -rf "$run"
}
trap finish EXIT

# serve NAME [VSIX]: a VS Code of its own at $base with a fresh copy of the bundle; what it keeps is in $run/NAME.
serve() {
  local port name=$1
  folder=$run/$name/bundle
  mkdir -p "$run/$name/user/User" "$run/$name/bin"
  sed "s/\"security.workspace.trust.enabled\": false/\"security.workspace.trust.enabled\": ${trust:-false}/" \
    "$here/settings.json" > "$run/$name/user/User/settings.json"
  cp -r "$here/${bundle:-bundle}" "$folder"
  # Stands in for Massdriver's command line, which needs an account.
  printf '#!/bin/sh\necho "$@ in $PWD" | tee mass-was-called\n' > "$run/$name/bin/mass"
  chmod +x "$run/$name/bin/mass"
  local options=(--accept-server-license-terms --server-data-dir "$run/$name" --user-data-dir "$run/$name/user" --extensions-dir "$run/$name/extensions")
  if [ $# -gt 1 ]; then "$node" "$vscode" "${options[@]}" --install-extension "$2" > "$run/$name/log"; fi
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  base=http://127.0.0.1:$port
  set -m # a process group, to end it as a whole
  # VSCODE_CLI keeps this PATH; otherwise the login shell's is taken.
  SERVER=$server VSCODE_CLI=1 PATH=$run/$name/bin:$PATH "$node" "$vscode" "${options[@]}" --host 127.0.0.1 --port "$port" --without-connection-token \
    --disable-telemetry ${driver:-} >> "$run/$name/log" 2>&1 &
  pid=$!
  set +m
  for _ in $(seq 100); do curl -sf -o /dev/null "$base/version" && return; sleep 0.1; done
  echo "VS Code did not start:" >&2
  tail -n 5 "$run/$name/log" >&2
  exit 1
}

drive() { node "$here/drive.mjs" "$1" "$base/?folder=$folder" "$out"; }

# The extension through the vscode API.
api() {
  driver=--enable-smoke-test-driver serve api
  node "$here/api.mjs" "$base" "$folder" "$PWD/out/package" "$PWD/out/test/editor"
}

# The package, as one sees it.
bundled() {
  serve bundled "$with"
  drive bundled
}

# The package without the server.
missing() {
  serve missing "$without"
  SERVER=$server drive missing
}

# A folder that is not trusted.
untrusted() {
  trust=true serve untrusted "$with"
  printf '#!/bin/sh\ntouch "$0-ran"\n' > "$run/intruder"
  chmod +x "$run/intruder"
  INTRUDER=$run/intruder drive untrusted
}

# The form beside the text.
form() {
  bundle=form serve form "$with"
  drive form
}

for scenario in ${ONLY:-api bundled missing untrusted form}; do
  printf '\n%s (after %d s)\n' "$scenario" "$SECONDS"
  "$scenario"
  stop
done
printf '\nAll passed in %d s.\n' "$SECONDS"
