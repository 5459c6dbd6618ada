import { connectivityState, credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** The engine that started this plugin. */
export class Engine {
  private readonly client: EngineClient;
  private readonly waiting: { urn: string; text: string }[] = [];
  private sending: Promise<void> | undefined;

  constructor(address: string) {
    this.client = new EngineClient(address, credentials.createInsecure(), {
      // Idleness would close the connection, and its end is how the engine's death is noticed.
      "grpc.client_idle_timeout_ms": 2 ** 31 - 1,
    });
  }

  /** Shows a line beside a resource. Lines keep their order; those that pile up go together. */
  log(urn: string, line: string): void {
    const last = this.waiting.at(-1);
    if (last?.urn === urn) last.text += `\n${line}`;
    else this.waiting.push({ urn, text: line });
    this.sending ??= this.sendAll();
  }

  /** Resolves when the engine has every line, or can take no more. */
  async logged(): Promise<void> {
    await this.sending;
  }

  /** Calls back once the engine's process is no longer there. */
  whenGone(then: () => void): void {
    const channel = this.client.getChannel();
    const watch = (state: connectivityState): void =>
      channel.watchConnectivityState(state, Infinity, () => {
        const now = channel.getConnectivityState(true);
        if (now === connectivityState.TRANSIENT_FAILURE || now === connectivityState.SHUTDOWN) then();
        else watch(now);
      });
    watch(channel.getConnectivityState(true));
  }

  private async sendAll(): Promise<void> {
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) await this.send(next.urn, next.text);
    this.sending = undefined;
  }

  // The engine handles calls side by side, so the next line waits for the answer to this one.
  private send(urn: string, text: string): Promise<void> {
    const request = new LogRequest();
    request.setSeverity(LogSeverity.INFO);
    request.setUrn(urn);
    request.setMessage(text);
    request.setEphemeral(true);
    return new Promise((resolve) => this.client.log(request, () => resolve()));
  }
}
