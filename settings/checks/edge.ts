import { isIP } from "node:net";
import type { Problem } from "../refusal";
import type { Settings } from "../schema";
import { shown } from "../shown";

const HOST = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

export function edge({ edge, docker }: Settings): Problem[] {
  const problems: Problem[] = [];
  const ports: [string, number][] = [["edge.port", edge.port]];
  if (edge.tls) ports.push(["edge.tlsPort", edge.tlsPort]);
  ports.push(["docker.registryPort", docker.registryPort]);
  ports.forEach(([at, port], index) => {
    const before = ports.slice(0, index).find(([, other]) => other === port)?.[0];
    if (before) problems.push({ at, got: `${port}`, why: `${before} is the same.`, fix: "Give it another port." });
  });
  edge.hosts.forEach((host, index) => {
    if (HOST.test(host) || isIP(host)) return;
    problems.push({
      at: `edge.hosts[${index}]`,
      got: shown(["edge", "hosts", index], host),
      why: "It is not a host's name.",
      fix: "Write the bare name, without scheme, port, path or *, such as shop.example.",
    });
  });
  for (const [name, value] of Object.entries(edge.headers)) {
    if (value.includes("$")) {
      const why = "nginx takes what begins with $ for a variable, and knows no way to write the sign itself.";
      problems.push({
        at: `edge.headers.${name}`,
        got: shown([name], value),
        why,
        fix: "Let the application send this header.",
      });
    }
    if (!/[\r\n\0]/.test(value)) continue;
    const fix = "Write it on one line; in YAML > instead of | joins lines.";
    problems.push({
      at: `edge.headers.${name}`,
      got: shown([name], value),
      why: "A header cannot hold a line break.",
      fix,
    });
  }
  if (edge.tls && !edge.tls.certificate.includes("-----BEGIN CERTIFICATE-----")) {
    problems.push({
      at: "edge.tls.certificate",
      got: shown(["edge", "tls", "certificate"], edge.tls.certificate),
      why: "It is not a certificate in PEM.",
      fix: "Paste the certificate and its chain, from -----BEGIN CERTIFICATE-----, after certificate: |.",
    });
  }
  return problems;
}

/** Addresses of proxies, of those who are turned away, and of those who are let in. */
export function addresses({ edge, maintenance }: Settings): Problem[] {
  const lists = {
    "edge.trustedProxies": edge.trustedProxies,
    "edge.deny": edge.deny,
    "maintenance.addresses": maintenance.addresses,
  };
  return Object.entries(lists).flatMap(([list, all]) =>
    all.flatMap((address, index) =>
      isAddress(address)
        ? []
        : {
            at: `${list}[${index}]`,
            got: shown([...list.split("."), index], address),
            why: "It is neither an address nor a range of addresses.",
            fix: 'Write it like "203.0.113.7" or "10.0.0.0/8".',
          },
    ),
  );
}

function isAddress(text: string): boolean {
  const [address = "", prefix, ...more] = text.split("/");
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}
