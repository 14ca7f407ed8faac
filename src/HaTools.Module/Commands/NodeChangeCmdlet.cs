using System.Management.Automation;
using HaTools.Configuration;
using HaTools.Engine.Control;
using HaTools.Module.Errors;
using HaTools.Module.Nodes;

namespace HaTools.Module.Commands;

/// <summary>
/// What cmdlets share that change a running node: they read its configuration, edit the model, show the plan, and apply it.
/// </summary>
public abstract class NodeChangeCmdlet : HaCmdlet
{
    // Each try that fails means that somebody else's change went in: among few who change a node at once, all are done long before.
    private const int MostTries = 100;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);
    /// <summary>The changes as lines; what -WhatIf and -Confirm show.</summary>
    internal static string Describe(string node, IReadOnlyList<HaChange> changes) =>
        changes.Count == 1
            ? $"Node '{node}': {changes[0]}"
            : $"Node '{node}', {changes.Count} changes:" + string.Concat(changes.Select(c => $"{Environment.NewLine}  {c}"));

    /// <summary>Whether the user wants this plan done. Under -WhatIf: no, and the plan has been shown.</summary>
    internal bool Approve(string node, IReadOnlyList<HaChange> changes, out bool whatIf)
    {
        string plan = Describe(node, changes);
        bool approved = ShouldProcess(plan, $"{plan}{Environment.NewLine}Apply?", $"Change node '{node}'", out ShouldProcessReason reason);
        whatIf = reason.HasFlag(ShouldProcessReason.WhatIf);
        return approved;
    }

    /// <summary>
    /// Edits the configuration that a node runs. Returns whether it is in force now (false: -WhatIf, or refused at -Confirm). When somebody else
    /// changes the node between reading and applying, the edit is made again on what is in force by then; who asked is asked again only if
    /// that is another plan.
    /// </summary>
    internal bool ChangeNode(string node, Func<HaConfiguration, HaConfiguration> edit)
    {
        NodeClient client = Await(NodeDirectory.ConnectAsync(node, StopToken), node);
        try
        {
            IReadOnlyList<HaChange> approved = [];
            for (int tries = 1; ; tries++)
            {
                NumberedConfigurationParameters before = Await(client.GetNumberedConfigurationAsync(StopToken), node);
                ConfigurationReadResult inForce = HaConfigurationReader.ReadText(before.Configuration.Text, null, ConfigurationFormat.Yaml);
                HaConfiguration desired = edit(ConfigurationSource.Require(inForce));
                IReadOnlyList<HaConfigurationDiagnostic> warnings = ConfigurationSource.Validate(desired);
                if (tries == 1) WriteWarnings(warnings);
                var text = new ConfigurationText(HaConfigurationWriter.WriteYaml(desired), ConfigurationText.Yaml);

                PlanReply plan = RequireValid(Await(client.PlanAsync(text, StopToken), node));
                if (plan.Changes.Count == 0) return false;
                if (!plan.Changes.SequenceEqual(approved) && !Approve(node, plan.Changes, out _)) return false;
                approved = plan.Changes;
                try
                {
                    RequireValid(Await(client.ApplyAsync(text, before.Generation, StopToken), node));
                    break;
                }
                catch (HaErrorException e) when (e.Error.Id == HaErrors.NodeChangedId && tries < MostTries)
                {
                    WriteVerbose($"{e.Message}: once more.");
                    Await(Task.Delay(Random.Shared.Next((int)LongestPause.TotalMilliseconds), StopToken), node);
                }
            }

            string? path = Await(client.GetStatusAsync(StopToken), node).ConfigurationPath;
            if (path is not null)
                WriteWarning($"Node '{node}' was started from '{path}', which does not have this change: the next reload takes it back. " +
                    $"To keep it: Export-HaConfiguration -Node {node} -Path FILE, then Update-HaNode -Path FILE.");
            return true;
        }
        finally
        {
            Await(client.DisposeAsync().AsTask(), node);
        }
    }

    internal static PlanReply RequireValid(PlanReply reply) =>
        reply.Diagnostics.Any(d => d.Severity == HaDiagnosticSeverity.Error)
            ? throw new HaErrorException(HaErrors.ConfigurationInvalid(reply.Diagnostics))
            : reply;
}
