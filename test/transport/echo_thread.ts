/** A server in a thread of its own that sends everything back; says when it serves. */
import { createServer } from "node:net";
import { parentPort, workerData } from "node:worker_threads";

const server = createServer((socket) => {
  socket.on("error", () => {}); // A client may leave while an answer is under way.
  socket.pipe(socket);
});
server.listen(String(workerData), () => parentPort?.postMessage("serving"));
