#!/bin/sh
# block.sh FILE LANGUAGE [N]: prints the n-th (default: first) fenced block of a language in a Markdown file, so that
# tests run what readers paste. Fails where there is none.
set -eu
awk -v fence="\`\`\`$2" -v wanted="${3:-1}" '
  inside && /^ *```$/ { exit }
  inside { print; next }
  $0 ~ "^ *" fence "$" { inside = ++seen == wanted }
  END { exit !inside }
' "$1"
