import type { Edge, Route } from "../../settings/edge";
import { bytes, seconds } from "../../settings/units";
import { closedPage, gate, guests, type Closing } from "./closed";
import { block, header, indent, pattern, quoted } from "./nginx-text";

/** All that nginx's configuration is made from. */
export interface EdgePlan {
  edge: Edge;
  routes: (Route & { host: string; port: number; ready?: Ready })[];
  /** URL of the static files, when there are any. */
  staticUrl?: string;
  /** URL of the uploads, when the edge serves them. */
  mediaUrl?: string;
  maintenance: Closing;
}

/** Where a process says whether a visitor may be let in, and the Host header that it is asked with. */
export interface Ready {
  path: string;
  host: string;
  /** Where it says that it lives: nobody is kept from asking that. */
  live: string;
}

export const STATIC = "/srv/static";
export const MEDIA = "/srv/media";
/** How many releases' static files are tried, the newest first. */
const PLACES = [0, 1, 2, 3, 4];

/** nginx.conf, whole. It names no release: what differs from one to the next is found in the volumes. */
export function nginxConf(plan: EdgePlan): string {
  const { edge } = plan;
  return `worker_processes auto;
worker_shutdown_timeout 10m;
error_log stderr warn;

events {
  worker_connections 4096;
}

http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  server_tokens off;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 65s;
  client_header_timeout 15s;
  client_body_timeout 60s;
  send_timeout 60s;
  large_client_header_buffers 4 16k;
  client_max_body_size ${bytes(edge.bodySize)};

  gzip on;
  gzip_vary on;
  gzip_proxied any;
  gzip_min_length 1024;
  gzip_types text/plain text/css text/xml application/json application/javascript text/javascript application/xml image/svg+xml;

  # The answers of Docker's DNS are good for a second: a roll moves the tasks behind a name.
  resolver 127.0.0.11 valid=1s ipv6=off;
  resolver_timeout 2s;

${indent(1, realAddress(edge))}
  map $http_x_request_id $request_name {
    default $request_id;
    "~^[A-Za-z0-9._-]{8,64}$" $http_x_request_id;
  }
  map $upgrade $connection_header {
    default upgrade;
    "" "";
  }
${indent(1, unlessGiven(edge))}
${indent(1, guests(plan.maintenance, internal(plan)))}

  log_format line escape=json
    '{"time":"$time_iso8601","request_id":"$request_name","client":"$remote_addr","method":"$request_method",'
    '"host":"$host","path":"$uri","status":$status,"bytes":$body_bytes_sent,"seconds":$request_time,'
    '"upstream":"$upstream_addr","upstream_status":"$upstream_status","upstream_seconds":"$upstream_response_time",'
    '"agent":"$http_user_agent"}';
  access_log /dev/stdout line;

  proxy_cache_path /tmp/ready keys_zone=ready:1m max_size=1m;
  proxy_http_version 1.1;
  proxy_connect_timeout 2s;
  proxy_next_upstream error timeout;
  proxy_next_upstream_tries 3;
  proxy_set_header Host $http_host;
  proxy_set_header X-Real-IP $remote_addr;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Host $http_host;
  proxy_set_header X-Forwarded-Proto $client_proto;
  proxy_set_header X-Request-ID $request_name;
  proxy_set_header Upgrade $upgrade;
  proxy_set_header Connection $connection_header;
  # The edge gives it to every answer.
  proxy_hide_header X-Request-ID;

${indent(1, servers(plan))}
}
`;
}

function realAddress({ trustedProxies }: Edge): string {
  if (trustedProxies.length === 0) {
    return `map $scheme $client_proto {\n  default $scheme;\n}`;
  }
  return [
    ...trustedProxies.map((address) => `set_real_ip_from ${address};`),
    "real_ip_header X-Forwarded-For;",
    "real_ip_recursive on;",
    "geo $realip_remote_addr $from_proxy {",
    "  default 0;",
    ...trustedProxies.map((address) => `  ${address} 1;`),
    "}",
    'map "$from_proxy:$http_x_forwarded_proto" $client_proto {',
    "  default $scheme;",
    '  "1:https" https;',
    '  "1:http" http;',
    "}",
  ].join("\n");
}

