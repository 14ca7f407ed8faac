using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Network;

/// <summary>Who wants an object to be there.</summary>
/// <param name="Instance">The VRRP instance that it follows; null: it is static.</param>
/// <param name="NoTrack">Whether its loss is left alone.</param>
/// <param name="TrackGroup">The track group that suffers from its loss; null: none.</param>
internal sealed record KeptClaim(string? Instance, bool NoTrack, string? TrackGroup);

/// <summary>
/// An address, a route or a rule that is kept in the kernel while somebody claims it, and what is known of it. The keeper's thread owns it.
/// </summary>
internal abstract class KeptObject
{
    public List<KeptClaim> Claims { get; } = [];

    /// <summary>static address, virtual route …</summary>
    public string Name => $"{(Claims.Count > 0 && Claims[0].Instance is null ? "static" : "virtual")} {Kind.ToString().ToLowerInvariant()} {Text}";

    public abstract HaNetworkObjectKind Kind { get; }

    /// <summary>The object in iproute2's words.</summary>
    public abstract string Text { get; }

    /// <summary>The interface whose state counts for its track group; null: none.</summary>
    public abstract string? Device { get; }

    /// <summary>When the kernel takes it away by itself, by the monotonic clock; null: it does not, or it was not put there by us.</summary>
    public virtual long? Ends => null;

    /// <summary>Whether it is to be there now.</summary>
    public bool IsWanted { get; set; }

    /// <summary>Whether its loss is left alone: all who want it say so.</summary>
    public bool IsUntracked { get; set; }

    /// <summary>Whether we have put it there, or a predecessor has: then we may take it away.</summary>
    public bool IsOurs { get; set; }

    /// <summary>Whether it was looked for since it came into the configuration.</summary>
    public bool IsKnown { get; set; }

    /// <summary>
    /// The kernel says that it is there, and shows nothing like it (an IPv6 route of somebody else's to the same gateway): it is asked for again
    /// whenever the others are looked at.
    /// </summary>
    public bool IsKeptByRefusal { get; set; }

    public HaNetworkObjectStateKind State { get; set; } = HaNetworkObjectStateKind.Absent;

    /// <summary>Why it is not there; null: it is.</summary>
    public string? Reason { get; set; }

    /// <summary>How often in a row it could not be put there.</summary>
    public int Failures { get; set; }

    /// <summary>Since when it cannot be put there; meaningful with <see cref="Failures"/>.</summary>
    public long FailingSince { get; set; }

    /// <summary>When it may be tried again, by the monotonic clock.</summary>
    public long NextTry { get; set; }

    /// <summary>Since when it is gone, while it is to be put back; null: it is not.</summary>
    public long? LostAt { get; set; }

    /// <summary>When it was put back last, and how often in a row soon after another.</summary>
    public long LastPutBack { get; set; } = long.MinValue / 2;

    public int PutBacks { get; set; }

    /// <summary>The reason that was told last; null: nothing, or that it is there.</summary>
    public string? Told { get; set; }

    /// <summary>Makes the request of what the kernel has now. False: an interface is not there.</summary>
    /// <param name="tables">The interfaces.</param>
    /// <param name="missing">The interface.</param>
    public abstract bool Resolve(KernelTables tables, out string? missing);

    /// <summary>Whether it is in the kernel; after a <see cref="Resolve"/> that went well.</summary>
    /// <param name="tables">The kernel's tables.</param>
    /// <param name="carriesOurMark">Whether it says itself that it was made by us or keepalived.</param>
    public abstract bool IsIn(KernelTables tables, out bool carriesOurMark);

    /// <summary>Why it serves nothing though it is in the kernel, as the last <see cref="IsIn"/> found; null: nothing is against it.</summary>
    public virtual string? Objection => null;

    /// <summary>Whether the kernel has not made up its mind about it yet, as the last <see cref="IsIn"/> found.</summary>
    public virtual bool IsUndecided => false;

    /// <summary>Whether there is an objection to what was put there last.</summary>
    public bool IsObjectedTo { get; set; }

    /// <summary>Whether there was one since it last served: then it is in its place only when the kernel has decided.</summary>
    public bool IsOnTrial { get; set; }

