import type { Settings } from "../../settings/schema";

/** What Django warns of and the edge does, or what cannot be otherwise without TLS. */
export function acceptedAnyway({ edge }: Pick<Settings, "edge">): string[] {
  const ofTheEdge = ["security.W004", "security.W008"];
  const secureCookies = ["security.W010", "security.W011", "security.W012", "security.W016"];
  return edge.tls ? ofTheEdge : [...ofTheEdge, ...secureCookies];
}
