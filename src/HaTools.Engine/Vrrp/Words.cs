using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>Reasons in words that say what to look at.</summary>
internal static class Words
{
    public static string Of(AdvertRejection reason) => reason switch
    {
        AdvertRejection.TooShort => "it is too short",
        AdvertRejection.IpHeader => "its IP header is wrong",
        AdvertRejection.Ttl => "its TTL is not as it should be (255, or in the peer's range): it came through a router",
        AdvertRejection.Version => "it is of another VRRP version; check `version` on both sides",
        AdvertRejection.PacketType => "it is no advertisement",
        AdvertRejection.Checksum => "its checksum is wrong",
        AdvertRejection.VirtualRouterId => "it has another virtual router id",
        AdvertRejection.AddressCount => "its length and its count of addresses do not agree",
        AdvertRejection.AuthenticationType => "it has another authentication type; check `auth_type` on both sides",
        AdvertRejection.AuthenticationMismatch => "one side uses authentication and the other does not",
        AdvertRejection.AuthenticationFailure => "its password is another; check `auth_pass` on both sides",
        AdvertRejection.AuthenticationKey => "it is signed with a key that is not here; check `auth_hmac` on both sides",
        AdvertRejection.AuthenticationStale => "its time is too far from ours; check the clocks, and `time_window`",
        AdvertRejection.AuthenticationReplay => "it was heard before: someone replays adverts, or the sender's clock was set back",
        AdvertRejection.Interval => "its advertisement interval is another; check `advert_int` on both sides",
        AdvertRejection.AddressList => "its addresses are others; check `virtual_ipaddress` on both sides",
        AdvertRejection.Destination => "it was sent to another group, or one side uses unicast and the other does not",
        AdvertRejection.UnknownPeer => "it comes from none of the unicast peers; check `unicast_peer`",
        AdvertRejection.Owner => "this router owns the addresses and ignores other masters (`owner_ignore_adverts`)",
        AdvertRejection.OwnAddress => "it has our own source address; another machine has the same address, or the wire is looped",
        _ => reason.ToString(),
    };

    /// <summary>Why an instance is in fault, in keepalived's words.</summary>
    public static string Of(TransitionReason reason, HostedInstance instance, TrackerKey? tracker) =>
        Of(reason, instance.Configuration, instance.FaultFacts, tracker);

    /// <summary>Why an instance is in fault, in keepalived's words.</summary>
    public static string Of(
        TransitionReason reason, VrrpInstance instance, in FaultFacts facts, TrackerKey? tracker) => reason switch
        {
            TransitionReason.InterfaceDown => $"interface {facts.Down} down",
            TransitionReason.CannotHear => $"adverts cannot be heard on {facts.Carrier}: no socket",
            TransitionReason.NoSourceAddress => $"no IPv{instance.AddressFamily} address on {instance.Interface}",
            TransitionReason.AddressInterfaceDown =>
                facts.Stranded is { } a ? $"interface {a.Carrier.Name} of {a.Configured.Address} down" : "interface of a virtual address down",
            TransitionReason.AddressesRefused =>
                $"no virtual address can be put up: {Errno.Name(facts.Refusal)} ({Errno.Describe(facts.Refusal)}){AddressAdvice(facts.Refusal)}",
            TransitionReason.SourceAddressMissing => $"source address {instance.SourceAddress} on no interface",
            TransitionReason.NoPeer => "no unicast peer",
            TransitionReason.SyncGroup => "another member of its sync group is in fault",
            TransitionReason.TrackerFailed => tracker is { } t ? Of(t) : "a tracker failed",
            _ => reason.ToString(),
        };

    /// <summary>What it means that a tracker puts an instance into fault.</summary>
    public static string Of(TrackerKey failed) => failed.Kind switch
    {
        TrackerKind.Script => $"script {failed.Name} failed",
        TrackerKind.Interface => $"interface {failed.Name} down",
        TrackerKind.File => $"file {failed.Name} holds a number that means a fault",
        TrackerKind.Process => $"process {failed.Name} not as it should be",
        TrackerKind.Bfd => $"BFD session {failed.Name} down",
        _ => $"an address, route or rule of track group {failed.Name} missing",
    };

    public static string SendAdvice(int errno) => errno switch
    {
        Errno.EPERM => "; a firewall rule drops outgoing VRRP (IP protocol 112): let it pass",
        Errno.ENOBUFS => "; the interface's queue is full",
        _ => "",
    };

    /// <summary>What sends a form of the checksum, in the words of both languages.</summary>
    public static string ToSend(VrrpChecksumForm form) => form switch
    {
        VrrpChecksumForm.MessageOnly => "to send the peer's form, set `v3_checksum_as_v2` (YAML: `checksumForm: messageOnly`)",
        VrrpChecksumForm.PseudoHeader =>
            "to send the peer's form, leave out `v3_checksum_as_v2` and `old_unicast_checksum` (YAML: `checksumForm: pseudoHeader`)",
        VrrpChecksumForm.PseudoHeaderMulticast =>
            "to send the peer's form, set `old_unicast_checksum` (YAML: `checksumForm: pseudoHeaderMulticast`)",
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, "no form of the checksum"),
    };

    public static string AddressAdvice(int errno) => errno switch
    {
        Errno.EPERM => "; run as root or grant CAP_NET_ADMIN",
        Errno.EACCES => "; IPv6 is disabled on the interface (disable_ipv6)",
        Errno.ENODEV => "; the interface is gone",
        Errno.EADDRINUSE => "; another machine on the link has it: duplicate address detection failed",
        Errno.EINVAL => "; addresses of one subnet on one interface must have one scope: give it the scope of the host's own address",
        _ => "",
    };
}
