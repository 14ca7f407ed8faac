namespace HaTools.Configuration.Keepalived;

/// <summary>Notify scripts.</summary>
internal static partial class InstanceGrammar
{
    private static Keyword<InstanceDraft>[] Notifications =>
    [
        .. NotifyGrammar.Keywords<InstanceDraft>(d => d.Notify), .. NotifyGrammar.OfInstances<InstanceDraft>(d => d.Notify),
    ];

    private static VrrpInstance WithNotifications(InstanceBuild build, VrrpInstance instance) =>
        instance with { Notify = build.Draft.Notify.Scripts, NotifyPriorityChanges = build.Draft.Notify.PriorityChanges, SmtpAlert = build.Draft.Notify.SmtpAlert };
}

/// <summary>Notify scripts.</summary>
internal sealed partial class InstanceDraft
{
    public NotifyDraft Notify { get; } = new();
}
