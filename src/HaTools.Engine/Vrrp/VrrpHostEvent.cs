using System.Globalization;
using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// An event of the VRRP thread, as its parts: the thread hands over the struct, and who reads <see cref="Message"/> (on another thread)
/// pays for the text.
/// </summary>
internal readonly record struct VrrpHostEvent
{
    public VrrpHostEvent(VrrpHostEventCode code, string subject) => (Code, Subject) = (code, subject);

    /// <summary>What happened.</summary>
    public VrrpHostEventCode Code { get; }

    /// <summary>The instance's name, or the node's.</summary>
    public string Subject { get; }

    /// <summary>The instance's new state; meaningful for <see cref="VrrpHostEventCode.StateChanged"/>.</summary>
    public VrrpStateKind NewState { get; init; }

    /// <summary>The instance's former state; meaningful for <see cref="VrrpHostEventCode.StateChanged"/>.</summary>
    public VrrpStateKind OldState { get; init; }

    /// <summary>A number that the code explains: a priority, an errno, nanoseconds.</summary>
    public long First { get; init; }

    /// <summary>A second number that the code explains.</summary>
    public long Second { get; init; }

    /// <summary>A peer's or a virtual address, as a number.</summary>
    public AddressBits Address { get; init; }

    /// <summary>The address's family, 4 or 6.</summary>
    public int Family { get; init; }

    /// <summary>A name that the code explains: an interface, a script.</summary>
    public string? Name { get; init; }

    /// <summary>The kind, one of <see cref="HaEvent.Kind"/>'s: StateChanged, PriorityChanged, AddressChanged, Warning, Log.</summary>
    public string Kind => Code switch
    {
        VrrpHostEventCode.StateChanged or VrrpHostEventCode.Renamed => "StateChanged",
        VrrpHostEventCode.PriorityChanged => "PriorityChanged",
        VrrpHostEventCode.AddressPutBack or VrrpHostEventCode.AddressReordered or VrrpHostEventCode.AddressAdopted => "AddressChanged",
        VrrpHostEventCode.AdvertRejected or VrrpHostEventCode.ChecksumFormDiffers or VrrpHostEventCode.LowerPriorityAdvert
            or VrrpHostEventCode.AddressListDiffers or VrrpHostEventCode.IntervalDiffers or VrrpHostEventCode.ClockSkewed or VrrpHostEventCode.RivalOwner or VrrpHostEventCode.PeerNewsLeftOut
            or VrrpHostEventCode.SendFailed or VrrpHostEventCode.SendsAgain or VrrpHostEventCode.SentPriorityZeroToSome or VrrpHostEventCode.PriorityZeroFailed
            or VrrpHostEventCode.AddressFailed or VrrpHostEventCode.GateTimedOut
            or VrrpHostEventCode.TimerLate
            or VrrpHostEventCode.RemovalFailed or VrrpHostEventCode.RemovedAtLast or VrrpHostEventCode.LossesLeftOut
            or VrrpHostEventCode.AddressStaysWrong or VrrpHostEventCode.AddressDuplicate or VrrpHostEventCode.PeerIsThisHost or VrrpHostEventCode.LookFailed or VrrpHostEventCode.MonitorFailed
            or VrrpHostEventCode.SocketFailed or VrrpHostEventCode.PrimaryUnprotected or VrrpHostEventCode.PromotionLeftOn => "Warning",
        VrrpHostEventCode.GroupStateChanged => "GroupStateChanged",
        _ => "Log",
    };

    /// <summary>The state in a word (INIT, BACKUP, MASTER, FAULT) where it is another's than before; else null.</summary>
    public string? State =>
        Code is VrrpHostEventCode.StateChanged or VrrpHostEventCode.GroupStateChanged or VrrpHostEventCode.Renamed ? Word(NewState) : null;

    /// <summary>The line for a person, in keepalived's words where it has some.</summary>
    public string Message => Code switch
    {
        VrrpHostEventCode.StateChanged => NewState switch
        {
            VrrpStateKind.Initialize => $"({Subject}) Entering INIT STATE (stopped)",
            VrrpStateKind.Backup when OldState == VrrpStateKind.Initialize => $"({Subject}) Entering BACKUP STATE (init)",
            _ => $"({Subject}) Entering {Word(NewState)} STATE",
        },
        VrrpHostEventCode.GroupStateChanged => $"VRRP_Group({Subject}) Syncing instances to {Word(NewState)} state",
        VrrpHostEventCode.AdvertisementTimeout => $"({Subject}) Receive advertisement timeout",
        VrrpHostEventCode.FaultBecause => $"({Subject}) entering FAULT state ({Name})",
        VrrpHostEventCode.HigherPriorityAdvert =>
            $"({Subject}) Master received advert from {Who} with higher priority {First}, ours {Second}",
        VrrpHostEventCode.LowerPriorityAdvert => string.Create(
            CultureInfo.InvariantCulture,
            $"({Subject}) Received advert from {Who} with lower priority {First}, ours {Second}, forcing new election"),
        VrrpHostEventCode.MasterStopping => $"({Subject}) Backup received priority 0 advertisement",
        VrrpHostEventCode.SentPriorityZero => $"({Subject}) sent 0 priority",
        VrrpHostEventCode.SentPriorityZeroToSome => string.Create(
            CultureInfo.InvariantCulture,
            $"({Subject}) sent 0 priority, but not to {Second} of its peers: {Error}{Words.SendAdvice((int)First)}; they wait for their down interval"),
        VrrpHostEventCode.PriorityZeroFailed =>
            $"({Subject}) cannot send 0 priority: {Error}{Words.SendAdvice((int)First)}; backups wait for their down interval",
        VrrpHostEventCode.PriorityChanged =>
            string.Create(CultureInfo.InvariantCulture, $"({Subject}) Changing effective priority from {First} to {Second}"),
        VrrpHostEventCode.SettingAddresses => $"({Subject}) setting VIPs.",
        VrrpHostEventCode.RemovingAddresses => $"({Subject}) removing VIPs.",
        VrrpHostEventCode.GratuitousArps =>
            $"({Subject}) Sending/queueing {(Family == 6 ? "Unsolicited Neighbour Adverts" : "gratuitous ARPs")} on {Name} for {Who}",
        VrrpHostEventCode.UnknownVirtualRouter => string.Create(
            CultureInfo.InvariantCulture, $"Advert of unknown virtual router {First} from {Who} on {Name} (further ones of it are not told)"),
        VrrpHostEventCode.LinkChanged => $"Netlink reports {Name} {(First == 0 ? "down" : "up")}",
        VrrpHostEventCode.LinkVanished => $"Netlink reports that interface {Name} no longer exists",
        VrrpHostEventCode.AdvertRejected =>
            $"({Subject}) advert from {Who} refused: {Words.Of((AdvertRejection)First)} (further ones are only counted)",
        VrrpHostEventCode.ChecksumFormDiffers =>
            $"({Subject}) {Who} sends another form of the version 3 checksum than we; it is accepted, but the peer may not accept ours, and then both "
            + $"are masters: {Words.ToSend((VrrpChecksumForm)First)}",
        VrrpHostEventCode.AddressListDiffers =>
            $"({Subject}) {Who} advertises other addresses than ours; its adverts are heeded: "
            + "check `virtual_ipaddress` on both sides",
        VrrpHostEventCode.IntervalDiffers => string.Create(
            CultureInfo.InvariantCulture,
            $"({Subject}) {Who} advertises an interval of {First / 100.0} s, which is not ours: check `advert_int` on both sides"),
        VrrpHostEventCode.ClockSkewed =>
            $"({Subject}) the clock of {Who} is {Math.Abs(First)} s {(First > 0 ? "behind" : "ahead of")} ours; when they are twice as far apart, "
            + "auth_hmac refuses its adverts, and both routers may be master: set the clocks by NTP",
        VrrpHostEventCode.RivalOwner =>
            $"({Subject}) CONFIGURATION ERROR: {Who} and this router are both configured as owner of the addresses (priority 255)",
        VrrpHostEventCode.PeerNewsLeftOut => string.Create(
            CultureInfo.InvariantCulture, $"({Subject}) {First} more adverts like those before were answered and not told: they come too often"),
        VrrpHostEventCode.SendFailed =>
            $"({Subject}) cannot send adverts on {Name}: {Error}{Words.SendAdvice((int)First)}",
        VrrpHostEventCode.SendsAgain =>
            $"({Subject}) sends adverts on {Name} again",
        VrrpHostEventCode.AddressFailed =>
            $"({Subject}) {Who} on {Name}: {Error}{Words.AddressAdvice((int)First)}",
        VrrpHostEventCode.RemovalFailed =>
            $"({Subject}) {Who} on {Name} CANNOT BE REMOVED: {Error}; as long as it stands there two routers may answer for it; "
            + "tried again until it is gone",
        VrrpHostEventCode.RemovedAtLast => string.Create(
            CultureInfo.InvariantCulture, $"({Subject}) {Who} is gone from {Name} at last, after {First} failed attempts"),
        VrrpHostEventCode.LossesLeftOut => string.Create(
            CultureInfo.InvariantCulture,
            $"({Subject}) {First} more times addresses were put back and it was not told: somebody removes them over and over"),
        VrrpHostEventCode.LookFailed =>
            $"the addresses of {Name} could not be read from the kernel; tried again",
        VrrpHostEventCode.MonitorFailed =>
            $"a notification of the kernel could not be read ({Errno.Name((int)First)}): all interfaces and addresses are looked at again",
        VrrpHostEventCode.AddressPutBack =>
            $"({Subject}) {Who} was removed from {Name} by someone else or expired; put back",
        VrrpHostEventCode.AddressReordered =>
            $"({Subject}) {Who} on {Name} gave way as primary address of its subnet to the host's own address",
        VrrpHostEventCode.AddressOwned =>
            $"({Subject}) {Who} on {Name} is taken for the host's own (priority 255): it stays there whatever becomes of this node",
        VrrpHostEventCode.AddressStaysWrong =>
            $"({Subject}) {Who} stands on {Name}, but the kernel shows another label, scope, broadcast, peer or flag than the configuration",
        VrrpHostEventCode.Renamed => $"({Subject}) goes on as {State} where {Name} was: it is the same virtual router under another name",
        VrrpHostEventCode.PeerIsThisHost =>
            $"({Subject}) the unicast peer {Who} is an address of this host: no other router is reached by it; check `unicast_peer`",
        VrrpHostEventCode.AddressDuplicate =>
            $"({Subject}) another machine on {Name} has {Who}: duplicate address detection failed; tried again",
        VrrpHostEventCode.DuplicateOver =>
            $"({Subject}) no other machine on {Name} has {Who} any more: it serves",
        VrrpHostEventCode.AddressAdopted => First == 0
            ? $"({Subject}) {Who} was found on {Name}, left by a predecessor; it is removed, "
                + "since another router is master or may become it"
            : $"({Subject}) {Who} was found on {Name}, left by a predecessor; it goes when a master is heard, "
                + "and stays if this node becomes master",
        VrrpHostEventCode.GateTimedOut =>
            $"({Subject}) the data plane was not ready within one second; the addresses are added all the same",
        VrrpHostEventCode.TimerLate =>
            string.Create(CultureInfo.InvariantCulture, $"A thread timer expired {First / 1e9:0.000000} seconds ago: ")
            + "the machine or this process stood still",
        VrrpHostEventCode.RepeatsNotKept =>
            $"woken for each advert of a master: the kernel takes no BPF program that could keep those that say nothing new ({Errno.Name((int)First)}); "
            + "grant CAP_BPF for it, on Linux 5.12 or later",
        VrrpHostEventCode.SocketFailed => $"({Subject}) cannot hear adverts on {Name}: {Error}",
        VrrpHostEventCode.PrimaryUnprotected =>
            $"net.ipv4.conf.{Name}.promote_secondaries is off and cannot be set ({Errno.Name((int)First)}): should the host get an "
            + "address of a virtual address's subnet while that is held, it would lose it with the virtual address; "
            + "until it is 1, such virtual addresses are added with the prefix length 32",
        VrrpHostEventCode.PromoteSecondaries =>
            $"net.ipv4.conf.{Name}.promote_secondaries set to {First}, so that no address of the host goes with a virtual address",
        VrrpHostEventCode.PromotionLeftOn =>
            $"net.ipv4.conf.{Name}.promote_secondaries was 0 before this node ran and cannot be set back: /proc/sys is not writable any more",
        _ => Code.ToString(),
    };

    private string Who => WireAddress.ToIPAddress(Address, Family).ToString();

    private string Error => $"{Errno.Name((int)First)} ({Errno.Describe((int)First)})";

    /// <summary>The state as keepalived writes it.</summary>
    public static string Word(VrrpStateKind state) => state switch
    {
        VrrpStateKind.Backup => "BACKUP",
        VrrpStateKind.Master => "MASTER",
        VrrpStateKind.Fault => "FAULT",
        _ => "INIT",
    };
}

