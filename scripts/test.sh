#!/usr/bin/env bash
# Run the test suite: scripts/test.sh [options of pytest]. The slow part: scripts/test.sh -m slow
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/setup.sh
setup train,dev
if [ "$#" -eq 0 ]; then set -- -m "not slow and not browser" -n 2; fi
exec .venv/bin/python -m pytest "$@"
