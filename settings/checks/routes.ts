import { nearest } from "../nearest";
import { isHttp } from "../process";
import type { Problem } from "../refusal";
import type { Settings } from "../schema";

/** Each address must lead to exactly one process that answers. */
export function routes({ edge, processes, media, static: files }: Settings): Problem[] {
  const answering = Object.keys(processes).filter((name) => isHttp(processes[name]));
  if (!edge.routes) return whichOne(answering);
  const problems: Problem[] = [];
  const first = new Map<string, string>();
  edge.routes.forEach(({ path, to }, index) => {
    const at = `edge.routes[${index}]`;
    const taken = first.get(path);
    if (taken !== undefined) {
      problems.push({
        at: `${at}.path`,
        got: path,
        why: `It leads to ${taken} already.`,
        fix: "Take one of the two away, or give it a path of its own.",
      });
    }
    first.set(path, taken ?? to);
    problems.push(...destination(`${at}.to`, to, processes, answering));
  });
  for (const [setting, url] of [
    ["media.url", media?.url],
    ["static.url", files?.url],
  ] as const) {
    const taken = url ? first.get(url) : undefined;
    if (taken === undefined) continue;
    problems.push({
      at: setting,
      got: `${url}`,
      why: `A route leads it to ${taken} already.`,
      fix: "Change one of the two.",
    });
  }
  return problems;
}

/** Where the edge serves files itself. */
export function fileUrls({ media, static: files }: Settings): Problem[] {
  const urls: [string, string | undefined][] = [
    ["media.url", media?.url || undefined],
    ["static.url", files?.url],
  ];
  const problems = urls
    .filter(([, url]) => url !== undefined && !/^\/([\w.~-]+\/)+$/.test(url))
    .map(([at, url]) => ({
      at,
      got: url || "nothing",
      why: "It is not a path below the root.",
      fix: `Begin and end it with /, such as ${at === "media.url" ? "/media/" : "/static/"}.`,
    }));
  if (media && files && media.url === files.url) {
    problems.push({
      at: "media.url",
      got: media.url,
      why: "Static files are served there already.",
      fix: "Change one of the two.",
    });
  }
  return problems;
}

function whichOne(answering: string[]): Problem[] {
  if (answering.length < 2) return [];
  const [one, other] = answering;
  return [
    {
      at: "edge.routes",
      got: "nothing",
      why: `${answering.join(" and ")} could all answer.`,
      fix: `Say who answers where, such as [{ path: /api/, to: ${one} }, { path: /, to: ${other} }].`,
    },
  ];
}

function destination(at: string, to: string, processes: Settings["processes"], answering: string[]): Problem[] {
  const process = processes[to];
  if (isHttp(process)) return [];
  const fix = answering.length ? `Write one of: ${answering.join(", ")}.` : "Add a process of kind web or frontend.";
  if (process) return [{ at, got: to, why: `A ${process.kind} answers no requests.`, fix }];
  const near = nearest(to, answering);
  return [{ at, got: to, why: "There is no such process.", fix: near ? `Did you mean ${near}?` : fix }];
}
