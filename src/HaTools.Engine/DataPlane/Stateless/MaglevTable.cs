using System.Net;
using System.Net.Sockets;
using System.Numerics;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// The table of the scheduler mh as the kernel fills it (net/netfilter/ipvs/ip_vs_mh.c; Eisenbud and others, "Maglev", NSDI 2016, section 3.4): which server a client has. The
/// servers take places in turn, in the order of the service's list, each along a way of its own, and as many at a time as its weight says. Pure.
/// </summary>
internal sealed class MaglevTable
{
    /// <summary>The places of a kernel that was not built otherwise (CONFIG_IP_VS_MH_TAB_INDEX, 12).</summary>
    public const int Size = 4093;

    // Weights count no finer than this many bits (IP_VS_MH_TAB_BITS).
    private const int WeightBits = 6;
    private const short Nobody = -1;

    private readonly AddressFamily family;
    private readonly PlaneDestination[] servers;
    private readonly short[] places = new short[Size];

    private MaglevTable(AddressFamily family, PlaneDestination[] list)
    {
        (this.family, servers) = (family, list);
        Array.Fill(places, Nobody);
        Fill();
    }

    /// <summary>The table of a service as it should be, which has its servers in order (<see cref="ServerOrder"/>).</summary>
    public static MaglevTable Of(PlaneService desired) => new(desired.Key.Address.AddressFamily, [.. ServerOrder.Of(desired).Reverse()]);

    /// <summary>The server of a client of a service with both flags, as the weights are now; null: nobody takes it.</summary>
    public DestinationKey? ServerOf(IPAddress client, int port)
    {
        uint value = MaglevHash.Value(family, client, port);
        uint first = MaglevHash.Place(value) % Size;
        if (places[first] == Nobody) return null;
        if (IsAvailable(first)) return servers[places[first]].Key;
        for (uint offset = 0; offset < Size; offset++)
        {
            uint place = MaglevHash.Place(value + ((offset + first) % Size)) % Size;
            if (places[place] == Nobody) return null;
            if (IsAvailable(place)) return servers[places[place]].Key;
        }

        return null;
    }

    /// <summary>How many places have another server than in a former table, or one that has begun or ceased to take clients.</summary>
    public int MovedSince(MaglevTable before)
    {
        int moved = 0;
        for (uint i = 0; i < Size; i++)
        {
            if (At(i) != before.At(i)) moved++;
        }

        return moved;
    }

    private (DestinationKey? Server, bool IsAvailable) At(uint place) => places[place] == Nobody ? default : (servers[places[place]].Key, IsAvailable(place));

    private bool IsAvailable(uint place) => servers[places[place]].Weight > 0;

    // The last weight but 0: a server that has failed keeps its places.
    private static int WeightOf(PlaneDestination server) => server.Weight > 0 ? server.Weight : server.EnteredWeight ?? 0;

    private void Fill()
    {
        int divisor = servers.Aggregate(0, (d, s) => (int)BigInteger.GreatestCommonDivisor(d, WeightOf(s)));
        if (divisor == 0) return;
        int shift = Math.Max(0, 32 - BitOperations.LeadingZeroCount((uint)(servers.Max(WeightOf) / divisor)) - WeightBits);
        Way[] ways = [.. servers.Select(s => WayOf(s, divisor, shift))];
        for (int taken = 0; ;)
        {
            for (int i = 0; i < ways.Length; i++)
            {
                for (int turn = 0; turn < ways[i].Turns; turn++)
                {
                    while (places[ways[i].At] != Nobody) ways[i].At = (ways[i].At + ways[i].Step) % Size;
                    places[ways[i].At] = (short)i;
                    if (++taken == Size) return;
                }
            }
        }
    }

    private Way WayOf(PlaneDestination server, int divisor, int shift)
    {
        uint value = MaglevHash.Value(family, server.Key.Address, server.Key.Port);
        int weight = WeightOf(server);
        return new Way
        {
            At = MaglevHash.Place(value) % Size,
            Step = (MaglevHash.Step(value) % (Size - 1)) + 1,
            Turns = weight == 0 ? 0 : Math.Max(1, (weight / divisor) >> shift),
        };
    }

    private struct Way
    {
        public uint At { get; set; }

        public required uint Step { get; init; }

        public required int Turns { get; init; }
    }
}
