using System.CommandLine;
using HaTools.Engine.Control;

namespace HaTools.Node.Commands;

/// <summary><c>hanode restore</c>: a real server that is drained has its weight again.</summary>
internal static class RestoreServerCommand
{
    public static Command Create()
    {
        Argument<string> service = Options.Service();
        Argument<string> server = Options.RealServer();
        Option<string?> name = Options.Node();
        Option<string> folder = Options.RunDirectory();
        var command = new Command("restore", "Give a real server that is drained its weight again.") { service, server, name, folder };
        command.SetAction((parsed, cancellation) =>
            RunAsync(parsed.GetValue(name), parsed.GetValue(folder)!, parsed.GetValue(service)!, parsed.GetValue(server)!, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? name, string folder, string service, string server, CancellationToken cancellationToken)
    {
        await using NodeClient client = await Nodes.ConnectAsync(name, folder, cancellationToken);
        await client.RestoreAsync(service, server, cancellationToken);
        return ExitCode.Success;
    }
}
