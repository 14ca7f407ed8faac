using System.Net;
using HaTools.Netlink.Ipvs;
using static HaTools.Netlink.Tests.Programs;

namespace HaTools.Netlink.Tests.Ipvs.Rows;

/// <summary>
/// What a command line of ipvsadm means: written by each and read by the other, added and changed. A case is the line in the words of
/// <c>ipvsadm -S -n</c>, with the thresholds that it leaves out, and the object.
/// </summary>
internal static class BothWays
{
    public static void Check(IpvsClient client, params (string Line, IpvsCommand Command)[] cases)
    {
        string[] lines = [.. cases.Select(c => c.Line)];

        // Written here, shown there.
        client.Flush();
        Apply(client, cases.Select(c => c.Command));
        AssertShown(lines);
        AssertRead(client, cases);

        // Changed here from something else, shown there.
        client.Flush();
        Apply(client, cases.Select(c => Plain(c.Command)));
        Apply(client, cases.Select(c => Changing(c.Command)));
        AssertShown(lines);
        AssertRead(client, cases);

        // Written there, read here.
        client.Flush();
        Feed(string.Join('\n', lines) + "\n", "ipvsadm", "-R");
        AssertRead(client, cases);

        // Changed there from something else, read here.
        client.Flush();
        Apply(client, cases.Select(c => Plain(c.Command)));
        foreach ((string line, IpvsCommand command) in cases)
            Run("ipvsadm", [command.Destination is null ? "-E" : "-e", .. line.Split(' ')[1..]]);
        AssertRead(client, cases);
    }

    private static void Apply(IpvsClient client, IEnumerable<IpvsCommand> commands)
    {
        foreach (IpvsCommandResult result in client.Apply([.. commands])) Assert.True(result.Succeeded, result.ToException()?.Message);
    }

    private static IpvsCommand Plain(IpvsCommand command) => command.Destination is { } destination
        ? IpvsCommand.AddDestination(command.ServiceKey, new IpvsDestination
        {
            Address = destination.Address,
            Port = destination.Port,
            ForwardingMethod = IpvsForwardingMethod.Tunnel,
            Weight = 77,
        })
        : IpvsCommand.AddService(new IpvsService
        {
            Key = command.ServiceKey,
            Scheduler = "nq",
            Flags = IpvsServiceFlags.Persistent | IpvsServiceFlags.Scheduler3,
            Timeout = 77,
        });

    private static IpvsCommand Changing(IpvsCommand command) => command.Destination is { } destination
        ? IpvsCommand.SetDestination(command.ServiceKey, destination)
        : IpvsCommand.SetService(command.Service!);

    private static void AssertShown(string[] lines)
    {
        // The thresholds are in a list of their own.
        Assert.Equal(
            lines.Select(l => l.Split(" -x ")[0]).Order(StringComparer.Ordinal),
            Lines(Run("ipvsadm", "-S", "-n")).Order(StringComparer.Ordinal));
        string[] limited = [.. lines.Where(l => l.Contains(" -x ", StringComparison.Ordinal))];
        if (limited.Length == 0) return;
        string[] shown = [.. Lines(Run("ipvsadm", "-L", "-n", "--thresholds")).Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        foreach (string[] words in limited.Select(l => l.Split(' ')))
            Assert.Contains($"-> {After(words, "-r")} {After(words, "-x")} {After(words, "-y")} 0 0", shown);
    }

    private static void AssertRead(IpvsClient client, (string Line, IpvsCommand Command)[] cases)
    {
        foreach ((string line, IpvsCommand command) in cases)
        {
            if (command.Destination is not { } expected)
            {
                Assert.True(client.FindService(command.ServiceKey) is { } read && read == command.Service, $"{line}\n{client.FindService(command.ServiceKey)}");
                continue;
            }

            IpvsDestination server = Assert.Single(
                client.GetDestinations(command.ServiceKey), d => d.Address.Equals(expected.Address) && d.Port == expected.Port);
            Assert.True(server == expected, $"{line}\n{server}");
        }

        IReadOnlyList<IpvsTableEntry> table = client.GetTable();
        Assert.Equal(cases.Length, table.Count + table.Sum(e => e.Destinations.Count));
    }

    private static string After(string[] words, string option) => words[Array.IndexOf(words, option) + 1];

    private static IEnumerable<string> Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Trim());

    public static IpvsServiceKey Tcp(string address, int port) => new(IpvsProtocol.Tcp, IPAddress.Parse(address), port);

    public static IpvsServiceKey Udp(string address, int port) => new(IpvsProtocol.Udp, IPAddress.Parse(address), port);

    public static IpvsServiceKey Sctp(string address, int port) => new(IpvsProtocol.Sctp, IPAddress.Parse(address), port);

    public static (string Line, IpvsCommand Command) Service(string line, IpvsServiceKey key, Func<IpvsService, IpvsService>? with = null)
    {
        var service = new IpvsService { Key = key, Scheduler = "rr" };
        return (line, IpvsCommand.AddService(with is null ? service : with(service)));
    }

    public static (string Line, IpvsCommand Command) Server(
        string line, IpvsServiceKey key, string address, Func<IpvsDestination, IpvsDestination>? with = null)
    {
        var server = new IpvsDestination { Address = IPAddress.Parse(address), Port = 80 };
        return (line, IpvsCommand.AddDestination(key, with is null ? server : with(server)));
    }
}