    /// <summary>It was put there.</summary>
    public virtual void OnInstalled(long now)
    {
    }

    /// <summary>It is wanted no more, or anew.</summary>
    public virtual void OnForgotten()
    {
    }

    /// <summary>What to do about an outcome; null: nothing is known that helps.</summary>
    public virtual string? Advise(NetlinkResult outcome) => null;
}

/// <summary>A static address.</summary>
internal sealed class KeptAddress(VirtualAddress address) : KeptObject
{
    private AddressFlags flags;

    public override HaNetworkObjectKind Kind => HaNetworkObjectKind.Address;

    public override string Text => $"{address} dev {address.Device}";

    public override string? Device => address.Device;

    public AddressRequest Request { get; private set; }

    public override string? Objection => (flags & AddressFlags.DadFailed) == 0
        ? null : $"another machine on {address.Device} has {address.Address}: duplicate address detection failed";

    public override bool IsUndecided => (flags & AddressFlags.Tentative) != 0;

    public override bool Resolve(KernelTables tables, out string? missing)
    {
        missing = address.Device is { } device && tables.Link(device) is { } link ? null : address.Device ?? "";
        if (missing is null) Request = Translation.Address(address, tables.Link(address.Device!)!.Index, address.PrefixLength);
        return missing is null;
    }

    public override bool IsIn(KernelTables tables, out bool carriesOurMark)
    {
        AddressRequest wanted = Request;
        AddressInfo? found = tables.At(wanted.Address).FirstOrDefault(a => a.Index == wanted.Index && a.PrefixLength == wanted.PrefixLength
            && (wanted.Peer is null || wanted.Peer.Equals(a.Peer)));
        carriesOurMark = found?.Protocol == Translation.Protocol;
        flags = found?.Flags ?? AddressFlags.None;
        return found is not null;
    }
}

/// <summary>A route.</summary>
internal sealed class KeptRoute(RouteEntry route) : KeptObject
{
    private long? ends;

    public override HaNetworkObjectKind Kind => HaNetworkObjectKind.Route;

    public override string Text => $"{route}";

    public override string? Device => route.Device;

    public override long? Ends => ends;

    public RouteRequest? Request { get; private set; }

    public byte Protocol { get; } = (byte)(route.Protocol ?? Translation.Protocol);

    public override bool Resolve(KernelTables tables, out string? missing)
    {
        Request = Translation.Route(route, tables, out missing);

        // What is put back has the time that is left.
        if (Request is not null && ends is { } end)
            Request = Request with { Expires = (uint)Math.Max(1, (end - MonotonicClock.Now) / 1_000_000_000) };
        return Request is not null;
    }

    public override bool IsIn(KernelTables tables, out bool carriesOurMark)
    {
        carriesOurMark = Protocol == Translation.Protocol;
        return tables.At(Request!).Any(r => r.Satisfies(Request!));
    }

    public override void OnInstalled(long now)
    {
        if (route.Expires is { } time) ends ??= now + time.Ticks * 100;
    }

    public override void OnForgotten() => ends = null;

    public override string? Advise(NetlinkResult outcome) => RouteClient.AdviseOnRoute(outcome);
}

/// <summary>A rule.</summary>
internal sealed class KeptRule(RuleEntry rule) : KeptObject
{
    public override HaNetworkObjectKind Kind => HaNetworkObjectKind.Rule;

    public override string Text => $"{rule}";

    public override string? Device => rule.InputInterface;

    public RuleRequest Request { get; } = Translation.Rule(rule);

    public override bool Resolve(KernelTables tables, out string? missing)
    {
        missing = null;
        return true;
    }

    public override bool IsIn(KernelTables tables, out bool carriesOurMark)
    {
        RuleInfo? found = tables.At(Request).FirstOrDefault(r => r.Satisfies(Request)) ?? tables.At(Request).FirstOrDefault(r => r.Decides(Request));
        carriesOurMark = found?.Protocol == Translation.Protocol;
        return found is not null;
    }

    public override string? Advise(NetlinkResult outcome) => outcome.Errno != Errno.EEXIST ? null
        : "the kernel takes it for another rule of its preference, since it does not look at where they differ (`not`, the target of `goto`): give it another preference";
}
