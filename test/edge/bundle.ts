/**
 * Programs for sandboxes, bundled as their users would.
 *
 * @module
 */
import { build } from "esbuild";
import { projectRoot } from "../data.ts";

/** One file of a program whose imports begin in the project's folder. */
export async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: projectRoot(), loader: "ts" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    // What knows nothing of Node: an import of one of its modules would fail here.
    platform: "browser",
    external: ["./core.wasm"],
  });
  return outputFiles[0]?.text ?? "";
}
