using System.CommandLine;
using HaTools.Netlink.Ipvs;
using HaTools.Netlink.Ipvs.Listing;
using HaTools.Node.Views.Ipvs;

namespace HaTools.Node.Commands.Ipvs;

/// <summary><c>hanode ipvs list</c>: services and real servers, in the words of <c>ipvsadm -L -n</c>, or as JSON with everything.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        (Option<bool> Option, IpvsListView View)[] views =
        [
            (new("--stats") { Description = "Connections, packets and bytes since the last zeroing." }, IpvsListView.Statistics),
            (new("--rate") { Description = "Connections, packets and bytes a second." }, IpvsListView.Rates),
            (new("--thresholds") { Description = "The limits of connections." }, IpvsListView.Thresholds),
            (new("--persistent-conn") { Description = "Persistence templates." }, IpvsListView.Persistence),
            (new("--tun-info") { Description = "Tunnels: kind, port, checksums." }, IpvsListView.Tunnels),
        ];
        var exact = new Option<bool>("--exact") { Description = "Counters in full, instead of K, M, G from 100 million on." };
        var unsorted = new Option<bool>("--nosort") { Description = "In the kernel's order, which some schedulers go by: what was entered last comes first." };
        var json = new Option<bool>("--json") { Description = "Everything as a JSON array, one element a service." };
        var command = new Command("list", "Show services and real servers as ipvsadm -L -n does.") { exact, unsorted, json };
        foreach ((Option<bool> option, _) in views) command.Add(option);
        command.Validators.Add(parsed =>
        {
            string[] given = [.. views.Select(v => v.Option).Append(json).Where(parsed.GetValue).Select(o => o.Name)];
            if (given.Length > 1) parsed.AddError($"{string.Join(" and ", given)} are different lists: ask for one.");
        });
        command.SetAction(parsed =>
        {
            IpvsListView view = views.FirstOrDefault(v => parsed.GetValue(v.Option)).View;
            Run(view, parsed.GetValue(exact), parsed.GetValue(unsorted), parsed.GetValue(json));
            return ExitCode.Success;
        });
        return command;
    }

    private static void Run(IpvsListView view, bool exact, bool unsorted, bool json)
    {
        using IpvsClient client = IpvsClient.Open();
        IReadOnlyList<IpvsTableEntry> table = client.GetTable();
        if (!unsorted) table = IpvsListWriter.Sort(table);
        using Stream output = Console.OpenStandardOutput();
        if (json)
        {
            TableJson.Write(table, output);
            return;
        }

        using var text = new StreamWriter(output, bufferSize: 1 << 16);
        var list = new IpvsListWriter(text, view, exact);
        list.WriteHeading(client.GetInfo());
        foreach (IpvsTableEntry entry in table) list.Write(entry);
    }
}
