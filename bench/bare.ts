/**
 * A client that writes requests made in advance and counts the bytes that come back: what it reaches is
 * the limit of the server. A program like `client.ts`.
 *
 * @module
 */
import process from "node:process";
import { BareSocket, pingReplyBytes } from "./bare_socket.ts";
import type { Figures, Outcome, Parameters } from "./parameters.ts";
import { rate, rateOfSingles } from "./timing.ts";

type Work = (socket: BareSocket, parameters: Parameters) => Promise<Figures>;

const works: Readonly<Record<string, Work>> = { ping, pipelinedPing, dump, dumpRoutes };

const PINGS_A_PASS = 50_000;
const ALL_INTERFACES = Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0, 0);
const ROUTE_TABLE = new Uint8Array(4 + 1 + 64);

const parameters = JSON.parse(process.argv[2] ?? "{}") as Parameters;
console.log(JSON.stringify(await run(parameters)));
process.exit(0);

async function run(parameters: Parameters): Promise<Outcome> {
  const work = works[parameters.work];
  if (work === undefined) return { skip: "not part of this program" };
  if (parameters.shm !== undefined) return { skip: "it knows sockets only" };
  const socket = await BareSocket.open(parameters.socket);
  const figures = await work(socket, parameters);
  await socket.close();
  return { figures };
}

function ping(socket: BareSocket, parameters: Parameters): Promise<Figures> {
  const request = socket.request("control_ping");
  return rateOfSingles(parameters, () => {
    socket.write(request);
    return socket.received(pingReplyBytes);
  });
}

/** Whenever replies come, as many pings follow them. */
function pipelinedPing(socket: BareSocket, parameters: Parameters): Promise<Figures> {
  const { window } = parameters;
  const requests = repeated(socket.request("control_ping"), window);
  const requestBytes = requests.length / window;
  return rate(parameters, async () => {
    let left = PINGS_A_PASS;
    const send = (count: number): void => {
      const next = Math.min(count, left);
      left -= next;
      if (next > 0) socket.write(requests.subarray(0, next * requestBytes));
    };
    let answered = 0;
    socket.onBytes = (total) => {
      const replies = Math.floor(total / pingReplyBytes);
      send(replies - answered);
      answered = replies;
    };
    send(window);
    await socket.received(PINGS_A_PASS * pingReplyBytes);
    socket.onBytes = undefined;
    return PINGS_A_PASS;
  });
}

/** The interfaces' details, all of one size. */
function dump(socket: BareSocket, parameters: Parameters): Promise<Figures> {
  return dumpOf(socket, parameters, "sw_interface_dump", ALL_INTERFACES, "sw_interface_details");
}

function dumpRoutes(socket: BareSocket, parameters: Parameters): Promise<Figures> {
  return dumpOf(socket, parameters, "ip_route_dump", ROUTE_TABLE, "ip_route_details");
}

async function dumpOf(
  socket: BareSocket,
  parameters: Parameters,
  name: string,
  body: Uint8Array,
  details: string,
): Promise<Figures> {
  const request = Buffer.concat([socket.request(name, body), socket.request("control_ping")]);
  const { bytes, messages } = await socket.count(request, details);
  return await rate(parameters, async () => {
    socket.write(request);
    await socket.received(bytes);
    return messages;
  });
}

function repeated(bytes: Uint8Array, times: number): Uint8Array {
  return Buffer.concat(Array.from({ length: times }, () => bytes));
}
