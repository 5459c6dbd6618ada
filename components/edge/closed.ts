import { seconds, type Duration } from "../../settings/units";
import { block, header, pattern, quoted } from "./nginx-text";

/** Whom the edge keeps out in maintenance, and whom it lets in all the same. */
export interface Closing {
  addresses: readonly string[];
  /** The value that lets in who has it as a cookie. */
  cookie?: string;
  retryAfter: Duration;
  /** The page comes with the configuration. @default the image's own */
  hasPage: boolean;
  /** Paths that are answered as ever. */
  spared: readonly string[];
}

/** On the edge's volume: while it is there, the edge is closed. A file, so that to open and close needs no reload. */
const FLAG = "/etc/edge/maintenance.on";
/** Names of files in it let in who knows one, for as long as it is there: see `tidemark-edge switch`. */
const PASSES = "/etc/edge/passes";
const PAGE_OF_IMAGE = "/usr/local/share/tidemark/maintenance";

/** Who is let in, as variables; for the `http` of nginx.conf. */
export function guests({ addresses, cookie, spared }: Closing, internal: readonly string[]): string {
  return [
    block("geo $guest_address", ["default 0;", ...addresses.map((address) => `${address} 1;`)]),
    block("map $http_cookie $guest_cookie", [
      "default 0;",
      ...(cookie === undefined ? [] : [`${quoted(`~(^|; *)tidemark-bypass=${pattern(cookie)}(;|$)`)} 1;`]),
    ]),
    block("map $http_x_tidemark_pass $guest_pass", ["default none;", '"~^[0-9a-f]{32}$" $http_x_tidemark_pass;']),
    block("map $uri $guest_path", [
      // On the way to a page or to a question the address is another one.
      "volatile;",
      "default 0;",
      ...[...spared, ...internal].map((path) => `${quoted(`~^${pattern(path)}$`)} 1;`),
    ]),
    block('map "$guest_address$guest_cookie$guest_path" $visitor', ["volatile;", 'default "";', '"000" stranger;']),
  ].join("\n");
}

/** Turns strangers away while the edge is closed; for a `server`. Its rules are read again on the way to every page. */
export function gate(): string[] {
  return [
    'set $closed_to "";',
    block(`if (-f ${FLAG})`, ["set $closed_to $visitor;"]),
    block(`if (-f ${PASSES}/$guest_pass)`, ['set $closed_to "";']),
    block("if ($closed_to)", ["return 503;"]),
    "error_page 503 /-/closed;",
  ];
}

export function closedPage({ retryAfter, hasPage }: Closing, headers: readonly string[]): string {
  // A path and not a name: only on the way to a path does a POST become the GET that a file is read with.
  return block("location = /-/closed", [
    "internal;",
    "client_max_body_size 0;",
    ...headers,
    header("Retry-After", String(seconds(retryAfter))),
    header("Cache-Control", "no-store"),
    "default_type text/html;",
    `root ${hasPage ? "." : PAGE_OF_IMAGE};`,
    "try_files /maintenance.html =503;",
  ]);
}
