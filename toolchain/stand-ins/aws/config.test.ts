import assert from "node:assert/strict";
import { it } from "node:test";
import { Secret } from "../server/value";
import { configOf, configProblems } from "./config";

it("reads what the SDK sends: texts as they are, everything else as JSON", () =>
  assert.deepEqual(
    configOf(
      {
        accessKey: new Secret("a"),
        secretKey: new Secret("b"),
        region: "eu-central-1",
        endpoints: '[{"s3":"http://one","iam":""},{"kms":"http://two"}]',
        s3UsePathStyle: "true",
        maxRetries: "1",
      },
      {},
    ),
    {
      region: "eu-central-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      profile: undefined,
      endpoints: { s3: "http://one", kms: "http://two" },
      pathStyle: true,
      attempts: 2,
    },
  ));

it("takes the region of the environment, and leaves the credentials to it", () => {
  const { region, credentials } = configOf({}, { AWS_DEFAULT_REGION: "eu-west-1" });
  assert.deepEqual([region, credentials], ["eu-west-1", undefined]);
});

it("refuses what it cannot do, and what is half there", () => {
  const properties = (config: Record<string, string>): string[] =>
    configProblems(config, {}).map(({ property }) => property);
  assert.deepEqual(properties({ region: "r", skipCredentialsValidation: "false", insecure: "false" }), []);
  assert.deepEqual(properties({ assumeRoles: "[{}]", accessKey: "a" }), ["assumeRoles", "region", "secretKey"]);
  assert.deepEqual(properties({ region: "r", endpoints: '[{"ec2":"http://x"}]' }), ["endpoints"]);
});
