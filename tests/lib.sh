# shellcheck shell=bash
# Shared by sql-examples/run and tests/run; to be sourced under `set -euo
# pipefail` with the checkout as the current folder.

# The user's own settings would reach a real server: forget them.
forget_settings() {
  local name
  for name in "${!NEPTUNE_@}"; do
    unset "$name"
  done
  export NO_PROXY="127.0.0.1,localhost${NO_PROXY:+,$NO_PROXY}"
  export no_proxy=$NO_PROXY
}

# build_project FOLDER [CMAKE-OPTION…]: quiet; shows its log when it fails.
build_project() {
  local folder=$1 log=$1/build.log
  shift
  [ -f "$folder/CMakeCache.txt" ] || echo "Building in $folder" >&2
  mkdir -p "$folder"
  if ! { cmake -S . -B "$folder" "$@" &&
    cmake --build "$folder" -j "$(nproc)"; } >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    echo "The build failed; its whole log: $log" >&2
    return 1
  fi
}

# sample_store FOLDER: makes FOLDER/sample.db, the store of the sample project,
# and the folder with its files, unless it is newer than all it is made of.
sample_store() {
  local store=$1/sample.db newer
  if [ -f "$store" ]; then
    newer=$(find sql-examples/sample tests/server/schema.sql \
      -newer "$store" -print -quit)
    [ -n "$newer" ] || return 0
  fi
  rm -rf "$store.new" "$store.new-files" "$store-files"
  (cd sql-examples/sample && sqlite3 -batch -bail -init /dev/null \
    "$OLDPWD/$store.new" '.read load.sql' >&2) || {
    echo "Could not load sql-examples/sample/load.sql" >&2
    return 1
  }
  mv "$store.new-files" "$store-files"
  mv "$store.new" "$store"
}

# start_server FOLDER [OPTION…]: starts FOLDER/neptune-server on a free port
# and exports the token and the project that it prints. The caller ends it
# with stop_server, best from a trap.
start_server() {
  local folder=$1 token project
  shift
  # In a session of its own: Ctrl-C in an interactive shell is not for it.
  exec {server_output}< <(exec setsid "$folder/neptune-server" --port 0 "$@")
  server_pid=$!
  if ! { IFS= read -rt 120 token && IFS= read -rt 120 project; } <&"$server_output" ||
    [[ $token != "export NEPTUNE_API_TOKEN='"*"'" ]] ||
    [[ $project != "export NEPTUNE_PROJECT='"*"'" ]]; then
    echo "$folder/neptune-server did not start" >&2
    return 1
  fi
  eval "$token"
  eval "$project"
}

stop_server() {
  [ -n "${server_pid:-}" ] || return 0
  kill "$server_pid" 2>/dev/null || true
  wait "$server_pid" 2>/dev/null || true
  server_pid=
}