function servers(plan: EdgePlan): string {
  const { edge } = plan;
  const tls = edge.tls && ["ssl_certificate tls/certificate.pem;", "ssl_certificate_key tls/key.pem;"];
  const plain = "listen 8080";
  const secure = "listen 8443 ssl";
  const answers = [edge.tls && edge.tls.redirect ? redirect(edge) : application(plan, [`${plain}${only(edge)};`], [])];
  if (tls) {
    const settings = [
      ...tls,
      "http2 on;",
      "ssl_protocols TLSv1.2 TLSv1.3;",
      "ssl_session_cache shared:tls:10m;",
      "ssl_session_timeout 1d;",
      "ssl_session_tickets off;",
    ];
    answers.push(application(plan, [`${secure}${only(edge)};`], settings));
  }
  if (edge.hosts.length > 0) answers.push(stranger(tls));
  return answers.join("\n\n");
}

/** The only server answers every name; with hosts there is another one for strangers. */
function only(edge: Edge): string {
  return edge.hosts.length === 0 ? " default_server" : "";
}

function names(edge: Edge): string {
  return `server_name ${edge.hosts.length > 0 ? edge.hosts.join(" ") : "_"};`;
}

function redirect(edge: Edge): string {
  const port = edge.tlsPort === 443 ? "" : `:${edge.tlsPort}`;
  return block("server", [
    `listen 8080${only(edge)};`,
    names(edge),
    ALIVE,
    block("location /", [`return 308 https://$host${port}$request_uri;`]),
  ]);
}

function stranger(tls: string[] | undefined): string {
  return block("server", [
    "listen 8080 default_server;",
    ...(tls ? ["listen 8443 ssl default_server;", ...tls] : []),
    "server_name _;",
    ALIVE,
    block("location /", ["return 421;"]),
  ]);
}

const ALIVE = block("location = /-/edge", [
  "access_log off;",
  "allow 127.0.0.1;",
  "deny all;",
  // Not `return`, which answers before anybody is denied.
  "try_files /-/no-such-file =204;",
]);

function application(plan: EdgePlan, listen: string[], tls: string[]): string {
  const { edge } = plan;
  const headers = [
    ...added(edge)
      .filter(([name]) => name !== HSTS || tls.length > 0)
      .map(([name]) => header(name, variableOf(name))),
    header("X-Request-ID", "$request_name"),
  ];
  return block("server", [
    ...listen,
    names(edge),
    ...tls,
    ...headers,
    ...edge.deny.map((address) => `deny ${address};`),
    ...gate(),
    // nginx's own failures to reach a process, or to find it ready; an error of the application's own passes as it is.
    "error_page 500 502 504 =503 /-/away;",
    // A path and not a name: only on the way to a path does a POST become the GET that a file is read with.
    block("location = /-/away", [
      "internal;",
      // Of what was sent to the process nothing is read here, so nothing is too large.
      "client_max_body_size 0;",
      // A location with a header of its own has only its own.
      ...headers,
      header("Retry-After", "10"),
      "default_type text/html;",
      "root .;",
      "try_files /away.html =503;",
    ]),
    closedPage(plan.maintenance, headers),
    ALIVE,
    ...(plan.staticUrl ? [staticFiles(plan.staticUrl)] : []),
    ...(plan.mediaUrl ? [block(`location ^~ ${plan.mediaUrl}`, [`alias ${MEDIA}/;`, "disable_symlinks on;"])] : []),
    ...plan.routes.map((route) => proxied(route, edge)),
    ...readiness(plan),
  ]);
}

function staticFiles(url: string): string {
  const places = PLACES.map((place) => `/${place}/$asset`).join(" ");
  return block(`location ~ ^${pattern(url)}(?<asset>.+)$`, [
    `root ${STATIC};`,
    `try_files ${places} =404;`,
    "expires 1h;",
  ]);
}

type Way = EdgePlan["routes"][number];

function proxied(route: Way, edge: Edge): string {
  const gate = route.ready ? [`auth_request ${gateOf(route)};`] : [];
  return block(`location ${route.path}`, [...passed(route, edge), ...gate]);
}

