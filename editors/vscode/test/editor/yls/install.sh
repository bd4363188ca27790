#!/usr/bin/env bash
# install.sh: prints the directory of yaml-language-server, and installs it from npm unless it is there, into $YLS_PREFIX
# (default ~/.cache/massdriver-ls/yaml-language-server).
set -euo pipefail
version=2.0.0
prefix=${YLS_PREFIX:-${XDG_CACHE_HOME:-$HOME/.cache}/massdriver-ls/yaml-language-server}/$version
if [ ! -e "$prefix/ready" ]; then
  mkdir -p "$prefix"
  echo '{"private":true}' > "$prefix/package.json"
  npm --prefix "$prefix" --no-audit --no-fund --no-update-notifier --loglevel=error --ignore-scripts install "yaml-language-server@$version" >&2
  touch "$prefix/ready"
fi
echo "$prefix/node_modules/yaml-language-server"
