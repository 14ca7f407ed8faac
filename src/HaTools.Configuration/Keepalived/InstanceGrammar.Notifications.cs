namespace HaTools.Configuration.Keepalived;

/// <summary>Notify scripts.</summary>
internal static partial class InstanceGrammar
{
    private static Keyword<InstanceDraft>[] Notifications => [];

    private static VrrpInstance WithNotifications(InstanceBuild build, VrrpInstance instance) => instance;
}
