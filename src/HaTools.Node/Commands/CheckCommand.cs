using System.CommandLine;
using HaTools.Configuration;
using HaTools.Engine;
using HaTools.Engine.Checks.Tls;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Notify.Webhooks;
using HaTools.Engine.Scripts;
using HaTools.Engine.Topology;
using HaTools.Engine.Vrrp;
using HaTools.Netlink.Route;
using HaTools.Node.Views;

namespace HaTools.Node.Commands;

/// <summary><c>hanode check</c>: everything there is to say about a file, and what this host's addresses make of it; nothing is changed.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        Option<string> file = Options.File();
        Option<ConfigurationFormat> format = Options.Format();
        Option<bool> strict = Options.Strict();
        var command = new Command("check", "Read a configuration and say all that is wrong with it; exit 0 when it would run where its interfaces are.") { file, format, strict };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(format), parsed.GetValue(strict)));
        return command;
    }

    private static async Task<int> RunAsync(string file, ConfigurationFormat format, bool strict)
    {
        ConfigurationReadResult read = await ConfigurationSources.ReadFileAsync(file, format, strict);
        DiagnosticsView.Write(read.Diagnostics, Console.Error);
        if (read.Configuration is not { } configuration) return ExitCode.Failure;
        Console.WriteLine(
            $"{file}: {Count(configuration.VrrpInstances.Count, "VRRP instance")}, {Count(configuration.VirtualServers.Count, "virtual server")}, " +
            $"{Count(configuration.VirtualServers.Sum(s => s.RealServers.Count), "real server")}, {Count(configuration.Scripts.Count, "script")}");

        using RouteClient route = RouteClient.Open();
        List<string> refusals = [], concerns = [];
        await TryAsync(async () =>
        {
            var scripts = await ScriptCheck.OfAsync(configuration, await ScriptPolicy.OfAsync(configuration));
            refusals.AddRange(scripts.Refusals);
            concerns.AddRange(scripts.Concerns);
        });
        concerns.AddRange(HostCheck.MissingInterfaces(configuration, route.GetLinks()));
        await TryAsync(async () => concerns.AddRange((await HmacSecretFiles.ReadAsync(configuration)).Concerns));
        await TryAsync(async () => concerns.AddRange((await TlsFiles.ReadAsync(configuration)).Concerns));
        await TryAsync(async () => _ = await WebhookFiles.ReadAsync(configuration));
        concerns.AddRange(DrainCheck.Concerns(configuration));
        foreach (string refusal in refusals) Console.Error.WriteLine($"{file}: error: {refusal}");
        foreach (string concern in concerns) Console.Error.WriteLine($"{file}: warning: {concern}");

        // What this host's own addresses make of it: a director among its own real servers, say.
        foreach (string note in TopologyAnalysis.Analyze(configuration, route.GetAddresses().Select(a => a.Address)).Notes) Console.WriteLine($"note: {note}");
        return refusals.Count == 0 && (!strict || concerns.Count == 0) ? ExitCode.Success : ExitCode.Failure;

        async Task TryAsync(Func<Task> look)
        {
            try
            {
                await look();
            }
            catch (HaEngineException e)
            {
                refusals.Add(e.Message);
            }
        }
    }

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}
