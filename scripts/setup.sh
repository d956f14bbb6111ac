# Sourced by score.sh and test.sh: makes .venv and installs the locked dependencies, once for each state of the lock file.
#   setup ""            what scoring and reviewing need
#   setup train,dev     what training and the tests need as well
setup() {
  local extras="$1" python="${PYTHON:-python3.11}" stamp want
  stamp=".venv/.installed${extras:+-${extras//,/-}}"
  want="$(cat pyproject.toml configs/requirements.lock | sha256sum | cut -d' ' -f1)"
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then return 0; fi
  # The full set-up holds what scoring needs.
  if [ -z "$extras" ] && [ "$(cat .venv/.installed-train-dev 2>/dev/null)" = "$want" ]; then return 0; fi
  command -v "$python" >/dev/null || python=python3
  if ! "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; then
    echo "Python 3.11 is needed; set PYTHON to its command." >&2
    return 2
  fi
  echo "Setting up .venv (once; this step needs the package index) ..." >&2
  [ -d .venv ] || "$python" -m venv .venv
  local pip=(.venv/bin/python -m pip install -qq --no-compile --disable-pip-version-check --constraint configs/requirements.lock)
  case "$extras" in
    *train*) "${pip[@]}" "$(grep '^torch==' configs/requirements.lock)" --editable ".[$extras]" ;;
    *) "${pip[@]}" --editable . ;;
  esac
  echo "$want" >"$stamp"
}
