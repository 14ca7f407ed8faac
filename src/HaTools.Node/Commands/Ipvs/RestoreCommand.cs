using System.CommandLine;
using HaTools.Engine;
using HaTools.Engine.Control;
using HaTools.Engine.DataPlane;
using HaTools.Netlink.Ipvs.Save;

namespace HaTools.Node.Commands.Ipvs;

/// <summary><c>hanode ipvs restore</c>: brings the table to what a file in ipvsadm's format says.</summary>
internal static class RestoreCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "What ipvsadm -S or hanode ipvs save wrote; - reads standard input.", DefaultValueFactory = _ => "-" };
        var replace = new Option<bool>("--replace") { Description = "Remove the services that the file does not name." };
        var whatIf = new Option<bool>("--what-if") { Description = "Only show what would be changed." };
        var direct = new Option<bool>("--direct") { Description = "Change services of running nodes too, which those will change back." };
        Option<string> folder = Options.RunDirectory();
        var command = new Command("restore", "Bring services to what a file says. A file with errors changes nothing; what is there already is left alone.")
        {
            file, replace, whatIf, direct, folder,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(file)!, parsed.GetValue(replace), parsed.GetValue(whatIf), parsed.GetValue(direct), parsed.GetValue(folder)!, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string file, bool replace, bool whatIf, bool direct, string folder, CancellationToken cancellation)
    {
        string text = file == "-" ? await Console.In.ReadToEndAsync(cancellation) : await File.ReadAllTextAsync(file, cancellation);
        IpvsSaveReading reading = IpvsSaveReader.Read(text);
        if (!reading.Succeeded)
        {
            foreach (IpvsSaveError error in reading.Errors) Console.Error.WriteLine($"{file}:{error.Line}:{error.Column}: error: {error.Message}: {error.Text}");
            return ExitCode.Failure;
        }

        using IpvsDataPlane plane = IpvsDataPlane.Open();
        IReadOnlyList<PlaneChange> plan = IpvsImport.Plan(reading.Table, plane, replace);
        if (!direct) RefuseWhatNodesOwn(plan, folder);
        if (whatIf)
        {
            foreach (PlaneChange change in plan) Console.WriteLine(IpvsImport.Describe(change));
            if (plan.Count == 0) Console.WriteLine("Nothing would be changed.");
            return ExitCode.Success;
        }

        IReadOnlyList<PlaneFailure> failures = plane.Apply(plan);
        foreach (PlaneFailure failure in failures) Console.Error.WriteLine($"hanode: {failure.Reason}");
        Console.WriteLine(Summary(plan, failures));
        return failures.Count == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private static void RefuseWhatNodesOwn(IReadOnlyList<PlaneChange> plan, string folder)
    {
        if (plan.Count == 0) return;
        Dictionary<ServiceKey, string> owners = ServiceMemory.OfNodes(folder, NodeClient.ListNodes(folder).Contains);
        string[] owned = [.. plan.Select(c => c.Service.Key).Distinct().Where(owners.ContainsKey).Select(s => $"{s} (node {owners[s]})")];
        if (owned.Length == 0) return;
        throw new HaEngineException(
            $"nothing was changed: {string.Join(", ", owned)} {(owned.Length == 1 ? "belongs" : "belong")} to a running node, which would change it back. "
            + "Change the node's configuration and reload it, or say --direct.");
    }

    private static string Summary(IReadOnlyList<PlaneChange> plan, IReadOnlyList<PlaneFailure> failures)
    {
        if (plan.Count == 0) return "Nothing to change.";
        var failed = failures.Select(f => f.Change).ToHashSet(ReferenceEqualityComparer.Instance);
        string done = string.Join(", ", plan.Where(c => !failed.Contains(c)).Select(IpvsImport.Describe)
            .GroupBy(c => (c.Action, c.Kind)).Select(g => $"{g.Key.Action} {g.Key.Kind}: {g.Count()}"));
        return failures.Count == 0 ? done : $"{(done.Length == 0 ? "Nothing done" : done)}; failed: {failures.Count}";
    }
}
