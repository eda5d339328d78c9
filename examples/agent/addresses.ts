/** A part of the agent: the addresses of its interfaces. Registered after them, it runs after them. */
import type { Part, PartContext } from "govppmux";
import { SwInterfaceAddDelAddress } from "govppmux/binapi/interface";
import { IpAddressDump } from "govppmux/binapi/ip";
import type { Interfaces } from "./interfaces.ts";

/** @param addresses prefixes by the tag of their interface */
export function addressesPart(
  addresses: ReadonlyMap<string, string>,
  interfaces: Interfaces,
  tell: (line: string) => void,
): Part {
  const apply = (context: PartContext): Promise<void> => assign(context, addresses, interfaces);
  return {
    init: apply,
    resync: async (context) => {
      await apply(context);
      tell(`addresses: resync, ${addresses.size} are assigned`);
    },
    close: () => tell("addresses: closed"),
  };
}

/** Assigns what is missing. */
async function assign(
  context: PartContext,
  addresses: ReadonlyMap<string, string>,
  interfaces: Interfaces,
): Promise<void> {
  const channel = context.newAPIChannel();
  for (const [tag, prefix] of addresses) {
    const swIfIndex = interfaces.get(tag);
    if (swIfIndex === undefined) throw new Error(`there is no interface ${tag} for ${prefix}`);
    const there = await channel.sendMultiRequest(IpAddressDump, { swIfIndex, isIpv6: false })
      .toArray();
    if (there.some((address) => address.prefix === prefix)) continue;
    await channel.request(SwInterfaceAddDelAddress, {
      swIfIndex,
      isAdd: true,
      delAll: false,
      prefix,
    });
  }
  await channel.close();
}
