# Sourced by the scripts beside it: versions, PATH and the compiler. Installs nothing, prints nothing.
# shellcheck shell=bash

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
TOOLS="$ROOT/tools"

# One place names each version: rust-toolchain.toml, Cargo.toml, package.json; wasm-pack's, cargo-fuzz's and Spark's here.
version_in() { sed -nE "s/$2/\1/p" "$ROOT/$1" | head -n 1; }
RUST_VERSION="$(version_in rust-toolchain.toml '^channel = "([^"]+)".*')"
WASM_BINDGEN_VERSION="$(version_in Cargo.toml '^wasm-bindgen = "=([^"]+)".*')"
BINARYEN_VERSION="$(version_in package.json '.*"binaryen": "([0-9]+)\..*')"
WASM_PACK_VERSION=0.15.1
CARGO_FUZZ_VERSION=0.13.2
SPARK_VERSION=4.3.0
NODE_MINIMUM=20.19
WASM_TARGET=wasm32-unknown-unknown

say() { printf '%s\n' "nextpick: $*"; }
fail() { printf '%s\n' "nextpick: error: $*" >&2; exit 1; }

# npm's wasm-opt stands before any other: Debian 12's (108) exits 0 and ruins the module.
# rustup's cargo stands before the distribution's; ~/.cargo/bin may not be on PATH in a fresh shell.
export PATH="$ROOT/node_modules/.bin:$TOOLS/bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

# setup.sh installs a missing toolchain, and says so; rustup's proxies would do it in silence.
export RUSTUP_AUTO_INSTALL=0

# The pinned compiler may be installed under another name ("stable"); then no second copy is needed.
if [ -z "${RUSTUP_TOOLCHAIN:-}" ] && command -v rustup >/dev/null &&
  ! rustup which --toolchain "$RUST_VERSION" rustc >/dev/null 2>&1; then
  while read -r name _; do
    case "$(RUSTUP_TOOLCHAIN="$name" rustc --version 2>/dev/null)" in
      "rustc $RUST_VERSION "*) export RUSTUP_TOOLCHAIN="$name"; break ;;
    esac
  done < <(rustup toolchain list 2>/dev/null)
fi

has_wasm_target() {
  local directory
  directory="$(rustc --print target-libdir --target "$WASM_TARGET" 2>/dev/null)" && [ -n "$(ls "$directory" 2>/dev/null)" ]
}
has_sources() { [ -f "$(rustc --print sysroot)/lib/rustlib/src/rust/library/Cargo.lock" ]; }
on_pinned_toolchain() { case "$(rustc --version 2>/dev/null)" in "rustc $RUST_VERSION "*) ;; *) return 1 ;; esac; }

has_java() { java -version >/dev/null 2>&1; }
spark_version() { "$TOOLS/spark/bin/python" -c 'from importlib.metadata import version; print(version("pyspark"))' 2>/dev/null; }

# The browser suites read CHROMIUM; empty means that there is none.
if [ -z "${CHROMIUM:-}" ]; then
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    CHROMIUM="$(command -v "$name")" && break
  done
fi
export CHROMIUM="${CHROMIUM:-}"
