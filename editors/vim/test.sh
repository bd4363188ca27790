#!/usr/bin/env bash
# test.sh SERVER [PREFIX]: runs the README's block for ALE in Vim. On Debian, Vim is installed where there is none, and ALE
# unpacked into PREFIX (default: .cache/vim at the top of the repository); $ALE names another.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
server=$(realpath "$1")
prefix=$(realpath -m "${2:-$here/../../.cache/vim}")

elevate=
if [ "$(id -u)" != 0 ]; then elevate=sudo; fi
if ! vim --version 2>/dev/null | grep -q '+channel'; then
  $elevate apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $elevate apt-get install -qq -y --no-install-recommends vim > /dev/null
fi
ale=${ALE:-$prefix/root/usr/share/vim-ale}
if [ ! -d "$ale" ]; then
  mkdir -p "$prefix"
  (
    cd "$prefix"
    apt-get download -qq vim-ale 2> /dev/null || { $elevate apt-get update -qq && apt-get download -qq vim-ale; }
    for package in vim-ale_*.deb; do dpkg-deb -x "$package" root; done
  )
fi

run=$(mktemp -d /tmp/massdriver-vim.XXXXXX)
trap 'rm -rf "$run"' EXIT
"$here/../bundle.sh" "$run/bundle"
mkdir -p "$run/bin" "$run/.vim/pack/test/start"
ln -s "$server" "$run/bin/massdriver-ls"
ln -s "$ale" "$run/.vim/pack/test/start/ale"
{
  echo 'filetype plugin on'
  "$here/../block.sh" "$here/README.md" vim
  cat "$here/test.vim"
} > "$run/.vimrc"
# Keeps the input open without typing: at the end of its input, Vim would exit.
mkfifo "$run/keys"
exec 3<> "$run/keys"
code=0
HOME=$run BUNDLE=$run/bundle PATH=$run/bin:$PATH timeout 120 vim -N -T dumb --not-a-term <&3 > "$run/screen" 2>&1 || code=$?
cat "$run/bundle.log" || cat "$run/screen"
if [ "$code" != 0 ] || ! grep -q '^ok   other YAML' "$run/bundle.log"; then exit 1; fi
