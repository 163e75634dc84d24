#!/usr/bin/env bash
# Counts the instructions of the paths in benches/count under callgrind, natively and in the profile as shipped, and compares them with
# benches/count.json: 3 % above fails, 3 % below asks for a new number.
#   scripts/count.sh           compares
#   scripts/count.sh --write   writes benches/count.json anew, with a reason in the commit
set -euo pipefail
source "$(dirname "$0")/env.sh"
cd "$ROOT"

command -v valgrind >/dev/null || { say "valgrind is missing: instructions are not counted (apt-get install valgrind)"; exit 0; }
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

cargo bench --locked --bench count --no-run --message-format=json-render-diagnostics >"$work/built.json"
program="$(node -e '
  const lines = require("node:fs").readFileSync(process.argv[1], "utf8").trim().split("\n").map((line) => JSON.parse(line));
  console.log(lines.find(({ executable, target }) => executable && target.name === "count").executable);
' "$work/built.json")"
"$program" model "$work/model.bin"

counted() { # ITEMS [MODEL]
  mkdir "$work/$1"
  valgrind --quiet --tool=callgrind --callgrind-out-file="$work/$1/out" --collect-atstart=no --compress-strings=no --compress-pos=no \
    --toggle-collect=count::entries::counted_units --dump-after=count::entries::counted_units "$program" run "$@" >"$work/$1/entries"
}
counted 1000 "$work/model.bin" &
counted 10000 "$work/model.bin"
wait $!
node scripts/count.mjs "$work" "$@"
