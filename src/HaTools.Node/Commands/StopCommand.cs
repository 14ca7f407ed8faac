using System.CommandLine;
using HaTools.Engine.Control;

namespace HaTools.Node.Commands;

/// <summary><c>hanode stop</c>: returns when the node has given up its addresses and services.</summary>
internal static class StopCommand
{
    public static Command Create()
    {
        Option<string?> name = Options.Node();
        Option<string> folder = Options.RunDirectory();
        var command = new Command("stop", "Stop a node: it gives up mastership, then its services.") { name, folder };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(name), parsed.GetValue(folder)!, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? name, string folder, CancellationToken cancellationToken)
    {
        await using NodeClient client = await Nodes.ConnectAsync(name, folder, cancellationToken);
        await client.StopAsync(cancellationToken);
        return ExitCode.Success;
    }
}
