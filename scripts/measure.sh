#!/usr/bin/env bash
# Prints the measures of the source tree: modules, long files, type names defined twice, doc comments, examples, words, sizes.
#   scripts/measure.sh [COMMIT]      default: the working tree; with a commit, also the tree of the commit
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Doc comments that open with a question word or a preposition do not name the value they describe.
OPENINGS='^ *//[/!] (What|Who|Whose|Whom|Which|How|Where|When|Why|Of|For|With|Beside|From)\b'
shipped() { # files that not only tests use
  local file name
  for file in "${rust[@]}"; do
    name="$(basename "$file" .rs)"
    grep -qzP "#\[cfg\(test\)\]\n(pub )?mod $name;" "$(dirname "$file")/mod.rs" 2>/dev/null || echo "$file"
  done
}

measures() { # in a tree
  local rust sources
  mapfile -t rust < <(find src kernel/src heap/src -name '*.rs' | sort)
  mapfile -t sources < <(find src kernel/src heap/src pkg hosts www/src -name node_modules -prune -o -path pkg/wasm -prune -o \( -name '*.rs' -o -name '*.js' \) -print | sort)
  echo "top-level modules	$(grep -cE '^(pub )?mod \w+;' src/lib.rs)"
  echo "Rust files	${#rust[@]}"
  echo "files over 400 lines, tests included	$(wc -l "${sources[@]}" | awk '$1 > 400 && $2 != "total"' | wc -l)"
  echo "Rust type names defined twice, tests left out	$(shipped | xargs sed -s '/^#\[cfg(test)\]/,$d' | grep -oE '^(pub(\([a-z]+\))? )?(struct|enum|trait|type) [A-Z]\w+' | awk '{print $NF}' | sort | uniq -d | wc -l)"
  echo "doc comments	$(grep -hE '^ *//[/!] ' "${rust[@]}" | wc -l)"
  echo "doc comments that open with a question word or preposition	$(awk -v opens="$OPENINGS" '/^ *\/\/[\/!] /{ if (!inside && $0 ~ opens) n += 1; inside = 1; next } { inside = 0 } END { print n + 0 }' "${rust[@]}")"
  echo "doc examples	$(grep -hE '^ *//[/!] ```$' "${rust[@]}" | wc -l | awk '{print int($1 / 2)}')"
  echo "words of README.md	$(wc -w < README.md)"
  echo "words of ARCHITECTURE.md	$(wc -w < ARCHITECTURE.md)"
  for module in nextpick nextpick_study; do
    echo "$module, gzip -9, bytes	$(gzip -9 -c "pkg/wasm/${module}_bg.wasm" | wc -c)"
  done
}

if [ $# -eq 0 ]; then
  measures | column -t -s $'\t'
else
  before="$(mktemp -d)"
  trap 'rm -rf "$before"' EXIT
  git archive "$1" | tar -x -C "$before"
  { echo "measure	$1	now"; paste <(cd "$before" && measures) <(measures | cut -f 2); } | column -t -s $'\t'
fi
