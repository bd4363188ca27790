#!/bin/sh
# install.sh [PREFIX]: prints the path of a Neovim that is new enough (0.11) for the tests.
#
# Takes $NVIM_BIN or the `nvim` on the PATH where they will do. Otherwise, on Debian, unpacks the package of a newer
# suite ($SUITE, default forky) with all that it needs, libc included, into PREFIX (default: .cache/nvim at the top of
# the repository). Nothing else on the system changes and no rights are needed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
prefix=${1:-$here/../../.cache/nvim}

new_enough() {
  "$1" --clean --headless -c 'if has("nvim-0.11") | quit | else | cquit | endif' >/dev/null 2>&1 </dev/null
}

for candidate in "${NVIM_BIN:-}" "$(command -v nvim || true)" "$prefix/bin/nvim"; do
  if [ -n "$candidate" ] && [ -x "$candidate" ] && new_enough "$candidate"; then
    echo "$candidate"
    exit 0
  fi
done

"$here/../unpack.sh" "$prefix" neovim patchelf || { echo "no nvim >= 0.11: set NVIM_BIN" >&2; exit 1; }
prefix=$(cd "$prefix" && pwd)
mkdir -p "$prefix/bin"

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
