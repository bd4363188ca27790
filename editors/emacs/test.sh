#!/usr/bin/env bash
# test.sh SERVER: runs the README's block for Eglot in Emacs 30. On Debian it is installed from backports where there is
# none; $EMACS names another.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
server=$(realpath "$1")
emacs=${EMACS:-emacs}

new_enough() { "$emacs" --version 2>/dev/null | grep -qE '^GNU Emacs (3[0-9]|[4-9][0-9])'; }
if ! new_enough; then
  elevate=
  if [ "$(id -u)" != 0 ]; then elevate=sudo; fi
  lists=$(mktemp -d)
  chmod 755 "$lists"
  trap 'rm -rf "$lists"' EXIT
  mkdir "$lists/lists" "$lists/parts"
  cp /etc/apt/sources.list.d/*.sources "$lists/parts/" 2>/dev/null || true
  mirror=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list.d/*.sources | head -n 1)
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite-backports main" > "$lists/parts/backports.list"
  apt=($elevate env DEBIAN_FRONTEND=noninteractive apt-get -qq -o "Dir::Etc::sourceparts=$lists/parts" -o "Dir::State::lists=$lists/lists" -o APT::Sandbox::User=root)
  "${apt[@]}" update
  "${apt[@]}" install -y --no-install-recommends emacs-nox > /dev/null
  new_enough || "${apt[@]}" install -y --no-install-recommends -t "$suite-backports" emacs-nox > /dev/null
  new_enough || { echo 'Emacs 30 is not available: set EMACS' >&2; exit 1; }
fi

run=$(mktemp -d /tmp/massdriver-emacs.XXXXXX)
trap 'rm -rf "$run"' EXIT
"$here/../bundle.sh" "$run/bundle"
mkdir "$run/bin"
ln -s "$server" "$run/bin/massdriver-ls"
"$here/../block.sh" "$here/README.md" elisp > "$run/block.el"
HOME=$run PATH=$run/bin:$PATH timeout 120 "$emacs" -Q --batch -l "$run/block.el" -l "$here/test.el" "$run/bundle"
