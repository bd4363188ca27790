#!/usr/bin/env bash
# run.sh TARGET [SECONDS]: fuzzes syntax, jq, document, server, hover or memory for a time (a minute), from our fixtures and what
# earlier runs found; then keeps of fuzz/corpus/TARGET only what is needed to reach all that was reached. Ends with an error
# where something broke; the input is in fuzz/artifacts/TARGET. Needs cargo-fuzz.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:?run.sh syntax|jq|document|server|hover|memory [SECONDS]}
seconds=${2:-60}
corpus=fuzz/corpus/$target

# Those of document, server and memory are decisions, which no fixture is made of.
case $target in
  syntax) seeds=(tests/fixtures/{fuzz/syntax,broken,specification}/*.yaml tests/syntax/*/*.yaml) ;;
  hover) seeds=(tests/fixtures/{fuzz/syntax,broken,specification}/*.yaml) ;;
  jq) seeds=(tests/fixtures/fuzz/jq/*) ;;
  *) seeds=() ;;
esac
mkdir -p "$corpus"
for seed in "${seeds[@]}"; do
  # Two bytes say where the cursor is, unless it is everywhere.
  { if [ "$target" != hover ]; then printf '\0\0'; fi && cat "$seed"; } > "$corpus/seed-$(tr / - <<< "${seed#tests/}")"
done

# The fuzzer's flags are for a nightly compiler; without a sanitizer, the stable one will do.
export RUSTC_BOOTSTRAP=1
fuzz() { cargo fuzz "$1" --sanitizer none "$target" "$corpus" -- -rss_limit_mb=2048 "${@:2}"; }
fuzz run -max_total_time="$seconds" -timeout=10
fuzz cmin
echo "$(find "$corpus" -type f | wc -l) inputs in $corpus"
