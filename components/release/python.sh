#!/bin/sh
# python PROGRAM SCRIPT ARGUMENT… [-- COMMAND…]
# Runs SCRIPT by the Python that PROGRAM runs by, for it alone is sure to have what PROGRAM imports. Where there is no
# Python, the COMMAND runs as it is.
program=$1
shift

python=$program
case ${program##*/} in
  python*) ;;
  *)
    python=
    place=$(command -v "$program" || :)
    if [ -f "$place" ] && IFS= read -r line <"$place"; then
      case $line in
        '#!'*/env*) ;;
        '#!'*python*)
          line=${line#??}
          line=${line#"${line%%[! ]*}"}
          python=${line%% *}
          ;;
      esac
    fi
    ;;
esac
for one in "$python" python3 python; do
  [ -z "$one" ] || ! command -v "$one" >/dev/null 2>&1 || exec "$one" "$@"
done

script=$1
while [ $# -gt 0 ] && [ "$1" != -- ]; do shift; done
if [ $# -lt 2 ]; then
  echo "tidemark: there is no Python here to run $script" >&2
  exit 127
fi
shift
echo "tidemark: here is no Python, so nothing keeps a second migration from running beside this one" >&2
exec "$@"
