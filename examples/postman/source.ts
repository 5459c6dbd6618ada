import type { StandIn } from "../demo/source";
import versions from "./versions.json";

export const postman: StandIn = { folder: __dirname, versions };
