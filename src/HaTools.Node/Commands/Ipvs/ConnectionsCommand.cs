using System.CommandLine;
using System.Net;
using HaTools.Netlink.Ipvs;
using HaTools.Node.Views.Ipvs;

namespace HaTools.Node.Commands.Ipvs;

/// <summary><c>hanode ipvs connections</c>: the connection table, written while it is read; millions of entries are never held.</summary>
internal static class ConnectionsCommand
{
    public static Command Create()
    {
        var server = new Option<IPEndPoint?>("--server")
        {
            Description = "Only those of a real server: ADDRESS:PORT, or ADDRESS for all of its ports.",
            HelpName = "SERVER",
            CustomParser = argument =>
            {
                if (IPEndPoint.TryParse(argument.Tokens[0].Value, out IPEndPoint? value)) return value;
                argument.AddError($"--server {argument.Tokens[0].Value}: write ADDRESS:PORT, [IPV6]:PORT, or an address.");
                return null;
            },
        };
        var templates = new Option<bool>("--templates") { Description = "Only persistence templates." };
        var plain = new Option<bool>("--no-templates") { Description = "Only connections." };
        var origins = new Option<bool>("--origins") { Description = "Tell which were heard from another director's sync daemon (without the persistence engine's words)." };
        var json = new Option<bool>("--json") { Description = "As a JSON array, one element a line." };
        var command = new Command("connections", "Show connections and persistence templates.") { server, templates, plain, origins, json };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(templates) && parsed.GetValue(plain)) parsed.AddError("--templates and --no-templates leave nothing to show.");
        });
        command.SetAction(parsed =>
        {
            IPEndPoint? of = parsed.GetValue(server);
            var filter = new IpvsConnectionFilter
            {
                Server = of?.Address,
                ServerPort = of?.Port ?? 0,
                Templates = parsed.GetValue(templates) ? true : parsed.GetValue(plain) ? false : null,
            };
            Run(filter, parsed.GetValue(origins), parsed.GetValue(json));
            return ExitCode.Success;
        });
        return command;
    }

    private static void Run(IpvsConnectionFilter filter, bool origins, bool json)
    {
        using IpvsConnectionReader reader = IpvsConnectionReader.Open(origins);
        using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 1 << 16);
        IEnumerable<IpvsConnection> connections = reader.ReadAll(filter);
        if (json) ConnectionsView.WriteJson(connections, output);
        else ConnectionsView.Write(connections, origins, output);
    }
}
