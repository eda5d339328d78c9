/** The one module that names the test library; `@std/testing/bdd` fits in here as well. */
export { after, afterEach, before, beforeEach, describe, it, mock, test } from "node:test";
export { strict as assert } from "node:assert";
