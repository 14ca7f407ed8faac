using System.CommandLine;
using System.Globalization;
using HaTools.Configuration;
using HaTools.Engine.Control;

namespace HaTools.Node.Commands;

/// <summary><c>hanode drain</c>: a real server gets no new clients, and its connections are given time to end.</summary>
internal static class DrainCommand
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        Argument<string> service = Options.Service();
        Argument<string> server = Options.RealServer();
        var limit = new Option<TimeSpan?>("--for")
        {
            Description = "The longest time: 60s, 5m; without it, as long as it takes.",
            HelpName = "TIME",
            CustomParser = parsed =>
            {
                if (Durations.TryParse(parsed.Tokens[0].Value, out TimeSpan time) && time > TimeSpan.Zero) return time;
                parsed.AddError($"'{parsed.Tokens[0].Value}' is no time: write 60s, 5m or a number of seconds.");
                return null;
            },
        };
        var remove = new Option<bool>("--remove") { Description = "Take the server out of the service at the end, until it is restored." };
        var wait = new Option<bool>("--wait") { Description = "Come back when the drain is over; exit 1 where connections were left then." };
        Option<string?> name = Options.Node();
        Option<string> folder = Options.RunDirectory();
        var command = new Command("drain", "Give a real server weight 0 and its connections time to end; what that means for them is told.")
        {
            service,
            server,
            limit,
            remove,
            wait,
            name,
            folder,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(name),
            parsed.GetValue(folder)!,
            client => client.DrainAsync(parsed.GetValue(service)!, parsed.GetValue(server)!, parsed.GetValue(limit), parsed.GetValue(remove), cancellation),
            parsed.GetValue(wait) ? client => WaitAsync(client, parsed.GetValue(service)!, parsed.GetValue(server)!, cancellation) : _ => Task.FromResult(ExitCode.Success),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        string? name, string folder, Func<NodeClient, Task<IReadOnlyList<string>>> drain, Func<NodeClient, Task<int>> wait, CancellationToken cancellationToken)
    {
        await using NodeClient client = await Nodes.ConnectAsync(name, folder, cancellationToken);
        foreach (string sentence in await drain(client)) Console.WriteLine(sentence);
        return await wait(client);
    }

    private static async Task<int> WaitAsync(NodeClient client, string service, string server, CancellationToken cancellationToken)
    {
        string last = "";
        while (true)
        {
            HaNodeStatus status = await client.GetStatusAsync(cancellationToken);
            if (Find(status, service, server) is not { Drain: { } drain } state)
            {
                Console.WriteLine("It is not drained any more.");
                return ExitCode.Success;
            }

            string line = string.Create(
                CultureInfo.InvariantCulture,
                $"{drain.Phase}: {state.ActiveConnections} active, {state.InactiveConnections} inactive connections, {drain.PersistentClients} persistent clients");
            if (line != last) Console.WriteLine(line);
            last = line;
            if (drain.Phase != IpvsDrainPhase.Draining) return drain.Phase == IpvsDrainPhase.Expired ? ExitCode.Failure : ExitCode.Success;
            await Task.Delay(BetweenLooks, cancellationToken);
        }
    }

    // As the node finds it.
    private static IpvsRealServerState? Find(HaNodeStatus status, string service, string server)
    {
        string id = SpokenNames.Service(service);
        return SpokenNames.RealServers(status.Services.FirstOrDefault(s => s.Id == id)?.RealServers ?? [], r => r.Id, server).FirstOrDefault();
    }
}
