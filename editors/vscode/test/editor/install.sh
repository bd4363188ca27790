#!/usr/bin/env bash
# install.sh: prints the directory of a VS Code that runs without a screen, and installs it unless it is there: code-server
# and the Node it asks for, both from npm, into $CODE_SERVER_PREFIX (default ~/.cache/massdriver-ls/code-server). Of its
# native modules those are compiled (make, g++) that logs and an orderly end need.
set -euo pipefail
version=4.139.1 node=24.21.0
prefix=${CODE_SERVER_PREFIX:-${XDG_CACHE_HOME:-$HOME/.cache}/massdriver-ls/code-server}
ready=$prefix/ready-$version-$node
if [ ! -e "$ready" ]; then
  {
    mkdir -p "$prefix"
    cd "$prefix"
    npm=(npm --no-audit --no-fund --no-update-notifier --loglevel=error --ignore-scripts)
    echo '{"private":true}' > package.json
    case $(uname -m) in aarch64) platform=linux-arm64 ;; *) platform=linux-x64 ;; esac
    "${npm[@]}" install "node-$platform@$node" "code-server@$version"
    ln -sfn "node-$platform" node_modules/node-for-code-server
    vscode=$prefix/node_modules/code-server/lib/vscode
    (cd "$vscode" && "${npm[@]}" install --omit=dev)
    export PATH=$prefix/node_modules/node-for-code-server/bin:$PATH
    export npm_config_nodedir=$prefix/node_modules/node-for-code-server
    (cd "$vscode" && npm --loglevel=error rebuild @vscode/spdlog @vscode/native-watchdog)
    touch "$ready"
  } >&2
fi
echo "$prefix"
