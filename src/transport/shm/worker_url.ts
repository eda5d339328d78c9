/**
 * Where a worker's module lies: beside this one, as TypeScript where the sources run, as JavaScript
 * where they were compiled.
 */
export function workerUrl(name: "reader_worker" | "writer_worker"): URL {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return new URL(`./${name}.${extension}`, import.meta.url);
}
