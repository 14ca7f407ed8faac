using System.CommandLine;
using System.Text.Json;
using HaTools.Engine.Control;
using HaTools.Node.Views;

namespace HaTools.Node.Commands;

/// <summary><c>hanode status</c>: what the nodes of this machine are doing, as tables or as JSON (an array, one element a node).</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        Option<string?> name = Options.Node();
        Option<string> folder = Options.RunDirectory();
        var json = new Option<bool>("--json") { Description = "Print the state as a JSON array, one element a node." };
        var command = new Command("status", "Show what nodes are doing: all that run here, or the one named.") { name, json, folder };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(name), parsed.GetValue(json), parsed.GetValue(folder)!, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? name, bool json, string folder, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names = name is null ? NodeClient.ListNodes(folder) : [name];
        if (names.Count == 0)
            throw new NodeControlException(NodeControlException.Unreachable, $"No node runs here (there is no live socket in {folder}).");

        List<HaNodeStatus> nodes = [];
        int code = ExitCode.Success;
        foreach (string node in names)
        {
            try
            {
                await using NodeClient client = await NodeClient.ConnectAsync(node, folder, cancellationToken);
                nodes.Add(await client.GetStatusAsync(cancellationToken));
            }
            catch (NodeControlException e) when (e.Error == NodeControlException.Unresponsive)
            {
                // The others answer all the same.
                Console.Error.WriteLine($"hanode: {e.Message}");
                code = ExitCode.Failure;
            }
        }

        if (json) Console.WriteLine(JsonSerializer.Serialize(nodes, StatusJson.Default.ListHaNodeStatus));
        else foreach (HaNodeStatus node in nodes) StatusView.Write(node, DateTimeOffset.UtcNow, Console.Out);
        return code;
    }
}
