#!/usr/bin/env bash
# install.sh DIRECTORY [VERSION]: puts a released massdriver-ls (default: the version that this script belongs to) into a
# directory, after a look at its checksum. $MASSDRIVER_LS_RELEASES is where releases are: an https: or file: address.
set -euo pipefail
directory=$1 version=${2:-}
releases=${MASSDRIVER_LS_RELEASES:-https://github.com/massdriver-cloud/massdriver-ls/releases}
if [ -z "$version" ]; then version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$(dirname "$0")/../Cargo.toml" | head -n 1); fi

case $(uname -s)-$(uname -m) in
  Linux-x86_64) target=x86_64-unknown-linux-musl ;;
  Linux-aarch64) target=aarch64-unknown-linux-musl ;;
  Darwin-x86_64) target=x86_64-apple-darwin ;;
  Darwin-arm64) target=aarch64-apple-darwin ;;
  MINGW*-x86_64 | MSYS*-x86_64) target=x86_64-pc-windows-msvc ;;
  *) echo "there is no release for $(uname -s) on $(uname -m)" >&2; exit 1 ;;
esac
case $target in *windows*) archive=massdriver-ls-$target.zip ;; *) archive=massdriver-ls-$target.tar.gz ;; esac
# No redirect leads out of https.
case $releases in file://*) protocol='=file' ;; *) protocol='=https' ;; esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for file in "$archive" "$archive.sha256"; do
  curl --proto "$protocol" --proto-redir "$protocol" --tlsv1.2 --fail --silent --show-error --location --retry 3 \
    --output "$work/$file" "$releases/download/v${version#v}/$file"
done
cd "$work"
# Only the digest is taken from the file: which file it is about is known.
read -r wanted _ < "$archive.sha256"
if command -v sha256sum > /dev/null; then actual=$(sha256sum < "$archive"); else actual=$(shasum -a 256 < "$archive"); fi
if [ "${#wanted}" != 64 ] || [ "$wanted" != "${actual%% *}" ]; then
  echo "the checksum of $archive is wrong; nothing was installed" >&2
  exit 1
fi
case $archive in *.zip) unzip -q "$archive" ;; *) tar -xzf "$archive" ;; esac
mkdir -p "$directory"
install -m 755 "massdriver-ls-$target"/massdriver-ls* "$directory"
