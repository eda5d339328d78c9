import type { ShmTiming } from "./wake_policy.ts";

/** Options of the transport over shared memory. */
export interface ShmOptions {
  /** As in `api-segment { prefix … }` of VPP's startup.conf; none by default. */
  readonly prefix?: string;
  /** `libvppapiclient`, or its folder; by default GOVPPMUX_VPP_LIB_DIR, then the system's loader. */
  readonly library?: string;
  /** As VPP shows it, at most 63 bytes; `govppmux` by default. */
  readonly clientName?: string;
  /**
   * VPP's API socket, over which an idle VPP is woken. By default `/run/vpp/api.sock`, where it is the
   * socket of the VPP whose memory it is. false: VPP is not woken, and answers up to 10 ms late.
   */
  readonly wakeSocket?: string | false;
  /**
   * Whether VPP's process id, as VPP has put it into its memory, means the same here; true by default.
   * false where VPP runs in another PID namespace.
   */
  readonly sharesPids?: boolean;
  /**
   * Bytes of replies that may pile up while the program does not take them, 256 MiB by default. Beyond
   * them the connection ends: VPP must not be kept waiting.
   */
  readonly maxBacklogBytes?: number;
  /** When to look for replies, and when to wake VPP. */
  readonly timing?: Partial<ShmTiming>;
  /** Is told, once for each connection, why VPP cannot be woken. */
  readonly log?: (message: string) => void;
}

/** `ShmOptions` with its defaults. */
export interface ShmSettings {
  readonly prefix: string | undefined;
  readonly library: string | undefined;
  readonly clientName: string;
  readonly wakeSocket: string | false;
  readonly sharesPids: boolean;
  readonly maxBacklogBytes: number;
  readonly timing: ShmTiming;
  readonly log: (message: string) => void;
}
