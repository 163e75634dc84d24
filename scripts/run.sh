#!/usr/bin/env bash
# Runs a command with the project's compiler and tools on PATH: scripts/run.sh wasm-opt --version
set -euo pipefail
source "$(dirname "$0")/env.sh"
exec "$@"
