using System.Globalization;
using System.Net;
using HaTools.Lab.Machine;

namespace HaTools.Lab.Watching;

/// <summary>A line of <c>ipvsadm -Ln --stats --exact</c>.</summary>
/// <param name="Service">The service's address (<c>TCP 192.0.2.1:80</c>, <c>FWM 7 IPv6</c>).</param>
/// <param name="Server">The real server's; null: the line is the service's own.</param>
internal sealed record IpvsadmCounters(
    string Service, IPEndPoint? Server, ulong Connections, ulong PacketsIn, ulong PacketsOut, ulong BytesIn, ulong BytesOut);

/// <summary>A line of <c>ipvsadm -Lnc</c>.</summary>
/// <param name="Protocol">TCP, UDP, SCTP; IP for the template of a firewall mark.</param>
/// <param name="Expires">Until it goes, as long as nothing comes.</param>
/// <param name="State">ESTABLISHED …</param>
/// <param name="Client">Port 0: a persistence template.</param>
/// <param name="Virtual">The service's; a firewall mark stands as an address.</param>
/// <param name="Server">The real server's.</param>
internal sealed record IpvsadmConnection(
    string Protocol, TimeSpan Expires, string State, IPEndPoint Client, IPEndPoint Virtual, IPEndPoint Server)
{
    public bool IsTemplate => Client.Port == 0;
}

/// <summary>A line of <c>ipvsadm -L --daemon</c>.</summary>
/// <param name="Role">master or backup.</param>
/// <param name="Options">mcast, syncid, maxlen, group, port, ttl, as they are shown.</param>
internal sealed record IpvsadmDaemon(string Role, IReadOnlyDictionary<string, string> Options);

/// <summary>
/// What Debian's ipvsadm shows on a machine. What it saves (<c>-S -n</c>) is read by HaTools.Netlink's IpvsSaveReader.
/// </summary>
internal static class Ipvsadm
{
    /// <summary>Runs ipvsadm on a machine.</summary>
    /// <exception cref="LabException">It failed.</exception>
    public static async Task<string> RunAsync(LabNode node, string arguments, CancellationToken stop = default) =>
        (await node.RunAsync($"ipvsadm {arguments}", stop).ConfigureAwait(false)).OrThrow().Output;

    public static async Task<IReadOnlyList<IpvsadmCounters>> CountersAsync(LabNode node) =>
        ReadCounters(await RunAsync(node, "-Ln --stats --exact").ConfigureAwait(false));

    public static async Task<IReadOnlyList<IpvsadmConnection>> ConnectionsAsync(LabNode node) =>
        ReadConnections(await RunAsync(node, "-Lnc").ConfigureAwait(false));

    public static async Task<IReadOnlyList<IpvsadmDaemon>> DaemonsAsync(LabNode node) =>
        ReadDaemons(await RunAsync(node, "-L --daemon").ConfigureAwait(false));

    public static async Task<(int Tcp, int TcpFin, int Udp)> TimeoutsAsync(LabNode node) =>
        ReadTimeouts(await RunAsync(node, "-L --timeout").ConfigureAwait(false));

    /// <summary>Behind three lines of headings: the service, then its servers with an arrow.</summary>
    public static IReadOnlyList<IpvsadmCounters> ReadCounters(string text)
    {
        var lines = new List<IpvsadmCounters>();
        string service = "";
        foreach (string line in Lines(text).Skip(3))
        {
            string[] words = Words(line);
            if (words.Length < 6) throw Malformed(line);
            ulong[] numbers = [.. words[^5..].Select(w => ulong.Parse(w, CultureInfo.InvariantCulture))];
            bool isServer = words[0] == "->";
            if (!isServer) service = string.Join(' ', words[..^5]);
            lines.Add(new IpvsadmCounters(service, isServer ? IPEndPoint.Parse(words[1]) : null,
                numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]));
        }

        return lines;
    }

    /// <summary>Behind two lines of headings: <c>TCP 01:55  ESTABLISHED 10.0.0.1:40000     10.0.0.9:80        10.0.0.2:80</c>.</summary>
    public static IReadOnlyList<IpvsadmConnection> ReadConnections(string text) => [.. Lines(text).Skip(2).Select(line =>
    {
        // With a persistence engine its name and data follow.
        if (Words(line) is not [var protocol, var expires, var state, var client, var service, var server, ..]) throw Malformed(line);
        string[] time = expires.Split(':');
        return new IpvsadmConnection(protocol, new TimeSpan(0, int.Parse(time[0]), int.Parse(time[1])), state,
            IPEndPoint.Parse(client), IPEndPoint.Parse(service), IPEndPoint.Parse(server));
    })];

    /// <summary><c>master sync daemon (mcast=eth0, syncid=51, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)</c>.</summary>
    public static IReadOnlyList<IpvsadmDaemon> ReadDaemons(string text) => [.. Lines(text).Select(line =>
    {
        int open = line.IndexOf('(', StringComparison.Ordinal);
        if (Words(line) is not [var role and ("master" or "backup"), "sync", "daemon", ..] || open < 0 || !line.EndsWith(')')) throw Malformed(line);
        string[] options = line[(open + 1)..^1].Split(", ");
        return new IpvsadmDaemon(role, options.Select(o => o.Split('=', 2)).ToDictionary(o => o[0], o => o[1]));
    })];

    /// <summary><c>Timeout (tcp tcpfin udp): 900 120 300</c>, in seconds.</summary>
    public static (int Tcp, int TcpFin, int Udp) ReadTimeouts(string text) =>
        Words(text) is ["Timeout", "(tcp", "tcpfin", "udp):", var tcp, var fin, var udp]
            ? (int.Parse(tcp), int.Parse(fin), int.Parse(udp)) : throw Malformed(text);

    private static IEnumerable<string> Lines(string text) => text.Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0);

    private static string[] Words(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static LabException Malformed(string line) => new($"ipvsadm says what nobody here understands: {line}");
}
