using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>
/// <c>vrrp_instance</c>, with our <c>self_fence</c>. Each area has a file: its keywords, its part of the draft, and the step that takes the draft into the
/// instance.
/// </summary>
internal static partial class InstanceGrammar
{
    /// <summary>What passing over skip_check_adv_addr means.</summary>
    public const string SkipCheck = "HaTools heeds an advert whose addresses differ anyway, and says so once; there is no check to skip.";

    public static Grammar<InstanceDraft> Grammar { get; } = new("vrrp_instance",
    [
        .. Basics, .. Elections, .. Transport, .. Security, .. Announcements, .. VirtualInterfaces, .. Addresses, .. Routes, .. Trackers, .. Notifications, .. Synchronization,
    ], new Dictionary<string, string>
    {
        ["debug"] = "keepalived reads it and does nothing, and so do we.",
        ["skip_check_adv_addr"] = SkipCheck,
        ["kernel_rx_buf_size"] = "HaTools sizes its buffers itself.",
    });

    /// <summary>Builds the instance but for its rules, and notes where it was written; null when what it needs is missing.</summary>
    public static VrrpInstance? Build(ConfReading reading, ConfStatement statement, GlobalDraft globals,
        ModelPositions positions, int index, out List<RuleLine> rules)
    {
        var draft = new InstanceDraft();
        rules = draft.Rules;
        reading.ReadBlock(Grammar, statement.Block!, draft);
        ConfWord name = statement.Words[1];
        var build = new InstanceBuild(reading, draft, globals, positions, new ModelPath("vrrpInstances", index));
        positions.Note(build.Path, name.Position);
        ConfPlaces.Note(positions, ConfPlaces.Instance, build.Path, statement.Block!);
        VrrpInstance instance = WithBasics(build, name);
        instance = WithSecurity(build, instance);
        instance = WithElections(build, instance);
        instance = WithTransport(build, instance);
        instance = WithAnnouncements(build, instance);
        instance = WithVirtualInterface(build, instance);
        instance = WithAddresses(build, instance);
        instance = WithRoutes(build, instance);
        instance = WithTrackers(build, instance);
        instance = WithNotifications(build, instance);
        TakeSyncDaemon(build, instance);
        return draft.Device is null || draft.RouterId is null ? null : instance;
    }

    private static int Repaired(ConfReading reading, ConfWord word, int value, string message)
    {
        reading.Warning("ValueOutOfRange", word, message);
        return value;
    }
}

/// <summary>What a step that builds an instance works with.</summary>
internal sealed record InstanceBuild(ConfReading Reading, InstanceDraft Draft, GlobalDraft Globals, ModelPositions Positions, ModelPath Path)
{
    /// <summary>Whether what the RFCs do not allow is refused.</summary>
    public bool IsStrict => Draft.Strict ?? Globals.Strict;
}

/// <summary>A vrrp_instance while it is read.</summary>
internal sealed partial class InstanceDraft;
