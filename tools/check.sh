#!/usr/bin/env bash
# check.sh ARGUMENT...: `massdriver-ls check` with these arguments and those in $ARGS, one per line, for the paths in
# $PATHS, one per line. A path is never taken for an option, whatever it is called.
set -euo pipefail
arguments=("$@") paths=()
while IFS= read -r line; do
  if [ -n "$line" ]; then arguments+=("$line"); fi
done <<< "${ARGS:-}"
while IFS= read -r line; do
  if [ -n "$line" ]; then paths+=("$line"); fi
done <<< "${PATHS:-.}"
exec massdriver-ls check "${arguments[@]}" -- "${paths[@]}"
