#!/usr/bin/env bash
# Builds both modules, the same bytes on every machine: OUT_DIR/nextpick_bg.wasm, which decides, and OUT_DIR/nextpick_study_bg.wasm,
# which trains and evaluates, too; each with its JavaScript beside it.
#   scripts/build-wasm.sh [OUT_DIR]      default: pkg/wasm
set -euo pipefail
source "$(dirname "$0")/env.sh"
out="$(mkdir -p "${1:-$ROOT/pkg/wasm}" && cd "${1:-$ROOT/pkg/wasm}" && pwd)"
cd "$ROOT"

case "$(wasm-opt --version 2>/dev/null)" in
  "wasm-opt version $BINARYEN_VERSION "*) ;;
  *) fail "wasm-opt is not npm's $BINARYEN_VERSION: run scripts/setup.sh" ;;
esac

# Nothing of the builder's own settings may reach the bytes.
for name in $(compgen -e); do
  case "$name" in
    RUSTFLAGS | CARGO_BUILD_* | CARGO_PROFILE_* | CARGO_TARGET_WASM32_* | CARGO_INCREMENTAL | CARGO_UNSTABLE_* | RUSTC | RUSTC_WRAPPER | RUSTC_WORKSPACE_WRAPPER)
      unset "$name" ;;
  esac
done

# std is built with the rest: the prebuilt one holds texts of panics that no host ever sees. Its small sorts
# are fast enough: where one of many is sought, src/base/order.rs selects by itself.
export RUSTC_BOOTSTRAP=1 # -Z on a stable compiler; its version is pinned, and so the meaning of -Z
std=(-Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size)
cargo fetch --locked --target "$WASM_TARGET" --quiet "${std[@]}"
# Panic messages carry source paths. Each root is given a name that is the same everywhere; of several
# that fit, rustc takes the last, so the inner ones come later.
sysroot="$(rustc --print sysroot)"
commit="$(rustc -vV | sed -n 's/^commit-hash: //p')"
# At opt-level "z" LLVM would inline next to nothing; small functions are still inlined: picks are a quarter faster for
# it.
flags=(-C target-feature=+simd128 -Zunstable-options -Cpanic=immediate-abort -Cllvm-args=-inline-threshold=36)
flags+=(-Zlocation-detail=none) # of panics, which are traps
# Data follow the stack: with 960 KiB of it instead of 1 MiB, addresses of data take three bytes instead of four.
flags+=(-Clink-arg=-zstack-size=983040)
# Names without the types of generics, so that all copies of one stand together below.
flags+=(-Csymbol-mangling-version=legacy)
remap() { # FROM TO, and again by the path without symbolic links
  flags+=("--remap-path-prefix=$1=$2")
  local real
  real="$(realpath "$1")"
  [ "$real" = "$1" ] || flags+=("--remap-path-prefix=$real=$2")
}
remap "$ROOT" /nextpick
for directory in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/; do
  [ -d "$directory" ] && remap "${directory%/}" /crates
done
remap "$sysroot" /sysroot
remap "$sysroot/lib/rustlib/src/rust" "/rustc/$commit"
CARGO_ENCODED_RUSTFLAGS="$(IFS=$'\x1f'; printf '%s' "${flags[*]}")"
export CARGO_ENCODED_RUSTFLAGS

mkdir -p build
work="$(mktemp -d "$ROOT/build/wasm.XXXXXX")"
trap 'rm -rf "$work"' EXIT

features=(simd bulk-memory nontrapping-float-to-int sign-ext mutable-globals reference-types multivalue)
features=("${features[@]/#/--enable-}")
build() { # NAME [CARGO ARGUMENT...]
  local name="$1"
  shift
  wasm-pack --log-level error build "$ROOT" --target web --release --mode no-install --no-pack \
    --out-dir "$work/$name" --out-name "$name" -- --locked "$@" "${std[@]}"

  # Inlining costs 30 KB gzip and gains nothing: rustc has inlined the functions worth it. Functions stand beside others
  # that are like them, where gzip sees it: 15 KB. Those of the same name begin together, which helps to find the order.
  # Locals numbered as in the functions before: 6 KB; a second round of both: 1 KB.
  local module="$work/$name/${name}_bg.wasm"
  wasm-opt "$module" -o "$work/small.wasm" "${features[@]}" -O2 --one-caller-inline-max-function-size=0 \
    --always-inline-max-function-size=0 --flexible-inline-max-function-size=0 --reorder-functions-by-name \
    --strip-debug --strip-producers --strip-target-features
  for _ in 1 2; do
    node scripts/order-functions.mjs "$work/small.wasm" "$work/ordered.wasm"
    wasm-opt "$work/ordered.wasm" -o "$work/ordered.wasm" "${features[@]}" --reorder-functions-by-name --strip-debug \
      --strip-target-features
    node scripts/number-locals.mjs "$work/ordered.wasm" "$work/small.wasm"
  done
  mv "$work/small.wasm" "$module"
  node scripts/load-wasm.mjs "$work/$name" "$name" "$ROOT" "$sysroot" "${CARGO_HOME:-$HOME/.cargo}"
  # wasm-pack leaves more beside them; a .gitignore of '*' among it would hide the files from git and npm.
  install -m 644 "$module" "$work/$name/$name.js" "$work/$name/$name.d.ts" "$out/"
}
build nextpick --no-default-features
build nextpick_study
