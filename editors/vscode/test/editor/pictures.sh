#!/usr/bin/env bash
# pictures.sh [SERVER] [NAME…]: takes the pictures of docs/features.md anew, or those named, in a real VS Code; what went wrong
# is in out/pictures. With pngquant they take a third of the room.
set -euo pipefail
suite=pictures bundle=pictures
. "$(dirname "$0")/vscode.sh" "${1:-}"
shift || true

# The organization that pictures.mjs plays.
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export MASSDRIVER_URL=http://127.0.0.1:$port MASSDRIVER_ORGANIZATION_ID=acme MASSDRIVER_API_KEY=none XDG_CACHE_HOME=$run/cache

add "$(package linux-x64 "$server")" pictures
serve pictures
node test/editor/pictures.mjs "$base/?folder=$folder" "$out" "$@"
if command -v pngquant > /dev/null; then pngquant --force --ext .png --speed 1 --nofs 24 "$out"/*.png; fi
mkdir -p ../../docs/images
mv "$out"/*.png ../../docs/images
