/**
 * The definitions that the simulator brings along, so that it runs without any file.
 *
 * @module
 */
import type { ApiDefinition } from "../api_set.ts";
import { aclApi } from "./acl.ts";
import { interfaceApi } from "./interface.ts";
import { ipApi } from "./ip.ts";
import { ipNeighborApi } from "./ip_neighbor.ts";
import { l2Api } from "./l2.ts";
import { memclntApi } from "./memclnt.ts";
import { vlibApi } from "./vlib.ts";
import { vpeApi } from "./vpe.ts";

export const builtInDefinitions: readonly ApiDefinition[] = [
  memclntApi,
  aclApi,
  vlibApi,
  interfaceApi,
  l2Api,
  ipApi,
  ipNeighborApi,
  vpeApi,
];