/// <summary>What a <see cref="VrrpHostEvent"/> tells, and what its numbers are.</summary>
internal enum VrrpHostEventCode
{
    /// <summary>OldState, NewState; First: the priority.</summary>
    StateChanged,

    /// <summary>OldState, NewState of a sync group; after its members'.</summary>
    GroupStateChanged,

    /// <summary>As master, a lower one was heard; at most once a second. For notify_master_rx_lower_pri.</summary>
    LowerPriorityNotice,
    AdvertisementTimeout,

    /// <summary>Name: the reason in words.</summary>
    FaultBecause,

    /// <summary>First: its priority; Second: ours; Address: the peer.</summary>
    HigherPriorityAdvert,

    /// <summary>First: its priority; Second: ours; Address: the peer.</summary>
    LowerPriorityAdvert,
    MasterStopping,
    SentPriorityZero,

    /// <summary>First: errno; Second: how many peers it could not be sent to.</summary>
    SentPriorityZeroToSome,

    /// <summary>First: errno.</summary>
    PriorityZeroFailed,

    /// <summary>First: before; Second: after.</summary>
    PriorityChanged,
    SettingAddresses,
    RemovingAddresses,

    /// <summary>Address; Name: the interface.</summary>
    GratuitousArps,

    /// <summary>Name: the interface; First: 1 up, 0 down.</summary>
    LinkChanged,

