#!/bin/sh
# install.sh [PREFIX]: prints the path of a Neovim that is new enough (0.11) for the tests.
#
# Takes $NVIM_BIN or the `nvim` on the PATH where they will do. Otherwise, on Debian, unpacks the package of a newer
# suite ($SUITE, default forky) with all that it needs, libc included, into PREFIX (default: .cache/nvim at the top of
# the repository). Nothing else on the system changes and no rights are needed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
prefix=${1:-$here/../../.cache/nvim}
suite=${SUITE:-forky}

new_enough() {
  "$1" --clean --headless -c 'if has("nvim-0.11") | quit | else | cquit | endif' >/dev/null 2>&1 </dev/null
}

for candidate in "${NVIM_BIN:-}" "$(command -v nvim || true)" "$prefix/bin/nvim"; do
  if [ -n "$candidate" ] && [ -x "$candidate" ] && new_enough "$candidate"; then
    echo "$candidate"
    exit 0
  fi
done

for tool in apt-get dpkg-deb; do
  command -v $tool >/dev/null || { echo "no nvim >= 0.11, and no $tool to get one: set NVIM_BIN" >&2; exit 1; }
done
[ "$(. /etc/os-release && echo "$ID")" = debian ] || { echo "no nvim >= 0.11, and not Debian: set NVIM_BIN" >&2; exit 1; }

mkdir -p "$prefix"
prefix=$(cd "$prefix" && pwd)
work=$prefix/unpacking
rm -rf "$work"
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/root" "$prefix/bin"

# The mirror that this machine already uses, but another suite; an empty dpkg status makes apt fetch everything.
mirror=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list.d/*.sources 2>/dev/null | head -n 1)
[ -n "$mirror" ] || mirror=$(sed -n 's/^deb  *\(\[[^]]*\]  *\)\{0,1\}\([^ ]*\) .*/\2/p' /etc/apt/sources.list | head -n 1)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$work/sources.list"
: >"$work/status"
cat >"$work/apt.conf" <<CONF
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "$work";
Dir::State::lists "$work/lists";
Dir::State::status "$work/status";
Dir::Cache "$work";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
APT::Sandbox::User "$(id -un)";
Debug::NoLocking "true";
CONF
export APT_CONFIG="$work/apt.conf"
apt-get update -qq >&2
apt-get install -qq -y --download-only --no-install-recommends neovim patchelf >&2
for package in "$work"/archives/*.deb; do
  dpkg-deb -x "$package" "$work/root"
done
rm -rf "$prefix/root"
mv "$work/root" "$prefix/root"

# The unpacked programs run on the unpacked libc. DT_RPATH, unlike DT_RUNPATH, also holds for the libraries' own needs.
# Calling the loader by hand would do for patchelf, but not for Neovim, which starts itself again.
loader=$(echo "$prefix"/root/usr/lib/*/ld-linux-*.so.*)
libraries=$(dirname "$loader")
"$loader" --library-path "$libraries" "$prefix/root/usr/bin/patchelf" \
  --set-interpreter "$loader" --force-rpath --set-rpath "$libraries" "$prefix/root/usr/bin/nvim"
cat >"$prefix/bin/nvim" <<WRAPPER
#!/bin/sh
export VIMRUNTIME='$prefix/root/usr/share/nvim/runtime'
exec '$prefix/root/usr/bin/nvim' --cmd 'set rtp^=$prefix/root/usr/lib/nvim' "\$@"
WRAPPER
chmod +x "$prefix/bin/nvim"
new_enough "$prefix/bin/nvim" || { echo "the unpacked Neovim does not run" >&2; exit 1; }
echo "$prefix/bin/nvim"
