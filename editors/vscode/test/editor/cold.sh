#!/usr/bin/env bash
# cold.sh [SERVER] [OUT]: how long from opening the window on a broken bundle to its first squiggle, with the packaged extension
# and with yaml-language-server, in turn: ROUNDS each (default 5). Fails where ours is slower, also when measured once more.
# Screenshots of what was timed and logs land in OUT (default out/cold).
set -euo pipefail
suite=cold
. "$(dirname "$0")/vscode.sh"

add "$(package linux-x64 "$server")" massdriver-ls
yls=$(test/editor/yls/install.sh)
"$server" schema > "$run/schema.json"
node test/editor/yls/package.mjs "$yls" "$run/schema.json" "$run/yls.vsix"
add "$run/yls.vsix" yaml-language-server

# Every window is a new VS Code with a new browser.
measure() {
  local round name
  for round in $(seq "$1" "$2"); do
    for name in massdriver-ls yaml-language-server; do
      serve "$name-$round" "$name"
      node test/editor/cold.mjs "$base" "$folder" "$out/$name-$round.png" "$name" | tee -a "$out/times"
      stop
    done
  done
}

rounds=${ROUNDS:-5}
measure 1 "$rounds"
if node test/editor/compare.mjs "$out/times"; then exit; fi
echo 'Once more, as the machine may have been busy:'
measure $((rounds + 1)) $((2 * rounds))
node test/editor/compare.mjs "$out/times"
