import { randomBytes } from "node:crypto";
import type { Notify } from "../settings/notify";
import { inspect, lines, type Docker } from "./docker";
import { runJob, type Follow } from "./job";
import { who, type ReleaseRecord } from "./ledger";
import type { SwarmService } from "./rollout";

/** What people are told of. */
export interface News {
  /** As in Docker's names. @example "shop-prod" */
  stack: string;
  what: "release" | "rollback" | "fall-back" | "failure" | "no-go" | "maintenance on" | "maintenance off" | "backups";
  tag?: string;
  /** The release before. */
  former?: string;
  who: string;
  /** One line. */
  why?: string;
}

/** How it is told; the URL is a Swarm secret. */
export type Way = Pick<Notify, "format" | "template">;

/**
 * Sends it from a container of the edge's image, for there the URL never stands in an argument. That nobody could be told
 * is said, and changes nothing else.
 */
export async function notify(
  docker: Docker,
  way: Way,
  news: News,
  follow: Follow,
  say: (line: string) => void,
): Promise<void> {
  const { stack } = news;
  try {
    const secret = await webhookOf(docker, stack);
    const [edge] = await inspect<SwarmService>(docker, "service", [`${stack}-edge`]);
    if (secret === undefined || !edge) {
      const missing = edge
        ? "the webhook's address comes with the next update"
        : "there is no edge yet to tell it from";
      say(`nobody was told: ${missing}`);
      return;
    }
    const { ContainerSpec, Placement } = edge.Spec.TaskTemplate as EdgeTask;
    const job = {
      // Two things may be told at once.
      name: `${stack}-notify-${randomBytes(3).toString("hex")}`,
      image: ContainerSpec.Image,
      command: [
        ...["curl", "--silent", "--show-error", "--fail", "--location", "--output", "/dev/null", "--max-time", "15"],
        ...["--config", "/run/secrets/webhook", "--header", "Content-Type: application/json"],
        ...["--data-raw", message(way, news)],
      ],
      labels: { "tidemark.stack": stack, "tidemark.role": "job" },
      secrets: [{ source: secret, target: "webhook" }],
      networks: (edge.Spec.TaskTemplate as EdgeTask).Networks.map(({ Target }) => Target),
      constraints: Placement?.Constraints ?? [],
      limitSeconds: 30,
    };
    const { exitCode } = await runJob(docker, job, follow, say);
    say(
      exitCode === 0 ? `told: ${inOneLine(news)}` : `nobody was told: the webhook was not reached (curl ${exitCode})`,
    );
  } catch (error) {
    say(`nobody was told: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What is told of a release. */
export function newsOf(
  stack: string,
  what: News["what"],
  { tag, who, why }: ReleaseRecord,
  former: ReleaseRecord | undefined,
): News {
  return { stack, what, tag, who, ...(former && { former: former.tag }), ...(why !== undefined && { why }) };
}

export function newsOfMaintenance(stack: string, on: boolean, why?: string): News {
  return { stack, what: `maintenance ${on ? "on" : "off"}`, who: who(), ...(why !== undefined && { why }) };
}

/** The newest: a former one stays until nothing refers to it. */
async function webhookOf(docker: Docker, stack: string): Promise<string | undefined> {
  const ids = await lines(docker, ["secret", "ls", "--quiet", "--filter", `name=${stack}-notify-secret-`]);
  const all = await inspect<{ CreatedAt: string; Spec: { Name: string } }>(docker, "secret", ids);
  return all.sort((a, b) => b.CreatedAt.localeCompare(a.CreatedAt))[0]?.Spec.Name;
}

interface EdgeTask {
  ContainerSpec: { Image: string };
  Placement?: { Constraints?: string[] };
  Networks: { Target: string }[];
}

/** What curl reads as its configuration. */
export function webhookFile(url: string): string {
  return `url = "${url.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"\n`;
}

/** The body of the request. */
export function message({ format, template }: Way, news: News): string {
  const text = inOneLine(news);
  if (template !== undefined) return filled(template, { ...news, text });
  switch (format) {
    case "slack":
    case "mattermost":
    case "google-chat":
      return JSON.stringify({ text });
    case "discord":
      return JSON.stringify({ content: text.slice(0, 2000) });
    case "teams":
      return JSON.stringify({
        type: "message",
        attachments: [
          {
            contentType: "application/vnd.microsoft.card.adaptive",
            content: { type: "AdaptiveCard", version: "1.4", body: [{ type: "TextBlock", text, wrap: true }] },
          },
        ],
      });
    case "json":
      return JSON.stringify({ ...news, text });
  }
}

/** As a text inside JSON may look: without the quotes around it. */
function filled(template: string, values: object): string {
  const known = values as Record<string, string | undefined>;
  return template.replace(/\{(text|stack|what|tag|former|who|why)\}/g, (_, name: string) =>
    JSON.stringify(known[name] ?? "").slice(1, -1),
  );
}

export function inOneLine({ stack, what, tag, former, who, why }: News): string {
  const because = why === undefined ? "" : `: ${why}`;
  switch (what) {
    case "release":
    case "rollback":
      return `${stack} runs ${tag}${former === undefined ? "" : `, before it ${former}`} (${what} by ${who})${because}`;
    case "fall-back":
      return `${stack} went back to ${former}: ${tag} did not run (${who})${because}`;
    case "failure":
      return `${stack} could not be brought to ${tag} (${who})${because}`;
    case "no-go":
      return `${stack}: no-go for ${tag} (${who})${because}`;
    case "backups":
      return `${stack}${because}`;
    case "maintenance on":
    case "maintenance off":
      return `${stack}: ${what} (${who})${because}`;
  }
}
