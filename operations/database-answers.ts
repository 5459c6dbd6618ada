import { connect } from "node:net";

/** The first message of PostgreSQL's protocol that every server answers with one letter. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** Whether a PostgreSQL answers there; a forwarder in front of a dead one does not pass for it. */
export function databaseAnswers(port: number, limitMs = 2000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(limitMs, () => end(false));
    socket.once("connect", () => socket.write(SSL_REQUEST));
    socket.once("data", (data) => end(data[0] === 0x4e || data[0] === 0x53));
    socket.once("error", () => end(false));
    socket.once("close", () => end(false));
  });
}
