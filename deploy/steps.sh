# Sourced by the scripts of this folder and tests/run: steps with their time, quiet unless they fail.

# step TEXT LOG COMMAND...: one line with the seconds it took; what the command said stands in LOG and is shown when it fails.
step() {
    local text=$1 log=$2 status=0 begin=$EPOCHREALTIME
    shift 2
    mkdir -p "$(dirname "$log")"
    [ ! -t 1 ] || printf '           %s …\r' "$text"
    "$@" >"$log" 2>&1 || status=$?
    awk -v a="$begin" -v b="$EPOCHREALTIME" -v text="$text" 'BEGIN { printf "%8.1f s %s\n", b - a, text }'
    if [ "$status" -ne 0 ]; then
        tail -n 40 "$log" >&2
        echo "Failed: $text. All of it stands in $log" >&2
        return "$status"
    fi
}

