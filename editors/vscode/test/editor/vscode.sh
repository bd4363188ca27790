# suite=NAME; . vscode.sh [SERVER [OUT]]: for scripts that run packaged extensions in a real VS Code, which it installs. They go
# on in editors/vscode; logs land in OUT (default out/NAME). Needs Linux and Chromium.
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
cd "$here/../.."
server=$(realpath "${1:-../../target/release/massdriver-ls}")
out=$(realpath -m "${2:-out/$suite}")
prefix=$(test/editor/install.sh)
export CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
if [ -z "$CHROMIUM" ]; then
  echo 'no Chromium: set CHROMIUM, or: apt-get install --no-install-recommends chromium fonts-dejavu-core' >&2
  exit 1
fi
node=$prefix/node_modules/node-for-code-server/bin/node
vscode=$prefix/node_modules/code-server/lib/vscode/out/server-main.js

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

# package [TARGET SERVER]: packs the extension, and prints where it is.
package() {
  scripts/package.sh "$@" > /dev/null
  realpath "$(ls -t out/massdriver-${1:-[0-9]}*.vsix | head -n 1)"
}

# add VSIX NAME: installs an extension into $run/NAME/extensions.
add() {
  mkdir -p "$run/$2"
  "$node" "$vscode" --accept-server-license-terms --server-data-dir "$run/$2" --extensions-dir "$run/$2/extensions" --install-extension "$1" > "$run/$2/log"
}

# serve NAME [EXTENSIONS]: a VS Code of its own at $base with a fresh copy of the bundle, and what was added as EXTENSIONS
# (default NAME); what it keeps is in $run/NAME.
serve() {
  local port name=$1 extensions=$run/${2:-$1}/extensions
  folder=$run/$name/bundle
  mkdir -p "$run/$name/user/User" "$run/$name/bin"
  sed "s/\"security.workspace.trust.enabled\": false/\"security.workspace.trust.enabled\": ${trust:-false}/" \
    "$here/settings.json" > "$run/$name/user/User/settings.json"
  cp -r "$here/${bundle:-bundle}" "$folder"
  # Stands in for Massdriver's command line, which needs an account.
  printf '#!/bin/sh\necho "$@ in $PWD" | tee mass-was-called\n' > "$run/$name/bin/mass"
  chmod +x "$run/$name/bin/mass"
  local options=(--accept-server-license-terms --server-data-dir "$run/$name" --user-data-dir "$run/$name/user" --extensions-dir "$extensions")
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  base=http://127.0.0.1:$port
  set -m # a process group, to end it as a whole
  # VSCODE_CLI keeps this PATH; otherwise the login shell's is taken. What lies at home is shown without the way there.
  HOME=$run/$name SERVER=$server VSCODE_CLI=1 PATH=$run/$name/bin:$PATH "$node" "$vscode" "${options[@]}" --host 127.0.0.1 --port "$port" --without-connection-token \
    --disable-telemetry ${driver:-} >> "$run/$name/log" 2>&1 &
  pid=$!
  set +m
  for _ in $(seq 100); do curl -sf -o /dev/null "$base/version" && return; sleep 0.1; done
  echo "VS Code did not start:" >&2
  tail -n 5 "$run/$name/log" >&2
  exit 1
}
