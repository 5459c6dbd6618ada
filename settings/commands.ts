/** Sets a secret. The value is typed at Pulumi's prompt: in the command it would stay in the shell's history. */
export function setSecret(name: string, stack: string): string {
  return `pulumi config set --secret --path secrets.${name} --stack ${stack}`;
}

/** Makes a long random secret and sets it, without showing it. */
export function makeSecret(name: string, stack: string): string {
  return `head -c 32 /dev/urandom | base64 | ${setSecret(name, stack)}`;
}
