import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

const iterations = 4096;

/**
 * What PostgreSQL keeps of a password. Sent in its place, the password itself reaches neither the server's log nor
 * pg_stat_statements.
 */
export function scramVerifier(password: string, salt = randomBytes(16)): string {
  if (/^SCRAM-SHA-256\$\d+:|^md5[0-9a-f]{32}$/.test(password)) return password;
  const salted = pbkdf2Sync(prepared(password), salt, iterations, 32, "sha256");
  const hmac = (key: string): Buffer => createHmac("sha256", salted).update(key).digest();
  const stored = createHash("sha256").update(hmac("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${stored}:${hmac("Server Key").toString("base64")}`;
}

// SASLprep, as servers and clients do it. A password that it prohibits is no error to them: it is taken as it is.
function prepared(password: string): string {
  const mapped = password
    .replace(/[\u00ad\u034f\u1806\u180b-\u180d\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]/g, "")
    .replace(/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g, " ")
    .normalize("NFKC");
  return mapped === "" || /[\p{Cc}\p{Co}\p{Cs}\p{Cn}\u2028\u2029\ufff9-\ufffd]/u.test(mapped) ? password : mapped;
}