    /// <summary>Name: the interface.</summary>
    LinkVanished,

    /// <summary>First: the <see cref="AdvertRejection"/>; Address: the peer.</summary>
    AdvertRejected,

    /// <summary>Address: the peer.</summary>
    ChecksumFormDiffers,

    /// <summary>Address: the peer.</summary>
    AddressListDiffers,

    /// <summary>First: the peer's interval in hundredths of a second; Address: the peer.</summary>
    IntervalDiffers,

    /// <summary>First: the seconds by which the peer's clock is behind ours; Address: the peer.</summary>
    ClockSkewed,

    /// <summary>Address: the peer.</summary>
    RivalOwner,

    /// <summary>First: how many.</summary>
    PeerNewsLeftOut,

    /// <summary>First: errno; Name: the interface.</summary>
    SendFailed,

    /// <summary>Name: the interface.</summary>
    SendsAgain,

    /// <summary>First: errno; Address; Name: the interface.</summary>
    AddressFailed,

    /// <summary>Address: the peer; Name: the interface; First: the virtual router id.</summary>
    UnknownVirtualRouter,

    /// <summary>Address; Name: the interface; First: errno.</summary>
    RemovalFailed,

    /// <summary>Address; Name: the interface; First: the failed attempts.</summary>
    RemovedAtLast,

