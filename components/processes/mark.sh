#!/bin/sh
# mark PATH NAME OWNER: makes an empty volume the one called NAME, owned by OWNER.
set -eu
mark=$1/.tidemark-volume
if [ -f "$mark" ]; then
  [ "$(cat "$mark")" = "$2" ] && exit 0
  echo "tidemark: $1 holds the volume $(cat "$mark"), not $2" >&2
  exit 78
fi
for file in "$1"/* "$1"/.[!.]*; do
  case $file in "$1/*" | "$1/.[!.]*" | "$1/lost+found") continue ;; esac
  echo "tidemark: $1 holds files, $file first, but no mark of $2: they are not this stack's" >&2
  exit 78
done
[ -z "$3" ] || chown "$3" "$1"
printf '%s\n' "$2" >"$mark"
