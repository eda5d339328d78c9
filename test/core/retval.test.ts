import { assert, describe, it } from "../harness.ts";
import { describeRetval } from "../../src/core/retval.ts";

describe("retval names", () => {
  const known: readonly (readonly [retval: number, name: string])[] = [
    [0, "OK"],
    [-1, "UNSPECIFIED"],
    [-2, "INVALID_SW_IF_INDEX"],
    [-6, "NO_SUCH_ENTRY"],
    [-7, "INVALID_VALUE"],
    [-52, "NO_PATHS_IN_ROUTE"],
    [-56, "VLAN_ALREADY_EXISTS"],
    [-72, "INVALID_VLAN_TAG_COUNT"],
    [-88, "IP_PREFIX_INVALID"],
    [-103, "BFD_EINUSE"],
    [-120, "BD_IN_USE"],
    // VPP's own spelling.
    [-124, "L2_MACS_EVENT_CLINET_PRESENT"],
    [-142, "ACL_IN_USE_INBOUND"],
    [-159, "API_ENDIAN_FAILED"],
    [-165, "EAGAIN"],
    [-171, "INVALID_PREFIX_LENGTH"],
  ];
  for (const [retval, name] of known) {
    it(`${retval} is ${name}`, () => {
      assert.equal(describeRetval(retval).name, name);
    });
  }

  it("says UNKNOWN for numbers that VPP does not have", () => {
    for (const retval of [1, -21, -49, -158, -172, -2147483648, NaN]) {
      assert.deepEqual(describeRetval(retval), {
        name: "UNKNOWN",
        description: "no error number of VPP up to 26.06",
      });
    }
  });

  it("has every number of 26.06, each with a name and a description of its own", () => {
    const retvals = Array.from({ length: 300 }, (_, i) => -1 - i);
    const found = retvals.map(describeRetval).filter(({ name }) => name !== "UNKNOWN");
    assert.equal(found.length, 143);
    assert.equal(new Set(found.map(({ name }) => name)).size, 143);
    assert.equal(new Set(found.map(({ description }) => description)).size, 143);
  });

  it("describes for people", () => {
    assert.match(describeRetval(-2).description, /no interface has this sw_if_index/);
    assert.match(describeRetval(-165).description, /cursor/);
  });
});
