namespace HaTools.Vrrp;

/// <summary>A sync group as it stands now.</summary>
internal readonly struct GroupView
{
    /// <summary>The state of its members, which agree.</summary>
    public VrrpStateKind State { get; init; }

    /// <summary>When it was entered, by the host's monotonic clock.</summary>
    public long StateSince { get; init; }
}
