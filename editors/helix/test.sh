#!/usr/bin/env bash
# test.sh SERVER [PREFIX]: runs the README's blocks in Helix, in a terminal of tmux. $HELIX names one; otherwise, on Debian,
# one is unpacked into PREFIX (default: .cache/helix at the top of the repository), and nothing is installed but tmux.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
server=$(realpath "$1")
prefix=$(realpath -m "${2:-$here/../../.cache/helix}")

if ! command -v tmux > /dev/null; then
  elevate=
  if [ "$(id -u)" != 0 ]; then elevate=sudo; fi
  $elevate apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $elevate apt-get install -qq -y --no-install-recommends tmux > /dev/null
fi
helix=${HELIX:-}
if [ -z "$helix" ]; then
  if [ ! -x "$prefix/root/usr/bin/hx" ]; then "$here/../unpack.sh" "$prefix" hx; fi
  loader=$(echo "$prefix"/root/usr/lib/*/ld-linux-*.so.*)
  helix="$loader --library-path $(dirname "$loader") $prefix/root/usr/bin/hx"
  export HELIX_RUNTIME=$prefix/root/usr/lib/hx/runtime
fi

run=$(mktemp -d /tmp/massdriver-helix.XXXXXX)
terminal() { tmux -S "$run/tmux" "$@"; }
trap 'terminal kill-server 2> /dev/null || true; rm -rf "$run"' EXIT
"$here/../bundle.sh" "$run/bundle"
mkdir -p "$run/bin" "$run/.config/helix"
ln -s "$server" "$run/bin/massdriver-ls"
block() { "$here/../block.sh" "$here/README.md" "$@"; }
{ block toml 1; block toml 2; } > "$run/.config/helix/languages.toml"
HOME=$run sh -c "$(block sh)"
printf '[editor]\nend-of-line-diagnostics = "hint"\n[editor.inline-diagnostics]\ncursor-line = "hint"\nother-lines = "hint"\n' > "$run/.config/helix/config.toml"

screen() { terminal capture-pane -p; }
sees() {
  for _ in $(seq 200); do
    if screen | grep -qF -- "$1"; then
      echo "ok   $2"
      return
    fi
    sleep 0.1
  done
  echo "FAIL: waited in vain for $2: $1" >&2
  screen >&2
  exit 1
}
start() {
  terminal -f /dev/null new-session -d -x 120 -y 36 \
    "env -u XDG_CONFIG_HOME HOME=$run PATH=$run/bin:$PATH ${HELIX_RUNTIME:+HELIX_RUNTIME=$HELIX_RUNTIME} $helix $1"
}
leave() {
  terminal send-keys Escape Escape ':q!' Enter
  while terminal has-session 2> /dev/null; do sleep 0.1; done
}

start "$run/bundle/massdriver.yaml"
sees '`int` is not a type' 'a finding'
terminal send-keys ':6' Enter gs ' ' k
sees 'The tool that runs the code' 'a hover'
terminal send-keys Escape Escape ':6' Enter gl b c o C-x
sees 'opentofu:1.10' 'completion'
leave
start "$run/bundle/src/artifact_bucket.jq"
sees 'nothing' 'a program'
sees 'no param' 'a finding in it'
leave
start "$run/bundle/other.yaml"
sees 'type: int' 'other YAML'
sleep 1
if screen | grep -qF 'is not a type'; then
  echo 'FAIL: other YAML is served' >&2
  exit 1
fi
echo 'ok   other YAML is left alone'
