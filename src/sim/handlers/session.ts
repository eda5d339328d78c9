/**
 * What every client does first and last: VPP's `vlibmemory`.
 *
 * @module
 */
import type { Call, RegisterHandler } from "../call.ts";
import { FRAME_HEADER } from "../../schema/constants.generated.ts";
import { FRAME_LENGTH_AT, putU32 } from "../../transport/bytes.ts";
import { INVALID_VALUE, UNIMPLEMENTED } from "../retvals.ts";

export function registerSessionHandlers(on: RegisterHandler): void {
  on("sockclnt_create", createClient);
  on("sockclnt_delete", deleteClient);
  on("control_ping", ping);
  on("get_first_msg_id", firstMessageId);
  on("api_versions", versions);
  on("get_api_json", apiJson);
  // It would have to pass a descriptor, which links cannot.
  on("sock_init_shm", (call) => call.replyRetval(UNIMPLEMENTED));
  on("memclnt_create", refuse);
  on("memclnt_create_v2", refuse);
  on("memclnt_delete", refuse);
  on("rpc_call", refuse);
}

/** The reply goes to the connection itself: the client does not know its index yet. */
function createClient(call: Call<{ readonly name: string }>): void {
  const { connection, context } = call;
  connection.clientName = call.fields.name;
  connection.send(call.vpp.handshake.reply(connection.clientIndex), context);
}

/** VPP answers 1 on success, and ends the connection then. */
function deleteClient(call: Call<{ readonly index: number }>): void {
  const client = call.vpp.client(call.fields.index);
  call.reply({ response: client === undefined ? -1 : 1 });
  client?.end();
}

function ping<Fields>(call: Call<Fields>): void {
  call.send(call.vpp.pong);
}

function firstMessageId(call: Call<{ readonly name: string }>): void {
  // The name is the module's, with the CRC of its file: `acl_4b8ca1a2`.
  const module = [...call.vpp.api.schema.modules.values()].find(({ name, fileCrc }) =>
    call.fields.name === `${name}_${fileCrc.replace(/^0x/, "").padStart(8, "0")}`
  );
  const firstMsgId = module === undefined ? undefined : call.vpp.table.firstId(module.name);
  call.reply(
    firstMsgId === undefined ? { retval: INVALID_VALUE, firstMsgId: 0xffff } : { firstMsgId },
  );
}

function versions<Fields>(call: Call<Fields>): void {
  call.reply({
    apiVersions: [...call.vpp.api.schema.modules.values()].map((module) => {
      const [major = 0, minor = 0, patch = 0] = module.version.split(".").map(Number);
      return { major, minor, patch, name: `${module.name}.api` };
    }),
  });
}

/** VPP's message is one byte longer than its text (26.06), and so is this one. */
function apiJson<Fields>(call: Call<Fields>): void {
  call.client?.sendBytes(
    withStrayByte(
      call.vpp.encoder.encode(
        "get_api_json_reply",
        { context: call.context },
        { json: call.vpp.api.json() },
      ),
    ),
  );
}

function withStrayByte(frame: Uint8Array): Uint8Array {
  const longer = new Uint8Array(frame.length + 1);
  longer.set(frame);
  putU32(longer, FRAME_LENGTH_AT, longer.length - FRAME_HEADER);
  return longer;
}

/** VPP would trust a pointer of the message: nobody may send it this on a socket. */
function refuse<Fields>(call: Call<Fields>): void {
  call.vpp.log(`client ${call.connection.clientName}: ${call.request.name} refused`);
}
