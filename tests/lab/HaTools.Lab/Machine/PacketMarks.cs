namespace HaTools.Lab.Machine;

/// <summary>Packet marks on a machine, for services that go by them, set by iptables-legacy: the kernel lab's kernel has no nftables for IP.</summary>
internal static class PacketMarks
{
    /// <summary>Marks what arrives, before IPVS looks at it.</summary>
    /// <param name="node">The machine.</param>
    /// <param name="match">What, in iptables' words: <c>-d 10.0.0.100 -p tcp --dport 80</c>. An address with colons makes it IPv6's.</param>
    /// <param name="mark">The mark, not 0.</param>
    public static async Task SetAsync(LabNode node, string match, uint mark, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(mark);
        await RunAsync(node, match, $"-A PREROUTING {match} -j MARK --set-mark {mark}", stop).ConfigureAwait(false);
    }

    /// <summary>Takes all marks of a machine away.</summary>
    public static async Task ClearAsync(LabNode node, CancellationToken stop = default)
    {
        await RunAsync(node, ".", "-F PREROUTING", stop).ConfigureAwait(false);
        await RunAsync(node, ":", "-F PREROUTING", stop).ConfigureAwait(false);
    }

    private static async Task RunAsync(LabNode node, string match, string command, CancellationToken stop)
    {
        string program = match.Contains(':', StringComparison.Ordinal) ? "ip6tables-legacy" : "iptables-legacy";
        (await node.RunAsync($"{program} -w -t mangle {command}", stop).ConfigureAwait(false)).OrThrow();
    }
}
