#!/bin/sh
# probe http PORT PATH READY HOST SECONDS [DATABASE-HOST DATABASE-PORT]: healthy when the process answers 2xx or 3xx;
# READY is asked until it does for the first time, PATH from then on. With the database certainly away PATH is enough:
# nothing could ever be ready then, and no release, not even the former one, be put in place of another.
# probe reached PORT: healthy once a connection to PORT elsewhere was seen; later only that the process lives, which
# the container shows by being there: a broker that is away must not end a task that works.
# probe reaches HOST PORT: healthy once a connection to there could be made; later as above.
# Port, path, host, seconds. A subshell: whatever can ask takes its place. What it says stands in Docker's health log.
answers() (
  if command -v curl >/dev/null 2>&1; then
    exec curl --silent --show-error --fail --noproxy '*' --output /dev/null --max-time "$4" --header "Host: $3" "http://127.0.0.1:$1$2"
  fi
  for tidemark_python in python3 python; do
    command -v "$tidemark_python" >/dev/null 2>&1 || continue
    exec "$tidemark_python" -ISc '
import socket, sys
port, path, host, seconds = sys.argv[1:]
try:
    peer = socket.create_connection(("127.0.0.1", int(port)), float(seconds))
    peer.settimeout(float(seconds))
    peer.sendall("GET {} HTTP/1.0\r\nHost: {}\r\nConnection: close\r\n\r\n".format(path, host).encode())
    line = peer.makefile("rb").readline().split()
except OSError as error:
    sys.exit("{}: {}".format(path, error))
sys.exit(0 if len(line) > 1 and line[1][:1] in (b"2", b"3") else path + " answers " + b" ".join(line).decode("ascii", "replace"))' "$1" "$2" "$3" "$4"
  done
  if command -v node >/dev/null 2>&1; then
    exec node -e '
const [port, path, host, seconds] = process.argv.slice(1);
require("http").get({ host: "127.0.0.1", port, path, headers: { host }, timeout: seconds * 1000 }, (answer) =>
  process.exit(answer.statusCode < 400 ? 0 : 1)).on("error", () => process.exit(1)).on("timeout", () => process.exit(1));' "$1" "$2" "$3" "$4"
  fi
  if command -v perl >/dev/null 2>&1; then
    exec perl -MIO::Socket::INET -e '
my ($port, $path, $host, $seconds) = @ARGV;
alarm $seconds;
my $peer = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port, Timeout => $seconds) or exit 1;
print $peer "GET $path HTTP/1.0\r\nHost: $host\r\nConnection: close\r\n\r\n";
exit(<$peer> =~ m{^HTTP/\S+ [23]} ? 0 : 1);' "$1" "$2" "$3" "$4"
  fi
  if command -v bash >/dev/null 2>&1; then
    exec bash -c '
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf "GET %s HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n\r\n" "$2" "$3" >&3
read -r -t "$4" _ status _ <&3
case $status in [23]??) exit 0 ;; *) exit 1 ;; esac' bash "$1" "$2" "$3" "$4"
  fi
  if command -v wget >/dev/null 2>&1; then
    exec wget -q -O /dev/null -T "$4" --header "Host: $3" "http://127.0.0.1:$1$2"
  fi
  echo "tidemark: the image has none of curl, python3, node, perl, bash, wget to ask $2 with" >&2
  exit 1
)

reaches() {
  for tidemark_python in python3 python; do
    command -v "$tidemark_python" >/dev/null 2>&1 || continue
    "$tidemark_python" -ISc 'import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 3)' "$@" 2>/dev/null
    return
  done
  if command -v bash >/dev/null 2>&1; then
    bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$@" 2>/dev/null
    return
  fi
  nc -z -w 3 "$@"
}

# Without a tool to ask with nothing is certain.
unreachable() {
  for tidemark_tool in python3 python bash nc; do
    command -v "$tidemark_tool" >/dev/null 2>&1 || continue
    ! reaches "$@" 2>/dev/null
    return
  done
  return 1
}

case $1 in
  http)
    if [ -e /tmp/.tidemark-reached ]; then
      answers "$2" "$3" "$5" "$6"
    else
      answers "$2" "$4" "$5" "$6" || { [ $# -ge 8 ] && unreachable "$7" "$8" && answers "$2" "$3" "$5" "$6"; }
      tidemark_code=$?
      [ "$tidemark_code" != 0 ] || : >/tmp/.tidemark-reached
      exit "$tidemark_code"
    fi
    ;;
  reached)
    [ ! -e /tmp/.tidemark-reached ] || exit 0
    tidemark_hex=$(printf %04X "$2")
    for tidemark_table in /proc/net/tcp /proc/net/tcp6; do
      [ -r "$tidemark_table" ] || continue
      while read -r _ _ tidemark_remote tidemark_state _; do
        case $tidemark_state$tidemark_remote in 01*":$tidemark_hex") : >/tmp/.tidemark-reached && exit 0 ;; esac
      done <"$tidemark_table"
    done
    exit 1
    ;;
  reaches)
    [ ! -e /tmp/.tidemark-reached ] || exit 0
    reaches "$2" "$3" && : >/tmp/.tidemark-reached
    ;;
esac
