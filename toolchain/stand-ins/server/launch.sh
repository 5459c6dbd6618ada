# Read by the executables with `here` set to their own directory; runs the plugin's main.ts with the repository's tools.
root=$(readlink -f "$here/../../..")
node="$root/node_modules/.bin/node"
[ -x "$node" ] || node=node
if [ ! -d "$root/node_modules/ts-node" ]; then
  echo "$0: $root/node_modules is missing. Run \`npm ci\` in $root." >&2
  exit 1
fi
exec "$node" "$here/../server/start.js" "$here/main.ts" "$@"
