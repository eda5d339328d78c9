let sink: unknown;

/** Keeps what was read from being optimised away. */
export function keep(value: unknown): void {
  sink = value;
}

/** What was kept last. */
export function kept(): unknown {
  return sink;
}
