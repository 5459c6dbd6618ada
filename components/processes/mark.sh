#!/bin/sh
# mark PATH NAME OWNER: makes an empty volume the one called NAME, owned by OWNER.
set -eu
mark=$1/.tidemark-volume
if [ -f "$mark" ]; then
  [ "$(cat "$mark")" = "$2" ] && exit 0
  echo "tidemark: $1 holds the volume $(cat "$mark"), not $2" >&2
  exit 78
fi
found=$(ls -A "$1" | while IFS= read -r file; do [ "$file" = lost+found ] || printf '%s ' "$file"; done)
if [ -n "$found" ]; then
  echo "tidemark: $1 holds files ($found), but no mark of $2: they are not this stack's" >&2
  exit 78
fi
[ -z "$3" ] || chown "$3" "$1"
printf '%s\n' "$2" >"$mark"
