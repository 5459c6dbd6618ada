import { PluginError, type Problem } from "../server/plugin";
import { type Bag, holdsUnknown, reveal } from "../server/value";

/** How to reach AWS, from the provider's arguments or the environment variables of AWS's own tools. */
export interface Config {
  region: string;
  /** Undefined for what AWS's tools find by themselves: environment, shared files, the machine's role. */
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } | undefined;
  profile: string | undefined;
  /** By service; AWS itself for one that is not there. @example { s3: "https://storage.example" } */
  endpoints: Record<string, string>;
  pathStyle: boolean;
  attempts: number;
}

/** What says which checks the official plugin leaves out at its start is heeded by having none of them. */
const known = new Set([
  "accessKey",
  "endpoints",
  "maxRetries",
  "profile",
  "region",
  "s3UsePathStyle",
  "secretKey",
  "skipCredentialsValidation",
  "skipMetadataApiCheck",
  "skipRegionValidation",
  "skipRequestingAccountId",
  "token",
  "version",
]);
const services = ["iam", "kms", "s3"];

export function configProblems(config: Bag, environment: NodeJS.ProcessEnv = process.env): Problem[] {
  const problems = Object.keys(config)
    .filter((property) => !known.has(property) && config[property] !== "false")
    .map((property) => ({
      property,
      reason: "this stand-in for the aws plugin cannot do it. Leave it out, or install the official plugin.",
    }));
  if (config["region"] === undefined && regionOf({}, environment) === undefined) {
    problems.push({ property: "region", reason: "it is required, or AWS_REGION in the environment" });
  }
  for (const one of ["accessKey", "secretKey"]) {
    const other = one === "accessKey" ? "secretKey" : "accessKey";
    if (config[one] === undefined && config[other] !== undefined) {
      problems.push({ property: one, reason: `it is required beside ${other}` });
    }
  }
  const endpoints = config["endpoints"];
  if (endpoints !== undefined && !holdsUnknown(endpoints)) {
    for (const service of Object.keys(endpointsOf(reveal(endpoints)))) {
      if (services.includes(service)) continue;
      const reason = `this stand-in for the aws plugin never asks ${service}, only ${services.join(", ")}`;
      problems.push({ property: "endpoints", reason });
    }
  }
  return problems;
}

export function configOf(bag: Bag, environment: NodeJS.ProcessEnv = process.env): Config {
  const given = reveal(bag) as Bag;
  const region = regionOf(given, environment);
  if (region === undefined) throw new PluginError("the aws provider has no region");
  const [accessKeyId, secretAccessKey, sessionToken] = ["accessKey", "secretKey", "token"].map((name) =>
    textOf(given[name]),
  );
  return {
    region,
    credentials:
      accessKeyId !== undefined && secretAccessKey !== undefined
        ? { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
        : undefined,
    profile: textOf(given["profile"]),
    endpoints: endpointsOf(given["endpoints"]),
    pathStyle: ["true", true].includes(given["s3UsePathStyle"] as string | boolean),
    attempts: Number(given["maxRetries"] ?? 3) + 1,
  };
}

function regionOf(given: Bag, environment: NodeJS.ProcessEnv): string | undefined {
  return textOf(given["region"]) ?? environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"];
}

/** The SDK sends everything that is no text as JSON. Several entries are one. */
function endpointsOf(value: unknown): Record<string, string> {
  const list = (typeof value === "string" ? JSON.parse(value) : (value ?? [])) as Record<string, string | null>[];
  const entries = list.flatMap((one) => Object.entries(one));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => Boolean(entry[1])));
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
