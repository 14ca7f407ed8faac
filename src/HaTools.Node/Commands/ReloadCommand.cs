using System.CommandLine;
using HaTools.Engine.Control;
using HaTools.Node.Views;

namespace HaTools.Node.Commands;

/// <summary><c>hanode reload</c>: the node reads its file again; says what it changed, or everything that is wrong with the file.</summary>
internal static class ReloadCommand
{
    public static Command Create()
    {
        Option<string?> name = Options.Node();
        Option<string> folder = Options.RunDirectory();
        var command = new Command("reload", "Have a node read its configuration's file again. A file with errors changes nothing.") { name, folder };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(name), parsed.GetValue(folder)!, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? name, string folder, CancellationToken cancellationToken)
    {
        await using NodeClient client = await Nodes.ConnectAsync(name, folder, cancellationToken);
        PlanReply reply = await client.ReloadAsync(cancellationToken);
        DiagnosticsView.Write(reply.Diagnostics, Console.Error);
        if (!reply.Applied) return ExitCode.Failure;
        foreach (HaChange change in reply.Changes) Console.WriteLine(change);
        if (reply.Changes.Count == 0) Console.WriteLine("Nothing changed.");
        return ExitCode.Success;
    }
}
