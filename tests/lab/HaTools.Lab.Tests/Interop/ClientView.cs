using System.Text.RegularExpressions;
using HaTools.Lab.Machine;

namespace HaTools.Lab.Tests.Interop;

/// <summary>
/// A host on the directors' network that uses the virtual address all the time: which hardware address it believes to be the right one, and who answers
/// it.
/// </summary>
internal sealed partial class ClientView : IAsyncDisposable
{
    private readonly LabNode node;
    private readonly string address;
    private readonly LabProcess neighbours;
    private readonly LabProcess frames;
    private readonly LabProcess pings;

    private ClientView(LabNode node, string address)
    {
        (this.node, this.address) = (node, address);
        neighbours = node.Start("ip", "-o", "monitor", "neigh");
        frames = node.Start("tcpdump", "-n", "-e", "-v", "-l", "--immediate-mode", "-Z", "root", "-i", "eth0", "arp or (icmp6 and ip6[40] >= 135 and ip6[40] <= 136)");
        pings = node.Start("ping", "-n", "-O", "-i", "0.1", address);
    }

    public static async Task<ClientView> StartAsync(LabNode node, string address, CancellationToken stop)
    {
        var view = new ClientView(node, address);
        for (int tries = 0; !view.frames.Output.Contains("listening on", StringComparison.Ordinal); tries++)
        {
            if (tries > 500) throw new LabException($"tcpdump does not listen: {view.frames.Output}");
            await Task.Delay(20, stop);
        }

        return view;
    }

    /// <summary>How many of its requests were answered.</summary>
    public int Answers => Answer().Count(pings.Output);

    /// <summary>All hardware addresses that it has believed the virtual address to have, in the order in which it did.</summary>
    public IReadOnlyList<string> Believed => [.. Regex
        .Matches(neighbours.Output, $@"^{Regex.Escape(address)} dev eth0 lladdr ([0-9a-f:]{{17}})", RegexOptions.Multiline)
        .Select(m => m.Groups[1].Value)];

    /// <summary>The frames of ARP and neighbour discovery in the name of the virtual address that certain hardware addresses have sent.</summary>
    public IReadOnlyList<string> SpeakingFor(Func<string, bool> isSender) => [.. Heard(isSender).Where(f =>
        InItsName().Any(words => f.Contains(words, StringComparison.Ordinal)))];

    /// <summary>All frames of ARP and neighbour discovery that certain hardware addresses have sent.</summary>
    public IEnumerable<string> Heard(Func<string, bool> isSender) => Continuation().Replace(frames.Output, " ").Split('\n')
        .Where(f => Source().Match(f) is { Success: true } source && isSender(source.Groups[1].Value));

    private string[] InItsName() => [$"tell {address},", $"Reply {address} ", $" {address} > ", $"tgt is {address},"];

    public string Logs => $"neighbours:\n{neighbours.Output}\nframes:\n{frames.Output}\n{node.Name} pings: {Answers} answers";

    public async ValueTask DisposeAsync()
    {
        await pings.DisposeAsync();
        await frames.DisposeAsync();
        await neighbours.DisposeAsync();
    }

    [GeneratedRegex("bytes from")]
    private static partial Regex Answer();

    [GeneratedRegex(@"\n\s+")]
    private static partial Regex Continuation();

    [GeneratedRegex(@"^[0-9:.]+ ([0-9a-f:]{17}) > ")]
    private static partial Regex Source();
}
