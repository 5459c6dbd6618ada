import assert from "node:assert/strict";
import { it } from "node:test";
import type { ServiceSpec, SwarmService } from "./rollout";
import { asItStands, movedFrom } from "./take-back";

function spec(Name: string, image: string, replicas = 2): ServiceSpec {
  return { Name, Mode: { Replicated: { Replicas: replicas } }, TaskTemplate: { ContainerSpec: { Image: image } } };
}

const service = (Spec: ServiceSpec): SwarmService => ({ ID: `id-of-${Spec.Name}`, Spec });

it("takes back what differs from the former release in anything, and nothing else", () => {
  const former = { web: spec("web", "shop@1"), worker: spec("worker", "shop@1"), edge: spec("edge", "nginx@1") };
  const secret = spec("worker", "shop@1");
  secret.TaskTemplate.ContainerSpec = { Image: "shop@1", Secrets: [{ SecretID: "new" }] } as never;
  assert.deepEqual(
    movedFrom(former, [
      service(spec("web", "shop@2")),
      service(secret),
      service(spec("edge", "nginx@1")),
      service(spec("importer", "shop@2")),
    ]),
    { moved: ["web", "worker"], added: ["importer"] },
  );
});

it("leaves a stopped service stopped, and gives it back the rest", () => {
  const stopped = spec("worker", "shop@2", 0);
  assert.deepEqual(asItStands(spec("worker", "shop@1", 3), stopped), spec("worker", "shop@1", 0));
  assert.deepEqual(movedFrom({ worker: spec("worker", "shop@2", 3) }, [service(stopped)]).moved, []);
  const started = spec("worker", "shop@2", 3);
  assert.deepEqual(asItStands(spec("worker", "shop@1", 0), started), spec("worker", "shop@1", 3));
});