function passed(route: Way, edge: Edge): string[] {
  const quiet = route.websocket ? "1h" : `${seconds(route.timeout)}s`;
  return [
    // Only a variable is resolved anew at every request.
    `set $upstream http://${route.host}:${route.port};`,
    `set $upgrade ${route.websocket ? "$http_upgrade" : '""'};`,
    `client_max_body_size ${bytes(route.bodySize ?? edge.bodySize)};`,
    `proxy_read_timeout ${quiet};`,
    `proxy_send_timeout ${quiet};`,
    "proxy_pass $upstream;",
  ];
}

function gateOf({ to }: Way): string {
  return `/-/ready/${to}`;
}

/** Addresses on the way to an answer, which no visitor reaches. */
function internal({ routes }: EdgePlan): string[] {
  const gates = new Set(routes.flatMap((route) => (route.ready ? [gateOf(route)] : [])));
  return ["/-/away", "/-/closed", "/-/edge", ...(gates.size > 0 ? ["/-/let-in"] : []), ...gates];
}

/**
 * Of each process that says so itself, whether a visitor may be let in: with its database away every page would be an
 * error. It is asked once in two seconds. Only when each of its tasks answers 5xx is it away; to be slow is no reason.
 */
function readiness({ edge, routes }: EdgePlan): string[] {
  const asked = new Map(routes.flatMap((route) => (route.ready ? [[route.to, route] as const] : [])));
  return [...asked.values()]
    .flatMap((route) => {
      const { path, host, live } = route.ready as Ready;
      const answers = [...new Set([path, live])].filter((its) => its !== "/" && longest(routes, its)?.to === route.to);
      return [
        // Who asks for one of these very answers gets it, whatever it is.
        ...answers.map((its) => block(`location = ${its}`, passed({ ...route, websocket: false }, edge))),
        block(`location = ${gateOf(route)}`, [
          "internal;",
          // A variable of its own: a question on the way to an answer shares all of them with it.
          `set $readiness http://${route.host}:${route.port}${path};`,
          "proxy_method GET;",
          "proxy_pass_request_body off;",
          'proxy_set_header Content-Length "";',
          `proxy_set_header Host ${quoted(host)};`,
          "proxy_set_header X-Forwarded-Proto $client_proto;",
          "proxy_set_header X-Request-ID $request_name;",
          'proxy_set_header Connection "";',
          "proxy_read_timeout 5s;",
          "proxy_next_upstream error timeout http_500 http_502 http_503 http_504;",
          "proxy_ignore_headers Cache-Control Expires Set-Cookie Vary X-Accel-Expires X-Accel-Redirect;",
          "proxy_cache ready;",
          `proxy_cache_key ${route.to};`,
          "proxy_cache_valid any 2s;",
          "proxy_cache_lock on;",
          "proxy_cache_background_update on;",
          "proxy_cache_use_stale updating error timeout;",
          "proxy_intercept_errors on;",
          // It answers, so it is there: what it says of this path is between it and whoever checks its health.
          "error_page 301 302 303 307 308 400 401 403 404 405 421 429 =204 /-/let-in;",
          "proxy_pass $readiness;",
        ]),
      ];
    })
    .concat(asked.size > 0 ? [block("location = /-/let-in", ["internal;", "return 204;"])] : []);
}

/** The route that an address takes. */
export function longest(routes: readonly Way[], path: string): Way | undefined {
  return routes.filter((route) => path.startsWith(route.path)).sort((a, b) => b.path.length - a.path.length)[0];
}

const HSTS = "Strict-Transport-Security";

/** Headers of the edge's own, by name and value. */
function added({ tls, headers }: Edge): [name: string, value: string][] {
  const own = Object.entries(headers).sort(([a], [b]) => a.localeCompare(b));
  const isSet = own.some(([name]) => name.toLowerCase() === HSTS.toLowerCase());
  return tls && !isSet ? [[HSTS, "max-age=31536000"], ...own] : own;
}

/** An answer that has such a header keeps its own: twice the same, or two that differ, browsers read as they like. */
function unlessGiven(edge: Edge): string {
  return added(edge)
    .map(([name, value]) =>
      block(`map $upstream_http_${lower(name)} ${variableOf(name)}`, ['default "";', `"" ${quoted(value)};`]),
    )
    .join("\n");
}

/** nginx leaves a header out whose value is empty. */
function variableOf(name: string): string {
  return `$add_${lower(name)}`;
}

function lower(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}
