using System.CommandLine;
using System.Net;
using HaTools.Configuration;
using HaTools.Engine;
using HaTools.Engine.RealServerHost;
using HaTools.Netlink.Route;
using HaTools.Node.Views;

namespace HaTools.Node.Commands;

/// <summary>
/// <c>hanode check-real-server</c>: whether this host is ready as a real server of virtual addresses, whoever has prepared it; nothing is changed.
/// </summary>
internal static class RealServerCommand
{
    public static Command Create()
    {
        var places = new Argument<string[]>("ADDRESS[:PORT]")
        {
            Description = "Virtual addresses (of direct routing, or of --tunnel), with the TCP port that is to take connections.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string> file = Options.File();
        file.Required = false;
        file.Description = "A configuration whose directRoutingAddresses and tunnelAddresses are to be looked at.";
        var tunnel = new Option<TunnelType?>("--tunnel") { Description = "Directors send by tunnel." };
        var port = new Option<int?>("--tunnel-port") { Description = "The UDP port of GUE." };
        var family = new Option<int?>("--outer-family") { Description = "4 or 6: the family of the tunnel's packets; default: the address's." };
        var command = new Command("check-real-server", "Say whether this host is ready as a real server, and what is missing; exit 0 when it is.")
        {
            places, file, tunnel, port, family,
        };
        command.SetAction((parsed, _) => RunAsync(
            parsed.GetValue(places) ?? [], parsed.GetValue(file), parsed.GetValue(tunnel), parsed.GetValue(port), parsed.GetValue(family)));
        return command;
    }

    private static async Task<int> RunAsync(string[] places, string? file, TunnelType? tunnel, int? port, int? family)
    {
        var wanted = new HaConfiguration();
        if (file is not null)
        {
            ConfigurationReadResult read = await ConfigurationSources.ReadFileAsync(file, ConfigurationFormat.Auto, strict: false);
            DiagnosticsView.Write(read.Diagnostics, Console.Error);
            if (read.Configuration is not { } configuration) return ExitCode.Failure;
            wanted = configuration;
        }

        List<IPEndPoint> ends = [];
        foreach (string place in places)
        {
            if (!IPEndPoint.TryParse(place, out IPEndPoint? end)) throw new HaEngineException($"'{place}' is no address, nor ADDRESS:PORT");
            ends.Add(end);
        }

        IPAddress[] given = [.. ends.Select(e => e.Address).Distinct()];
        if (tunnel is { } type)
            wanted = wanted with { TunnelAddresses = [.. wanted.TunnelAddresses, .. given.Select(a => new TunnelAddress(a) { Type = type, Port = port, OuterFamily = family })] };
        else
            wanted = wanted with { DirectRoutingAddresses = [.. wanted.DirectRoutingAddresses, .. given.Select(a => new DirectRoutingAddress(a))] };
        RealServerPlan plan = RealServerPlan.Of(wanted, hasParked: false);
        if (plan.Addresses.Count == 0) throw new HaEngineException("no address to look at: name one, or a file that does");

        HaConfigurationDiagnostic[] errors = [.. ConfigurationValidator.Validate(wanted with { VrrpInstances = [] }).Where(d => d.Severity == HaDiagnosticSeverity.Error)];
        if (errors.Length > 0) throw new HaEngineException(string.Join("; ", errors.Select(e => e.Message)));
        return Look(plan, ends) ? ExitCode.Success : ExitCode.Failure;
    }

    private static bool Look(RealServerPlan plan, List<IPEndPoint> ends)
    {
        bool ready = true;
        using RouteClient route = RouteClient.Open();
        foreach ((IPAddress address, TunnelAddress? tunnel) in plan.Ways)
        {
            List<RealServerFinding> findings = RealServerCheck.Look(route, address, tunnel, plan.Elsewhere.Contains(address));
            findings.AddRange(ends.Where(e => e.Port != 0 && e.Address.Equals(address)).Select(e => RealServerCheck.LookAtPort(address, e.Port)));
            bool isReady = findings.TrueForAll(f => f.IsGood);
            Console.WriteLine($"{address} ({RealServerPlan.Describe(tunnel)}): {(isReady ? "ready" : "not ready")}");
            foreach (RealServerFinding finding in findings) Console.WriteLine($"  {(finding.IsGood ? "ok  " : "FAIL")}  {finding.Text}");
            ready &= isReady;
        }

        return ready;
    }
}
