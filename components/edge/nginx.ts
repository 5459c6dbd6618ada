import type { Edge, Route } from "../../settings/edge";
import { bytes, seconds } from "../../settings/units";

/** All that nginx's configuration is made from. */
export interface EdgePlan {
  edge: Edge;
  routes: (Route & { host: string; port: number })[];
  /** URL of the static files, when there are any. */
  staticUrl?: string;
  /** URL of the uploads, when the edge serves them. */
  mediaUrl?: string;
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

  log_format line escape=json
    '{"time":"$time_iso8601","request_id":"$request_name","client":"$remote_addr","method":"$request_method",'
    '"host":"$host","path":"$uri","status":$status,"bytes":$body_bytes_sent,"seconds":$request_time,'
    '"upstream":"$upstream_addr","upstream_status":"$upstream_status","upstream_seconds":"$upstream_response_time",'
    '"agent":"$http_user_agent"}';
  access_log /dev/stdout line;

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
    // nginx's own failures to reach a process; a 503 of the application's own passes as it is.
    "error_page 502 504 =503 /-/away;",
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
    ALIVE,
    ...(plan.staticUrl ? [staticFiles(plan.staticUrl)] : []),
    ...(plan.mediaUrl ? [block(`location ^~ ${plan.mediaUrl}`, [`alias ${MEDIA}/;`, "disable_symlinks on;"])] : []),
    ...plan.routes.map((route) => proxied(route, edge)),
  ]);
}

function staticFiles(url: string): string {
  const places = PLACES.map((place) => `/${place}/$asset`).join(" ");
  return block(`location ~ ^${escapeRegex(url)}(?<asset>.+)$`, [
    `root ${STATIC};`,
    `try_files ${places} =404;`,
    "expires 1h;",
  ]);
}

function proxied(route: EdgePlan["routes"][number], edge: Edge): string {
  const quiet = route.websocket ? "1h" : `${seconds(route.timeout)}s`;
  return block(`location ${route.path}`, [
    // Only a variable is resolved anew at every request.
    `set $upstream http://${route.host}:${route.port};`,
    `set $upgrade ${route.websocket ? "$http_upgrade" : '""'};`,
    `client_max_body_size ${bytes(route.bodySize ?? edge.bodySize)};`,
    `proxy_read_timeout ${quiet};`,
    `proxy_send_timeout ${quiet};`,
    "proxy_pass $upstream;",
  ]);
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

function header(name: string, value: string): string {
  return `add_header ${name} ${quoted(value)} always;`;
}

function quoted(value: string): string {
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function block(head: string, body: string[]): string {
  return `${head} {\n${indent(1, body.join("\n"))}\n}`;
}

function indent(depth: number, text: string): string {
  return text.replace(/^(?=.)/gm, "  ".repeat(depth));
}
