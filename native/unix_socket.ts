/**
 * UNIX sockets of the kind SOCK_SEQPACKET that pass descriptors (SCM_RIGHTS), which neither
 * `node:net` nor `Deno.connect` can do. No call here blocks.
 *
 * Structures are those of Linux on x86-64 and arm64 (little-endian, 64 bit), alike in glibc and musl.
 *
 * @module
 */
import { VppError } from "../src/errors.ts";
import { allocateMemory } from "./foreign_memory.ts";
import { cString, errnoName, type Libc, libcError } from "./libc.ts";

const familyUnix = 1; // AF_UNIX
const typeSeqPacket = 5; // SOCK_SEQPACKET
const nonBlocking = 0x800; // SOCK_NONBLOCK
const closeOnExec = 0x80000; // SOCK_CLOEXEC
const levelSocket = 1; // SOL_SOCKET
const rightsMessage = 1; // SCM_RIGHTS
const peerCredentials = 17; // SO_PEERCRED
/** `sun_path` has 108 bytes, the last of them a NUL. */
const maxPathBytes = 107;

/**
 * Connects to a listening socket. undefined: too many clients wait there already; try again.
 *
 * @throws {VppError} `CONNECT`: nobody listens, or the path is too long or may not be used.
 */
export function connectSeqPacket(libc: Libc, path: string): number | undefined {
  const descriptor = openSocket(libc);
  const address = socketAddress(path);
  if (libc.symbols.connect(descriptor, address, address.byteLength) === 0) return descriptor;
  const reason = errnoName(libc);
  libc.symbols.close(descriptor);
  if (reason === "EAGAIN") return undefined;
  throw new VppError(
    "CONNECT",
    `Cannot connect to "${path}": ${reason}. ${connectAdvice(reason)}`,
  );
}

function connectAdvice(reason: string): string {
  switch (reason) {
    case "ENOENT":
      return "The socket does not exist: is VPP running, and is this its path?";
    case "ECONNREFUSED":
      return "Nobody listens: VPP has ended";
    case "EACCES":
    case "EPERM":
      return "This user may not use the socket: run as a member of VPP's group";
    default:
      return "Expected a listening SOCK_SEQPACKET socket";
  }
}

/**
 * Listens at a path. A socket left there by a process that has ended is replaced.
 *
 * @throws {VppError} `CONNECT`: the path is in use, too long, or may not be used.
 */
export function listenSeqPacket(libc: Libc, path: string, backlog: number): number {
  if (isListening(libc, path)) {
    throw new VppError("CONNECT", `Cannot listen at "${path}": another process listens there`);
  }
  libc.symbols.unlink(cString(path));
  const descriptor = openSocket(libc);
  const address = socketAddress(path);
  if (
    libc.symbols.bind(descriptor, address, address.byteLength) === 0 &&
    libc.symbols.listen(descriptor, backlog) === 0
  ) return descriptor;
  const reason = errnoName(libc);
  libc.symbols.close(descriptor);
  throw new VppError("CONNECT", `Cannot listen at "${path}": ${reason}`);
}

function isListening(libc: Libc, path: string): boolean {
  try {
    const descriptor = connectSeqPacket(libc, path);
    if (descriptor !== undefined) libc.symbols.close(descriptor);
    return true;
  } catch {
    return false;
  }
}

/** The next client's descriptor, or undefined where none waits. */
export function acceptSeqPacket(libc: Libc, listener: number): number | undefined {
  if (!isReady(libc, listener)) return undefined;
  const descriptor = libc.symbols.accept4(listener, null, null, nonBlocking | closeOnExec);
  return descriptor === -1 ? undefined : descriptor; // -1: the client has gone away again.
}

/** The process id of the listener, or 0 where it is in another PID namespace. */
export function peerProcessId(libc: Libc, descriptor: number): number {
  const credentials = new Int32Array(3); // pid, uid, gid
  const length = Uint32Array.of(credentials.byteLength);
  const { getsockopt } = libc.symbols;
  const result = getsockopt(descriptor, levelSocket, peerCredentials, credentials, length);
  return result === 0 ? credentials[0] ?? 0 : 0;
}

/**
 * Takes the descriptor that the other side passed. undefined: nothing has come yet.
 *
 * @throws {VppError} `CONNECT`: what came is no descriptor, or the other side has closed.
 */
