#!/usr/bin/env bash
# On the pinned toolchain: builds afresh and fails when pkg/wasm differs in a byte.
# On any other: builds too, and runs the Node suites, goldens among them, against that build.
set -euo pipefail
source "$(dirname "$0")/env.sh"
cd "$ROOT"
fresh="$ROOT/build/wasm"
rm -rf "$fresh"

# A target folder of its own: files in ./target could be stale.
target="$(mktemp -d)"
trap 'rm -rf "$target"' EXIT
say "building the module afresh with $(rustc --version)"
CARGO_TARGET_DIR="$target" scripts/build-wasm.sh "$fresh"

if on_pinned_toolchain; then
  for file in nextpick{,_study}{_bg.wasm,.js,.d.ts}; do
    cmp "$fresh/$file" "pkg/wasm/$file" ||
      fail "pkg/wasm/$file is not what src/ builds to. Mend it with: make pkg && git add pkg/wasm && git commit"
  done
  say "pkg/wasm is, byte for byte, what src/ builds to"
  exit
fi

say "not the pinned Rust $RUST_VERSION, so the bytes may differ; the Node suites run against this build"
copy="$ROOT/build/other"
rm -rf "$copy"
mkdir -p "$copy/node_modules"
tar -c --exclude=node_modules --exclude=./.git --exclude=./target --exclude=./tools --exclude=./build . | tar -x -C "$copy"
cp "$fresh"/* "$copy/pkg/wasm/"
# The packages as installed, but for our own, which must be the copy.
for entry in node_modules/* node_modules/.bin; do ln -s "$ROOT/$entry" "$copy/$entry"; done
rm -f "$copy/node_modules/nextpick"
ln -s ../pkg "$copy/node_modules/nextpick"
cd "$copy" && scripts/node-tests.sh tests/node tests/cli
