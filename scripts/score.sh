#!/usr/bin/env bash
# Score transcripts: scripts/score.sh [PATH... [options of `rupture score`]]; without arguments, the example sessions.
set -euo pipefail
caller="$PWD"
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
. scripts/setup.sh
setup ""
rupture="$root/.venv/bin/rupture"
if [ "$#" -eq 0 ]; then
  exec "$rupture" score data/examples --out results
fi
cd "$caller"
case " $* " in
  *" --out"*) exec "$rupture" score "$@" ;;
  *) exec "$rupture" score "$@" --out results ;;
esac