    /// <summary>First: how many.</summary>
    LossesLeftOut,

    /// <summary>Name: the interface.</summary>
    LookFailed,

    /// <summary>First: errno.</summary>
    MonitorFailed,

    /// <summary>Address; Name: the interface.</summary>
    AddressPutBack,

    /// <summary>Address; Name: the interface.</summary>
    AddressReordered,

    /// <summary>Address; Name: the interface.</summary>
    AddressStaysWrong,

    /// <summary>Address: the peer.</summary>
    PeerIsThisHost,

    /// <summary>NewState: the state that goes on; Name: the former name; First: 1: no instance has that name any more.</summary>
    Renamed,

    /// <summary>Address; Name: the interface.</summary>
    AddressDuplicate,

    /// <summary>Address; Name: the interface.</summary>
    DuplicateOver,

    /// <summary>Address; Name: the interface.</summary>
    AddressOwned,

    /// <summary>Address; Name: the interface; First: 0 removed, 1 waits.</summary>
    AddressAdopted,
    GateTimedOut,

    /// <summary>First: nanoseconds.</summary>
    TimerLate,

    /// <summary>First: errno; Name: the interface.</summary>
    SocketFailed,

    /// <summary>First: errno.</summary>
    RepeatsNotKept,

    /// <summary>First: errno; Name: the interface.</summary>
    PrimaryUnprotected,

    /// <summary>First: the value; Name: the interface.</summary>
    PromoteSecondaries,

    /// <summary>Name: the interface.</summary>
    PromotionLeftOn,
}
