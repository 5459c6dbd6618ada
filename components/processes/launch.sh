#!/bin/sh
# launch [--volume PATH]… PORT DRAIN -- COMMAND…
# Gives an unchanged image its environment, and lets it drain. PORT 0: nothing to drain.
[ ! -f /run/secrets/environment ] || . /run/secrets/environment

while [ "$1" = --volume ]; do
  if [ ! -f "$2/.tidemark-volume" ]; then
    echo "tidemark: $2 is not the volume that this stack filled: its mark is missing, so nothing is started on it. Type: npx tidemark status" >&2
    # Swarm starts it again at once, for as long as the volume is wrong.
    sleep 5
    exit 78
  fi
  shift 2
done

tidemark_port=$1 tidemark_drain=$2
shift 3
[ "$tidemark_port" != 0 ] || exec "$@"

tidemark_hex=$(printf %04X "$tidemark_port")

connections_open() {
  for tidemark_table in /proc/net/tcp /proc/net/tcp6; do
    [ -r "$tidemark_table" ] || continue
    while read -r _ tidemark_local tidemark_remote tidemark_state _; do
      [ "$tidemark_state" = 01 ] || continue
      case $tidemark_local in *":$tidemark_hex") ;; *) continue ;; esac
      # The health check's own connection comes from loopback.
      case $tidemark_remote in 0100007F:* | 0000000000000000FFFF00000100007F:* | 00000000000000000000000001000000:*) continue ;; esac
      return 0
    done <"$tidemark_table"
  done
  return 1
}

"$@" &
tidemark_child=$!
tidemark_stopping=
trap 'tidemark_stopping=yes' TERM INT

wait "$tidemark_child"
tidemark_code=$?
[ -n "$tidemark_stopping" ] || exit "$tidemark_code"

# Servers drop websockets at the signal, so it is held back until nobody is connected.
while [ "$tidemark_drain" -gt 0 ] && connections_open && kill -0 "$tidemark_child" 2>/dev/null; do
  sleep 1
  tidemark_drain=$((tidemark_drain - 1))
done
kill -TERM "$tidemark_child" 2>/dev/null
trap - TERM INT
wait "$tidemark_child"