export function receiveDescriptor(libc: Libc, socket: number): number | undefined {
  if (!isReady(libc, socket)) return undefined;
  const message = descriptorMessage(libc);
  try {
    const received = libc.symbols.recvmsg(socket, message.address, receiveCloseOnExec);
    if (received === -1) throw libcError(libc, "receive a descriptor");
    const descriptor = message.descriptor();
    if (descriptor === undefined) {
      throw new VppError("CONNECT", "Expected a descriptor (SCM_RIGHTS) from the socket, got none");
    }
    return descriptor;
  } finally {
    message.release();
  }
}

/**
 * Passes a descriptor in a record without data, as VPP does. False where the client has gone.
 */
export function sendDescriptor(libc: Libc, socket: number, descriptor: number): boolean {
  const message = descriptorMessage(libc, descriptor);
  try {
    return libc.symbols.sendmsg(socket, message.address, noSignal) !== -1;
  } finally {
    message.release();
  }
}

const receiveCloseOnExec = 0x4000_0000; // MSG_CMSG_CLOEXEC
const noSignal = 0x4000; // MSG_NOSIGNAL

function openSocket(libc: Libc): number {
  const type = typeSeqPacket | nonBlocking | closeOnExec;
  const descriptor = libc.symbols.socket(familyUnix, type, 0);
  if (descriptor === -1) throw libcError(libc, "create a UNIX socket");
  return descriptor;
}

/** `struct sockaddr_un`: u16 family, then the path with its NUL. */
export function socketAddress(path: string): Uint8Array {
  const text = cString(path);
  if (text.byteLength - 1 > maxPathBytes) {
    throw new VppError(
      "CONNECT",
      `Cannot use "${path}" as a socket: it has ${text.byteLength - 1} bytes, and Linux allows ` +
        maxPathBytes,
    );
  }
  const address = new Uint8Array(2 + text.byteLength);
  address[0] = familyUnix;
  address.set(text, 2);
  return address;
}

const readable = 1; // POLLIN

/** True where a read or an accept would not wait, an end included. */
function isReady(libc: Libc, descriptor: number): boolean {
  const poll = new Int32Array(2); // struct pollfd: i32 fd, i16 events, i16 revents
  poll[0] = descriptor;
  poll[1] = readable;
  return libc.symbols.poll(poll, 1n, 0) === 1;
}

/** Where the parts lie in the memory of one message. */
const layout = { header: 0, vector: 56, data: 72, control: 80, end: 104 } as const;
/** `CMSG_LEN(4)`: room for one descriptor, so that no second one can arrive unseen. */
const controlLength = 20;

interface DescriptorMessage {
  readonly address: bigint;
  descriptor(): number | undefined;
  release(): void;
}

/**
 * A `struct msghdr` with room for one byte and one descriptor. With a descriptor to send, the
 * record has no data.
 */
function descriptorMessage(libc: Libc, descriptor?: number): DescriptorMessage {
  const memory = allocateMemory(libc, layout.end);
  const view = new DataView(memory.buffer);
  const u64 = (offset: number, value: bigint) => view.setBigUint64(offset, value, true);
  const at = (offset: number) => memory.address + BigInt(offset);
  u64(layout.header + 16, at(layout.vector)); // msg_iov
  u64(layout.header + 24, 1n); // msg_iovlen
  u64(layout.header + 32, at(layout.control)); // msg_control
  u64(layout.header + 40, BigInt(controlLength)); // msg_controllen
  u64(layout.vector, at(layout.data)); // iov_base
  u64(layout.vector + 8, descriptor === undefined ? 1n : 0n); // iov_len
  if (descriptor !== undefined) {
    u64(layout.control, BigInt(controlLength)); // cmsg_len
    view.setInt32(layout.control + 8, levelSocket, true);
    view.setInt32(layout.control + 12, rightsMessage, true);
    view.setInt32(layout.control + 16, descriptor, true);
  }
  return {
    address: memory.address,
    descriptor: () => passedDescriptor(view),
    release: () => memory.release(),
  };
}

function passedDescriptor(view: DataView): number | undefined {
  const received = view.getBigUint64(layout.header + 40, true);
  const isRights = received >= BigInt(controlLength) &&
    view.getInt32(layout.control + 8, true) === levelSocket &&
    view.getInt32(layout.control + 12, true) === rightsMessage;
  return isRights ? view.getInt32(layout.control + 16, true) : undefined;
}
