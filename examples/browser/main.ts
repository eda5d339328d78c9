/**
 * `node dist/examples/browser/main.js` or `deno run -A examples/browser/main.ts`, in the project's folder:
 * serves the page until stopped.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { startExample } from "./server.ts";

const token = randomBytes(24).toString("base64url");
const { url } = await startExample({ folder: "examples/browser", port: 8080, token });
console.log(`Open ${url} and enter the token ${token}`);
