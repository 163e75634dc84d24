#!/usr/bin/env bash
# Installs missing tools, in the checkout where possible; prints one line for each; asks nothing.
#   scripts/setup.sh [rust|npm|wasm|chromium|spark|valgrind|fuzz]...  default: all except fuzz
set -euo pipefail
source "$(dirname "$0")/env.sh"
cd "$ROOT"

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}
may_install() {
  command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}
# Debian packages; fails, saying why, when it may not or cannot install them.
apt_install() {
  may_install || return 1
  say "installing with apt-get: $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >&2
}

setup_rust() {
  if ! command -v cc >/dev/null; then
    apt_install gcc libc6-dev || fail "no C compiler (cc), which Rust needs to link. As root: apt-get install gcc libc6-dev"
  fi
  if ! command -v rustup >/dev/null; then
    if on_pinned_toolchain && has_wasm_target && has_sources; then
      say "rust $RUST_VERSION: present, without rustup"
      return
    fi
    fail "rustup is missing. Install it as https://rustup.rs says (its minimal profile is enough), open a new shell, and run this again.
  'make demo' needs Node alone and works without Rust."
  fi
  if ! rustc --version >/dev/null 2>&1; then
    say "installing the Rust toolchain $RUST_VERSION with rustup"
    rustup toolchain install "$RUST_VERSION" --profile minimal -c rustfmt -c clippy -c rust-src -t "$WASM_TARGET" --no-self-update </dev/null ||
      fail "rustup could not install Rust $RUST_VERSION"
  fi
  if ! cargo fmt --version >/dev/null 2>&1 || ! cargo clippy --version >/dev/null 2>&1; then
    say "installing rustfmt and clippy with rustup"
    rustup component add rustfmt clippy </dev/null || fail "rustup could not install rustfmt and clippy"
  fi
  if ! has_wasm_target; then
    say "installing the target $WASM_TARGET with rustup"
    rustup target add "$WASM_TARGET" </dev/null ||
      fail "rustup could not install the target $WASM_TARGET; docs/internals/build.md has a way without rustup"
  fi
  if ! has_sources; then
    say "installing std's sources with rustup: the module is built with a std of its own"
    rustup component add rust-src </dev/null || fail "rustup could not install rust-src"
  fi
  say "rust: $(rustc --version), with rustfmt, clippy and $WASM_TARGET"
}

setup_npm() {
  command -v node >/dev/null && command -v npm >/dev/null || fail "Node >= $NODE_MINIMUM with npm is missing: https://nodejs.org"
  local version
  version="$(node --version)"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number), [c, d] = process.argv[1].split(".").map(Number)
    process.exit(a > c || (a === c && b >= d) ? 0 : 1)' "$NODE_MINIMUM" || fail "Node $version is too old: >= $NODE_MINIMUM is needed"
  # The stamp names the manifests of the installation; npm ci runs again when a manifest or the lock file has changed.
  local stamp=node_modules/.nextpick-installed wanted
  wanted="$(cat package.json pkg/package.json www/package.json package-lock.json | cksum) $version"
  if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    say "installing npm packages (npm ci)"
    npm ci --no-audit --no-fund --loglevel=error </dev/null || fail "npm ci failed"
    printf '%s\n' "$wanted" >"$stamp"
  fi
  say "node: $version, npm packages as in package-lock.json"
}

# cargo_tool NAME VERSION CRATE [cargo install's arguments]: from PATH when the version is right, else into ./tools.
cargo_tool() {
  local name="$1" version="$2" crate="$3"
  shift 3
  if [ "$("$name" --version 2>/dev/null)" != "$name $version" ]; then
    say "installing $name $version with cargo into ./tools (some minutes, once)"
    # Both tools share one build folder, kept until both are there, so that a broken-off run goes on where it was.
    # The tools run for a second: building them fast matters more than their speed.
    env -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS \
      CARGO_TARGET_DIR="$TOOLS/build" CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
      CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=fallback \
      cargo install --quiet --force --root "$TOOLS" "$crate" --version "$version" "$@" </dev/null || fail "could not install $name $version"
    hash -r
    [ "$("$name" --version)" = "$name $version" ] || fail "$name --version says '$("$name" --version)', not $version"
  fi
  say "$name: $version, $(command -v "$name")"
}

