using System.CommandLine;
using HaTools.Netlink.Ipvs;
using HaTools.Node.Views.Ipvs;

namespace HaTools.Node.Commands.Ipvs;

/// <summary><c>hanode ipvs totals</c>: what IPVS has counted for all services together, for which ipvsadm has no list.</summary>
internal static class TotalsCommand
{
    public static Command Create()
    {
        var perProcessor = new Option<bool>("--per-processor") { Description = "What each processor has counted since IPVS was loaded, too." };
        var json = new Option<bool>("--json") { Description = "As a JSON object." };
        var command = new Command("totals", "Show what all services have counted together, those that are no more among them.") { perProcessor, json };
        command.SetAction(parsed =>
        {
            Run(parsed.GetValue(perProcessor), parsed.GetValue(json));
            return ExitCode.Success;
        });
        return command;
    }

    private static void Run(bool perProcessor, bool json)
    {
        using IpvsClient loaded = IpvsClient.Open();
        IpvsStatistics totals = IpvsTotals.Read();
        IReadOnlyList<IpvsProcessorTotals> processors = perProcessor ? IpvsTotals.ReadPerProcessor() : [];
        using Stream output = Console.OpenStandardOutput();
        if (json)
        {
            TotalsView.WriteJson(totals, processors, output);
            return;
        }

        using var text = new StreamWriter(output);
        TotalsView.Write(totals, processors, text);
    }
}
