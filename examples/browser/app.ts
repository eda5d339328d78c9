/// <reference lib="dom" />
/**
 * A live table of a VPP's interfaces in a browser: a dump, then events. The token stays in memory.
 *
 * @module
 */
import {
  SwInterfaceDump,
  SwInterfaceEvent,
  SwInterfaceSetFlags,
  WantInterfaceEvents,
} from "../../src/binapi/interface.ts";
import { IfStatusFlags } from "../../src/binapi/interface_types.ts";
import { type Channel, connectAsync } from "../../src/edge.ts";

const rows = new Map<number, HTMLTableRowElement>();
const token = element("token", HTMLInputElement);

element("login", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  start(token.value);
  token.value = "";
});

function start(secret: string): void {
  // The page and the proxy have one server here.
  const url = new URL("/", location.href.replace(/^http/, "ws"));
  const mux = connectAsync({ url: url.href, token: secret });
  const channel = mux.newAPIChannel();
  mux.onState(({ state, reason }) => {
    element("state", HTMLOutputElement).textContent = `${state}: ${reason}`;
    if (state === "Connected") show(channel).catch(console.error);
  });
  follow(channel).catch(console.error);
}

/** Fills the table, after each connect. */
async function show(channel: Channel): Promise<void> {
  await channel.request(WantInterfaceEvents, { enableDisable: 1, pid: 0 });
  const present = new Set<number>();
  for await (const itf of channel.sendMultiRequest(SwInterfaceDump, {})) {
    present.add(itf.swIfIndex);
    const row = rows.get(itf.swIfIndex) ?? newRow(channel, itf.swIfIndex);
    setCell(row, 1, itf.interfaceName);
    setCell(row, 2, String(itf.l2Address));
    setState(row, itf.flags);
  }
  for (const index of rows.keys()) if (!present.has(index)) removeRow(index);
}

/** Keeps the table up to date; the subscription outlives reconnects. */
async function follow(channel: Channel): Promise<void> {
  for await (const event of channel.subscribeNotification(SwInterfaceEvent)) {
    const row = rows.get(event.swIfIndex);
    if (event.deleted) removeRow(event.swIfIndex);
    else if (row !== undefined) setState(row, event.flags);
  }
}

function newRow(channel: Channel, swIfIndex: number): HTMLTableRowElement {
  const row = element("interfaces", HTMLTableSectionElement).insertRow();
  for (let i = 0; i < 5; i++) row.insertCell();
  setCell(row, 0, String(swIfIndex));
  const toggle = document.createElement("button");
  toggle.textContent = "toggle";
  toggle.addEventListener("click", () => {
    const flags = isUp(row) ? 0 : IfStatusFlags.ADMIN_UP;
    // The event, not the reply, changes the table.
    channel.request(SwInterfaceSetFlags, { swIfIndex, flags }).catch(console.error);
  });
  row.cells[4]?.append(toggle);
  rows.set(swIfIndex, row);
  return row;
}

function removeRow(swIfIndex: number): void {
  rows.get(swIfIndex)?.remove();
  rows.delete(swIfIndex);
}

function setState(row: HTMLTableRowElement, flags: number): void {
  setCell(row, 3, (flags & IfStatusFlags.ADMIN_UP) === 0 ? "down" : "up");
}

function isUp(row: HTMLTableRowElement): boolean {
  return row.cells[3]?.textContent === "up";
}

function setCell(row: HTMLTableRowElement, column: number, text: string): void {
  const cell = row.cells[column];
  if (cell !== undefined) cell.textContent = text;
}

function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new TypeError(`The page has no ${type.name} with the id ${id}`);
}
