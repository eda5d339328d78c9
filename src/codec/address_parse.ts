/**
 * Text → bytes of addresses, prefixes and MAC addresses. Each function writes to `to[at…]` and returns
 * false where the text is not of its type; what it has written until then is without meaning.
 *
 * @module
 */

/** Reads exactly `length` bytes of hexadecimal digits. */
export function parseHex(text: string, length: number, to: Uint8Array, at: number): boolean {
  if (text.length !== 2 * length || !/^[0-9a-f]*$/i.test(text)) return false;
  for (let i = 0; i < length; i++) to[at + i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return true;
}

const macForms = [
  /^[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i,
  /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/i,
];

/** `02:fe:00:00:00:01`, `02-fe-00-00-00-01` or `02fe.0000.0001`. */
export function parseMac(text: string, to: Uint8Array, at: number): boolean {
  if (!macForms.some((form) => form.test(text))) return false;
  return parseHex(text.replace(/[:.-]/g, ""), 6, to, at);
}

export function parseIp4(text: string, to: Uint8Array, at: number): boolean {
  const parts = text.split(".");
  if (parts.length !== 4) return false;
  for (const [i, part] of parts.entries()) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return false;
    to[at + i] = Number(part);
  }
  return true;
}

export function parseIp6(text: string, to: Uint8Array, at: number): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const head = groups(halves[0] ?? "");
  const tail = halves.length === 2 ? groups(halves[1] ?? "") : [];
  if (head === undefined || tail === undefined) return false;
  const missing = 8 - head.length - tail.length;
  // "::" stands for at least one group; without it all eight must be there.
  if (halves.length === 2 ? missing < 1 : missing !== 0) return false;
  [...head, ...new Array<number>(missing).fill(0), ...tail].forEach((group, i) => {
    to[at + 2 * i] = group >> 8;
    to[at + 2 * i + 1] = group & 255;
  });
  return true;
}

/** The 16-bit groups between colons; the last may be an IPv4 address. */
function groups(text: string): number[] | undefined {
  if (text === "") return [];
  const values: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    if (i === parts.length - 1 && part.includes(".")) {
      const bytes = new Uint8Array(4);
      if (!parseIp4(part, bytes, 0)) return undefined;
      values.push((bytes[0]! << 8) | bytes[1]!, (bytes[2]! << 8) | bytes[3]!);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) {
      values.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return values;
}

/** u8 family (0 IPv4, 1 IPv6), then 16 bytes: as VPP's ip_types.api defines it. */
export function parseAddress(text: string, to: Uint8Array, at: number): boolean {
  const six = text.includes(":");
  to[at] = six ? 1 : 0;
  to.fill(0, at + 1, at + 17);
  return (six ? parseIp6 : parseIp4)(text, to, at + 1);
}

/** An address of `size` bytes by `parse`, a slash, and a length of up to `maximum`. */
export function parsePrefix(
  text: string,
  to: Uint8Array,
  at: number,
  size: number,
  parse: (text: string, to: Uint8Array, at: number) => boolean,
  maximum: number,
): boolean {
  const slash = text.lastIndexOf("/");
  const digits = text.slice(slash + 1);
  if (slash < 0 || !/^\d{1,3}$/.test(digits) || Number(digits) > maximum) return false;
  to[at + size] = Number(digits);
  return parse(text.slice(0, slash), to, at);
}
