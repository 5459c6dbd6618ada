#!/bin/sh
# collect RELEASE ROOT EDGE -- COMMAND…
# Collects the static files into ROOT, and keeps a copy at EDGE beside those of earlier releases: EDGE/0 is the
# newest, EDGE/4 the oldest that a page still open in a browser can ask for.
set -eu
release=$1 root=$2 edge=$3
shift 4
"$@"

copy=$edge/releases/$release
if [ ! -d "$copy" ]; then
  rm -rf "$copy.partial"
  mkdir -p "$copy.partial"
  cp -R "$root/." "$copy.partial/"
  chmod -R a+rX "$copy.partial"
  mv "$copy.partial" "$copy"
fi

order=$release
for place in 0 1 2 3 4; do
  kept=$(readlink "$edge/$place" 2>/dev/null || echo)
  kept=${kept#releases/}
  case " $order " in *" $kept "*) ;; *) order="$order $kept" ;; esac
done
place=0
for kept in $order; do
  [ "$place" -le 4 ] || break
  ln -sfn "releases/$kept" "$edge/$place.new"
  mv -T "$edge/$place.new" "$edge/$place" 2>/dev/null || { rm -f "$edge/$place" && mv "$edge/$place.new" "$edge/$place"; }
  place=$((place + 1))
done

for copy in "$edge"/releases/*; do
  kept=${copy##*/}
  for place in 0 1 2 3 4; do
    [ "$(readlink "$edge/$place" 2>/dev/null || echo)" != "releases/$kept" ] || continue 2
  done
  rm -rf "$copy"
done
