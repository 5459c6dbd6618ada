import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { checkAnswer, diffAnswer, schemaText } from "./answers";
import { Engine } from "./engine";
import { type Call, type Plugin, PluginError, type Resource } from "./plugin";
import { type Bag, decode, encode } from "./value";

/** Puts a plugin before the engine and prints its port. Lives until the engine ends it, or is gone itself. */
export async function serve(plugin: Plugin, args = process.argv.slice(2)): Promise<void> {
  const address = args.filter((one) => !one.startsWith("-")).at(-1);
  const engine = address === undefined ? undefined : new Engine(address);
  const leave = (code: number): void => void plugin.leave().finally(() => process.exit(code));
  engine?.whenGone(() => leave(1));
  // The engine's own way to close a plugin is SIGINT; it waits for seconds where that is not heeded.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => leave(0));

  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(ResourceProviderService, methods(plugin, engine));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (failure, bound) =>
      failure ? reject(failure) : resolve(bound),
    ),
  );
  process.stdout.write(`${port}\n`);
}

// The SDK's own provider server drops the provider's configuration and detailed diffs, so this is one without gaps.
function methods(plugin: Plugin, engine: Engine | undefined): grpc.UntypedServiceImplementation {
  const about = (request: { getUrn(): string }, seed: Uint8Array = new Uint8Array()): Call & { resource: Resource } => {
    const urn = request.getUrn();
    const [, , types = "", ...name] = urn.split("::");
    return {
      urn,
      seed,
      name: name.join("::"),
      log: (line) => engine?.log(urn, line),
      resource: resourceOf(plugin, types.split("$").pop()!),
    };
  };

  /** Answers only once everything that was said on the way is shown. */
  const working = <Request, Answer>(work: (request: Request) => Promise<Answer>) =>
    answering((request: Request) => work(request).finally(() => engine?.logged()));

  return {
    getPluginInfo: answering(() => {
      const info = new PluginInfo();
      info.setVersion(`${plugin.version}+stand-in`);
      return info;
    }),

    getSchema: answering(() => {
      const answer = new messages.GetSchemaResponse();
      answer.setSchema(schemaText(plugin));
      return answer;
    }),

    checkConfig: answering((request: messages.CheckRequest) => {
      const config = decode(request.getNews());
      return checkAnswer(config, plugin.checkConfig?.(config) ?? []);
    }),

    configure: answering((request: messages.ConfigureRequest) => {
      plugin.configure?.(decode(request.getArgs()));
      const answer = new messages.ConfigureResponse();
      answer.setAcceptsecrets(true);
      return answer;
    }),

    check: answering((request: messages.CheckRequest) => {
      const { resource, ...call } = about(request, request.getRandomseed_asU8());
      const { inputs, problems } = resource.check(decode(request.getNews()), decode(request.getOlds()), call);
      return checkAnswer(inputs, problems);
    }),

    diff: answering((request: messages.DiffRequest) => {
      const state = decode(request.getOlds());
      const news = decode(request.getNews());
      keepIgnored(news, state, request.getIgnorechangesList());
      return diffAnswer(about(request).resource.diff(request.getId(), state, news));
    }),

    create: working(async (request: messages.CreateRequest) => {
      const { resource, ...call } = about(request);
      const { id, state } = await resource.create(decode(request.getProperties()), call);
      const answer = new messages.CreateResponse();
      answer.setId(id);
      answer.setProperties(encode(state));
      return answer;
    }),

    read: answering(async (request: messages.ReadRequest) => {
      const { resource, ...call } = about(request);
      const state = decode(request.getProperties());
      const reading = await resource.read(request.getId(), state, decode(request.getInputs()), call);
      const answer = new messages.ReadResponse();
      if (reading === undefined) return answer;
      answer.setId(reading.id);
      answer.setProperties(encode(reading.state));
      answer.setInputs(encode(reading.inputs));
      return answer;
    }),

    update: working(async (request: messages.UpdateRequest) => {
      const { resource, ...call } = about(request);
      const state = decode(request.getOlds());
      const news = decode(request.getNews());
      keepIgnored(news, state, request.getIgnorechangesList());
      const answer = new messages.UpdateResponse();
      answer.setProperties(encode(await resource.update(request.getId(), state, news, call)));
      return answer;
    }),

    delete: working(async (request: messages.DeleteRequest) => {
      const { resource, ...call } = about(request);
      await resource.delete(request.getId(), decode(request.getProperties()), call);
      return new Empty();
    }),

    cancel: answering(() => {
      plugin.cancel();
      return new Empty();
    }),

    invoke: answering((request: messages.InvokeRequest) => {
      throw new PluginError(`${request.getTok()}: this stand-in for ${plugin.name} has no functions`);
    }),
  };
}

function resourceOf({ name, resources, version }: Plugin, token: string): Resource {
  const resource = resources[token];
  if (resource) return resource;
  const known = Object.keys(resources).sort().join(", ");
  throw new PluginError(
    `${token}: this stand-in for ${name} has only ${known}. For more, install the official plugin ${version}.`,
  );
}

function keepIgnored(news: Bag, state: Bag, ignored: string[]): void {
  for (const property of ignored) {
    if (state[property] === undefined) delete news[property];
    else news[property] = state[property];
  }
}

function answering<Request, Answer>(
  work: (request: Request) => Answer | Promise<Answer>,
): grpc.handleUnaryCall<Request, Answer> {
  return (call, reply) => {
    Promise.resolve(call.request)
      .then(work)
      .then(
        (answer) => reply(null, answer),
        (failure: unknown) => reply({ code: grpc.status.UNKNOWN, details: textOf(failure) }),
      );
  };
}

function textOf(failure: unknown): string {
  if (failure instanceof PluginError) return failure.message;
  return failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
}
