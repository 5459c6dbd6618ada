import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { S3 } from "@aws-sdk/client-s3";
import type { Config } from "./config";

/** AWS as it is reached from one region. */
export interface Aws {
  region: string;
  s3: S3;
  kms: KMS;
  iam: IAM;
}

/** One set of clients for each region that a resource names. */
export class Clients {
  private readonly made = new Map<string, Aws>();

  constructor(private readonly config: Config) {}

  in(region: string = this.config.region): Aws {
    const found = this.made.get(region) ?? this.make(region);
    this.made.set(region, found);
    return found;
  }

  private make(region: string): Aws {
    const { credentials, profile, endpoints, pathStyle, attempts } = this.config;
    const of = (service: string) => ({
      region,
      maxAttempts: attempts,
      ...(credentials && { credentials }),
      ...(profile !== undefined && { profile }),
      ...(endpoints[service] !== undefined && { endpoint: endpoints[service] }),
    });
    return {
      region,
      s3: new S3({ ...of("s3"), forcePathStyle: pathStyle }),
      kms: new KMS(of("kms")),
      iam: new IAM(of("iam")),
    };
  }
}

/** As names begin in a region. @example "aws-cn" */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
