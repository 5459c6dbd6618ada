import type { S3 } from "@aws-sdk/client-s3";

import type { Attributes } from "../server/attribute";
import { refused, region } from "./attributes";
import type { Found, Kind } from "./managed";

interface OfBucket {
  bucket: string;
  region?: string | undefined;
}

type Own<Inputs> = Exclude<keyof Inputs & string, "bucket" | "region" | "expectedBucketOwner">;

/** One setting of a bucket, which is put as a whole. */
export interface Setting<Inputs extends OfBucket> {
  attributes: Record<Own<Inputs>, Attributes[string]>;
  put(s3: S3, bucket: string, wanted: Inputs): Promise<unknown>;
  /** Undefined where the bucket has none. */
  get(s3: S3, bucket: string): Promise<Found | undefined>;
  remove(s3: S3, bucket: string, was: Inputs): Promise<unknown>;
}

/** Its id is the bucket's name. */
export function setting<Inputs extends OfBucket>(its: Setting<Inputs>): Kind<Inputs> {
  return {
    attributes: {
      ...its.attributes,
      bucket: { type: "text", required: true, replaces: true },
      region,
      expectedBucketOwner: refused,
    } as Kind<Inputs>["attributes"],

    async create({ s3 }, wanted) {
      await its.put(s3, wanted.bucket, wanted);
      return { id: wanted.bucket };
    },

    async read({ s3, region }, id) {
      const found = await its.get(s3, id);
      return found && { bucket: id, region, ...found };
    },

    async update({ s3 }, id, _was, wanted) {
      await its.put(s3, id, wanted);
    },

    async delete({ s3 }, id, was) {
      await its.remove(s3, id, was);
    },
  };
}
