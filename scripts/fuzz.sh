#!/usr/bin/env bash
# Fuzzes one target by coverage: scripts/fuzz.sh snapshot|model|json|columns SECONDS [libFuzzer's options]
# RUSTC_BOOTSTRAP lets the pinned stable compiler take the flags of instrumentation. No sanitizer: the code that is fuzzed has no `unsafe`.
set -euo pipefail
source "$(dirname "$0")/env.sh"
cd "$ROOT"
target="$1" seconds="$2"
shift 2
say "fuzzing $target for $seconds s; failing inputs are stored in fuzz/artifacts/$target/"
RUSTC_BOOTSTRAP=1 exec cargo fuzz run --sanitizer none --fuzz-dir fuzz "$target" -- \
  -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 "$@"
