namespace HaTools.Configuration.Keepalived;

/// <summary>Virtual MAC interfaces, ipvlans, VRFs.</summary>
internal static partial class InstanceGrammar
{
    private static Keyword<InstanceDraft>[] VirtualInterfaces => [];

    private static VrrpInstance WithVirtualInterface(InstanceBuild build, VrrpInstance instance) => instance;
}
