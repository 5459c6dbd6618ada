#!/bin/sh
# collect RELEASE ROOT EDGE -- COMMAND…
# Collects the static files into ROOT, and keeps a copy at EDGE beside those of other releases. They are tried in the
# order EDGE/0 to EDGE/4: first those of the release that is served, then these. `tidemark-edge switch` turns the two.
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

served=$(readlink "$edge/0" 2>/dev/null || echo)
served=${served#releases/}
order=$release
[ -z "$served" ] || [ "$served" = "$release" ] || order="$served $release"
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