setup_wasm() {
  cargo_tool wasm-pack "$WASM_PACK_VERSION" wasm-pack --locked
  # No --locked: the lock file that it ships names a crate that was taken back.
  cargo_tool wasm-bindgen "$WASM_BINDGEN_VERSION" wasm-bindgen-cli
  rm -rf "$TOOLS/build"
  case "$(wasm-opt --version 2>/dev/null)" in
    "wasm-opt version $BINARYEN_VERSION "*) say "wasm-opt: $BINARYEN_VERSION, npm's" ;;
    *) fail "wasm-opt on PATH is '$(wasm-opt --version 2>&1 | head -n 1)', not npm's $BINARYEN_VERSION: remove node_modules and run this again" ;;
  esac
}

# For `make fuzz` alone. libFuzzer is C++.
setup_fuzz() {
  if ! command -v c++ >/dev/null; then
    apt_install g++ || fail "no C++ compiler (c++), which libFuzzer needs. As root: apt-get install g++"
  fi
  cargo_tool cargo-fuzz "$CARGO_FUZZ_VERSION" cargo-fuzz --locked
  rm -rf "$TOOLS/build"
}

setup_chromium() {
  if [ -z "$CHROMIUM" ] && apt_install chromium fonts-noto-cjk; then
    CHROMIUM="$(command -v chromium)" || CHROMIUM=
  fi
  if [ -n "$CHROMIUM" ]; then
    say "chromium: $("$CHROMIUM" --version 2>/dev/null | head -n 1), $CHROMIUM"
  elif [ "${CI:-}" = true ]; then
    fail "Chromium is missing and could not be installed; CI runs the browser suites"
  else
    say "chromium: MISSING, and could not be installed from here. The browser suites will be skipped.
  As root: apt-get install chromium fonts-noto-cjk, or set CHROMIUM to a Chrome of yours."
  fi
}

# Java and pyspark, for the suites of hosts/spark alone: half a gigabyte, once. Where it cannot be had they are skipped.
setup_spark() {
  local version
  has_java || apt_install openjdk-17-jre-headless || true
  if [ "$(spark_version)" != "$SPARK_VERSION" ]; then
    python3 -c 'import ensurepip' 2>/dev/null || apt_install python3-venv || true
    say "installing pyspark $SPARK_VERSION with pip into ./tools/spark (some 450 MB to fetch, once)"
    rm -rf "$TOOLS/spark"
    mkdir -p "$TOOLS"
    { python3 -m venv "$TOOLS/spark" &&
      "$TOOLS/spark/bin/python" -m pip install --quiet --disable-pip-version-check --retries 1 "pyspark==$SPARK_VERSION"; } </dev/null || true
  fi
  if has_java && [ "$(spark_version)" = "$SPARK_VERSION" ]; then
    version="$(java -version 2>&1 | head -n 1)"
    say "spark: pyspark $SPARK_VERSION, $version"
  elif [ "${FULL:-}" = 1 ]; then
    fail "Java or pyspark $SPARK_VERSION is missing and could not be installed; the full run needs both"
  else
    say "spark: MISSING, and could not be installed from here. The suites of Spark will be skipped.
  They need Java 17 or newer, Python 3 with venv, and pip: apt-get install openjdk-17-jre-headless python3-venv"
  fi
}

# For scripts/count.sh alone, which is skipped without it.
setup_valgrind() {
  if command -v valgrind >/dev/null || apt_install valgrind; then
    say "valgrind: $(valgrind --version)"
  else
    say "valgrind: MISSING, and could not be installed from here. Instructions will not be counted. As root: apt-get install valgrind"
  fi
}

[ $# -gt 0 ] || set -- rust npm wasm chromium spark valgrind
for part in "$@"; do
  case "$part" in
    rust | npm | wasm | chromium | spark | valgrind | fuzz) "setup_$part" ;;
    *) fail "setup.sh knows rust, npm, wasm, chromium, spark, valgrind and fuzz, not '$part'" ;;
  esac
done
