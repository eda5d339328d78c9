/**
 * Registrations for events: `want_interface_events` and its like.
 *
 * @module
 */
import type { Call } from "../call.ts";

/** Answers any request whose service names events. Its fields are called differently here and there. */
export function wantEvents(call: Call): void {
  const { client, fields } = call;
  if (client === undefined) return;
  const on = Boolean(fields["enableDisable"] ?? fields["enable"] ?? true);
  const pid = Number(fields["pid"] ?? 0);
  const retvals = (call.request.service?.events ?? []).map((event) =>
    call.vpp.events.want(event, client, pid, on)
  );
  call.replyRetval(Math.min(0, ...retvals));
}
