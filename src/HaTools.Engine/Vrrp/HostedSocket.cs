using HaTools.Linux;

namespace HaTools.Engine.Vrrp;

/// <summary>What an interface is spoken and listened on with: a socket for each family, and one for adverts with an authentication header.</summary>
internal sealed class HostedSocket(HostedInterface carrier, int family, bool authenticationHeader)
{
    // An instance is found by its virtual router id; several of one id differ by group or peers.
    private readonly HostedInstance[]?[] byRouterId = new HostedInstance[256][];
    private readonly HashSet<AddressBits> groups = [];
    private readonly HashSet<AddressBits> joined = [];
    private readonly bool[] told = new bool[256];
    private byte[] admittedIds = [];
    private byte[] admittedSource = [];
    private bool isSpokenOn;
    private bool admitsOthers;

    public HostedInterface Carrier { get; } = carrier;

    public int Family { get; } = family;

    public bool AuthenticationHeader { get; } = authenticationHeader;

    /// <summary>The socket; null: it is not open.</summary>
    public VrrpSocket? Socket { get; private set; }

    /// <summary>What keeps repeats of adverts from waking the thread; null: each advert is received.</summary>
    public RepeatFilter? Repeats { get; private set; }

    /// <summary>The errno for which the kernel takes no filter that keeps repeats; 0: it does, or was not asked.</summary>
    public int RepeatsError { get; private set; }

    /// <summary>The epoll token; 0: it is not listened to.</summary>
    public ulong Token { get; set; }

    /// <summary>Whether an instance of the plan in force uses it.</summary>
    public bool IsUsed { get; private set; }

    /// <summary>When opening is tried again; long.MaxValue: there is no need.</summary>
    public long ReopenAt { get; set; } = long.MaxValue;

    /// <summary>The errno of the last attempt to open it: said once, not with every attempt.</summary>
    public int OpenError { get; set; }

    /// <summary>How often in a row it could not be opened.</summary>
    public int Failures { get; set; }

    /// <summary>What is told of multicasts that could not be sent.</summary>
    public SendTrouble SendTrouble { get; } = new();

    /// <summary>Forgets whom it serves.</summary>
    public void Clear()
    {
        Array.Clear(byRouterId);
        groups.Clear();
        IsUsed = isSpokenOn = false;
    }

    /// <summary>Serves an instance, too.</summary>
    public void Serve(HostedInstance instance)
    {
        isSpokenOn = true;
        Hear(instance);
    }

    /// <summary>Hears for an instance that speaks elsewhere what is not heard there (<see cref="HostedInstance.Overheard"/>).</summary>
    public void Hear(HostedInstance instance)
    {
        IsUsed = true;
        if (instance.Group != 0) groups.Add(instance.Group);
        ref HostedInstance[]? same = ref byRouterId[instance.Configuration.VirtualRouterId];
        same = [instance, .. same ?? []];
    }

    /// <summary>Opens it, or changes what it lets in, and joins and leaves what has changed of its groups.</summary>
    /// <param name="hearsAll">Whether adverts of virtual routers that nobody here knows are wanted, too.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public void Open(bool hearsAll)
    {
        if (Socket is null)
        {
            joined.Clear();
            (admittedIds, admittedSource, admitsOthers) = ([], [], false);
            Socket = new VrrpSocket(new VrrpSocketOptions
            {
                InterfaceName = Carrier.Name,
                InterfaceIndex = Carrier.Index,
                Family = Family,
                AuthenticationHeader = AuthenticationHeader,
            });
        }

        Filter(hearsAll);
        foreach (AddressBits group in groups)
        {
            if (joined.Contains(group)) continue;
            Socket.Join(group);
            joined.Add(group);
        }

        foreach (AddressBits group in joined)
        {
            if (!groups.Contains(group)) Socket.Leave(group);
        }

        joined.IntersectWith(groups);
    }

    public void Close()
    {
        Socket?.Dispose();
        Socket = null;
        Forget(null);
        ReopenAt = long.MaxValue;
    }

    /// <summary>The instance that a packet is for; null: there is none of its virtual router id.</summary>
    /// <param name="routerId">0 to 255.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="destination">The group, or our own address.</param>
    public HostedInstance? Find(int routerId, AddressBits source, AddressBits destination)
    {
        if (byRouterId[routerId] is not { } same) return null;
        foreach (HostedInstance instance in same)
        {
            if (same.Length == 1) break;
            if (instance.Group != 0 ? instance.Group == destination : instance.HasPeer(source)) return instance;
        }

        // Whichever it is, that one refuses and counts it.
        return same[0];
    }

    /// <summary>Whether all adverts of an instance come here, and all of its virtual router id are its.</summary>
    public bool IsSoleOf(HostedInstance instance) =>
        instance.Socket == this && instance.Overheard is null && byRouterId[instance.Configuration.VirtualRouterId] is { Length: 1 };

    /// <summary>
    /// The kernel gives every advert of the wire to every macvlan: with N of them N adverts would wake N times N sockets. And where nobody speaks, a
    /// frame of another hardware address has been heard on the base already.
    /// </summary>
    private void Filter(bool hearsAll)
    {
        byte[] served = [.. Enumerable.Range(0, byRouterId.Length).Where(id => byRouterId[id] is not null).Select(id => (byte)id)];
        byte[] source = isSpokenOn ? [] : Carrier.ArpAddress;
        bool isSame = served.AsSpan().SequenceEqual(admittedIds) && source.AsSpan().SequenceEqual(admittedSource) && hearsAll == admitsOthers;
        if (isSame) return;
        if (!TryKeepRepeats(served, hearsAll)) Socket!.Admit(hearsAll ? [] : served, source);
        (admittedIds, admittedSource, admitsOthers) = (served, source, hearsAll);
    }

    /// <summary>
    /// Not of those that only overhear, nor of authentication headers, each of which has its number. Nothing is expected while this changes: what was kept has been taken,
    /// or the socket is new.
    /// </summary>
    private bool TryKeepRepeats(ReadOnlySpan<byte> served, bool hearsAll)
    {
        if (isSpokenOn && !AuthenticationHeader && RepeatsError == 0)
        {
            if (Repeats?.AdmitsOthers == hearsAll && Repeats.TryAdmit(served)) return true;
            try
            {
                var next = new RepeatFilter(Family, served, hearsAll);
                Forget(next);
                Socket!.Attach(next);
                return true;
            }
            catch (LinuxException e)
            {
                // No privilege, or a kernel that is too old: it will not be another tomorrow.
                RepeatsError = e.Errno;
            }
        }

        Forget(null);
        return false;
    }

    private void Forget(RepeatFilter? next)
    {
        Repeats?.Dispose();
        Repeats = next;
    }

    /// <summary>Whether an unknown virtual router is met for the first time.</summary>
    public bool NoteUnknown(int routerId) => !told[routerId] && (told[routerId] = true);
}
