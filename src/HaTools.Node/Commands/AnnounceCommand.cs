using System.CommandLine;
using HaTools.Engine.Control;

namespace HaTools.Node.Commands;

/// <summary><c>hanode announce</c>: gratuitous ARPs and unsolicited neighbour advertisements, on demand.</summary>
internal static class AnnounceCommand
{
    public static Command Create()
    {
        var instance = new Argument<string?>("instance")
        {
            Description = "The VRRP instance; without one, all that are master.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> name = Options.Node();
        Option<string> folder = Options.RunDirectory();
        var command = new Command("announce", "Tell the network once more where the virtual addresses are: gratuitous ARPs, unsolicited neighbour advertisements.")
        {
            instance,
            name,
            folder,
        };
        command.SetAction((parsed, cancellation) =>
            RunAsync(parsed.GetValue(name), parsed.GetValue(folder)!, parsed.GetValue(instance), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? name, string folder, string? instance, CancellationToken cancellationToken)
    {
        await using NodeClient client = await Nodes.ConnectAsync(name, folder, cancellationToken);
        IReadOnlyList<string> announced = await client.AnnounceAsync(instance, cancellationToken);
        Console.WriteLine(announced.Count == 0 ? "Nothing announced: no instance is master." : $"Announced: {string.Join(", ", announced)}");
        return ExitCode.Success;
    }
}
