namespace HaTools.Vrrp;

/// <summary>The state of a sync group. The router alone changes it.</summary>
internal sealed class RouterGroup(int[] members)
{
    /// <summary>The instances' indices.</summary>
    public int[] Members = members;

    /// <summary>What was told last.</summary>
    public VrrpStateKind State = VrrpStateKind.Initialize;
    public long StateSince;
}
