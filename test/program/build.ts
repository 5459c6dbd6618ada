import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as pulumi from "@pulumi/pulumi";
import { type MockMonitor, setMocks } from "@pulumi/pulumi/runtime/mocks";
import { getMonitor } from "@pulumi/pulumi/runtime/settings";
import type {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";

/** A resource as the program asked the engine for it. */
export interface Registered {
  name: string;
  type: string;
  urn: string;
  /** URN; empty at the root. */
  parent: string;
  custom: boolean;
  /** As sent: a secret is still an object with a signature. See `revealed` and `inClear`. */
  inputs: Record<string, unknown>;
  /** What a component says of itself at its end; undefined where it says nothing. */
  outputs?: Record<string, unknown>;
  /** URNs. */
  dependsOn: string[];
  /** URN and id of the provider; empty for the default one. */
  provider: string;
  protect: boolean;
  retainOnDelete: boolean;
  /** Of what is there already; undefined where it is made. */
  importId: string | undefined;
  deleteBeforeReplace: boolean;
  ignoreChanges: string[];
  secretOutputs: string[];
}

/**
 * Runs what makes resources without an engine, and lists them in the order of their registration. An error in an
 * `apply` is this promise's error. In a preview ids and whatever a server would answer are unknown.
 */
export async function build(make: () => unknown, { preview = false } = {}): Promise<Registered[]> {
  const registered: Registered[] = [];
  const thrown: unknown[] = [];
  // The runner listens too, and would fail the test before it can say which error it expects.
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", (error) => thrown.push(error));
  // The SDK takes a stack trace for every promise, which is most of the time of a build: one line tells the place.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  try {
    await setMocks(engine(preview), "tidemark", "try", preview);
    listen(registered);
    await make();
    await pulumi.runtime.disconnect();
    // An unhandled rejection is told of after the microtasks of the turn in which it happened.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    process.removeAllListeners("unhandledRejection");
    others.forEach((other) => process.on("unhandledRejection", other));
  }
  if (thrown.length > 0) {
    // What waited for the thrown value waits for ever, and the SDK would complain of it when the process ends: forget it.
    await setMocks(engine(preview));
    throw thrown[0];
  }
  return registered;
}

/** Gives back what it was given, with a name and an id where the engine would make them. */
function engine(preview: boolean): pulumi.runtime.Mocks {
  return {
    call: ({ token }) => {
      throw new Error(`nobody answers the call ${token}`);
    },
    newResource: ({ name, type, inputs, custom }) => ({
      id: preview || !custom ? undefined : `${name}-id`,
      state: {
        ...(inputs as Record<string, unknown>),
        ...(custom && { name: (inputs as { name?: string }).name ?? `${name}-1a2b3c4` }),
        ...(type === "command:local:Command" && !preview && { stdout: "{}", stderr: "" }),
        ...(type === "aws:s3/bucket:Bucket" && { bucket: `${name}-1a2b3c4` }),
        ...(type.startsWith("aws:") &&
          !preview && { arn: `arn:${name}`, region: "eu-home-1", secret: `${name}-secret` }),
      },
    }),
  };
}

function listen(registered: Registered[]): void {
  const monitor = getMonitor() as unknown as MockMonitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: RegisterResourceRequest, callback) => {
    const one = described(request);
    registered.push(one);
    return register(request, (error: Error | null, response: RegisterResourceResponse) => {
      if (response) one.urn = response.getUrn();
      callback(error, response);
    });
  };
  const tell = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request: RegisterResourceOutputsRequest, callback) => {
    const one = registered.find(({ urn }) => urn === request.getUrn());
    if (one) one.outputs = properties(request.getOutputs());
    tell(request, callback);
  };
}

function properties(struct: Struct | undefined): Record<string, unknown> {
  return struct?.toJavaScript() ?? {};
}

function described(request: RegisterResourceRequest): Registered {
  return {
    name: request.getName(),
    type: request.getType(),
    urn: "",
    parent: request.getParent(),
    custom: request.getCustom(),
    inputs: properties(request.getObject()),
    dependsOn: request.getDependenciesList(),
    provider: request.getProvider(),
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    importId: request.getImportid() || undefined,
    deleteBeforeReplace: request.getDeletebeforereplace(),
    ignoreChanges: request.getIgnorechangesList(),
    secretOutputs: request.getAdditionalsecretoutputsList(),
  };
}
