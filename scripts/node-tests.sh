#!/usr/bin/env bash
# Runs the suites of some folders with Node's runner: scripts/node-tests.sh FOLDER...
# Those in a folder named browser need Chromium: without it they are skipped, and fail in CI.
set -euo pipefail
source "$(dirname "$0")/env.sh"
files=()
for folder in "$@"; do
  if [ "$(basename "$folder")" = browser ] && [ -z "$CHROMIUM" ]; then
    [ "${CI:-}" != true ] || fail "no Chromium, and CI runs $folder"
    say "SKIPPED $folder: no Chromium"
    continue
  fi
  found=()
  while IFS= read -r file; do found+=("$file"); done < <(find "$folder" -name '*.test.mjs' -not -path '*/node_modules/*' 2>/dev/null | sort)
  [ ${#found[@]} -gt 0 ] || { say "no suites in $folder yet"; continue; }
  files+=("${found[@]}")
done
[ ${#files[@]} -gt 0 ] || exit 0
say "node --test: ${#files[@]} files in $*"
# Suites share no folder and no port. Node's own default leaves a processor idle.
exec node --test --test-concurrency="$(getconf _NPROCESSORS_ONLN)" --test-reporter=spec "${files[@]}"
