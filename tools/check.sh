#!/usr/bin/env bash
# check.sh ARGUMENT...: `massdriver-ls check` with these arguments, and those in $ARGS and $PATHS, one per line.
set -euo pipefail
arguments=("$@")
for list in "${ARGS:-}" "${PATHS:-.}"; do
  while IFS= read -r line; do
    if [ -n "$line" ]; then arguments+=("$line"); fi
  done <<< "$list"
done
exec massdriver-ls check "${arguments[@]}"
