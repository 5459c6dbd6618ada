import assert from "node:assert/strict";
import { it } from "node:test";
import { addresses, edge } from "./edge";
import { sample } from "./sample";

const tls = { certificate: "-----BEGIN CERTIFICATE-----\n", key: "TLS_KEY" };

it("refuses two uses of one port", () => {
  assert.deepEqual(edge(sample({ edge: { port: 443, tls } })), [
    { at: "edge.tlsPort", got: "443", why: "edge.port is the same.", fix: "Give it another port." },
  ]);
  assert.deepEqual(edge(sample({ edge: { port: 5000 } })), [
    { at: "docker.registryPort", got: "5000", why: "edge.port is the same.", fix: "Give it another port." },
  ]);
  assert.deepEqual(edge(sample({ edge: { port: 443 } })), []);
});

it("refuses what is not a host's name", () => {
  const hosts = ["shop.example", "192.0.2.7", "https://shop.example", "shop.example:8080", "*.example", "a b", ""];
  assert.deepEqual(
    edge(sample({ edge: { hosts } })),
    [2, 3, 4, 5, 6].map((index) => ({
      at: `edge.hosts[${index}]`,
      got: hosts[index] ? JSON.stringify(hosts[index]) : "nothing",
      why: "It is not a host's name.",
      fix: "Write the bare name, without scheme, port, path or *, such as shop.example.",
    })),
  );
});

it("refuses a header with a line break", () =>
  assert.deepEqual(edge(sample({ edge: { headers: { "X-Note": "one\nX-Evil: two" } } })), [
    {
      at: "edge.headers.X-Note",
      got: '"one\\nX-Evil: two"',
      why: "A header cannot hold a line break.",
      fix: "Write it on one line; in YAML > instead of | joins lines.",
    },
  ]));

it("refuses a header in which nginx would see a variable", () =>
  assert.deepEqual(edge(sample({ edge: { headers: { "X-Price": "5 $" } } })), [
    {
      at: "edge.headers.X-Price",
      got: '"5 $"',
      why: "nginx takes what begins with $ for a variable, and knows no way to write the sign itself.",
      fix: "Let the application send this header.",
    },
  ]));

it("refuses a certificate that is not one", () =>
  assert.deepEqual(edge(sample({ edge: { tls: { ...tls, certificate: "/etc/ssl/shop.pem" } } })), [
    {
      at: "edge.tls.certificate",
      got: '"/etc/ssl/shop.pem"',
      why: "It is not a certificate in PEM.",
      fix: "Paste the certificate and its chain, from -----BEGIN CERTIFICATE-----, after certificate: |.",
    },
  ]));

it("refuses what is neither an address nor a range", () => {
  const good = ["203.0.113.7", "10.0.0.0/8", "2001:db8::/32", "::1"];
  const bad = ["shop.example", "10.0.0.0/33", "10.0.0", "10.0.0.0/8/8", "2001:db8::/129", "10.0.0.0/"];
  assert.deepEqual(
    addresses(sample({ edge: { deny: [...good, ...bad], trustedProxies: ["proxy"] } })),
    [["trustedProxies", 0, "proxy"], ...bad.map((one, index) => ["deny", index + good.length, one])].map(
      ([list, index, one]) => ({
        at: `edge.${list}[${index}]`,
        got: JSON.stringify(one),
        why: "It is neither an address nor a range of addresses.",
        fix: 'Write it like "203.0.113.7" or "10.0.0.0/8".',
      }),
    ),
  );
});
