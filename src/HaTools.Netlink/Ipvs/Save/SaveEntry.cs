using System.Net;
using System.Net.Sockets;

namespace HaTools.Netlink.Ipvs.Save;

/// <summary>What the options of one line come to. Their order counts where it does for ipvsadm, which looks at each as it comes.</summary>
internal abstract class SaveEntry(SaveWord command, SaveErrors errors)
{
    private IpvsProtocol protocol;
    private uint mark;
    private bool isMark;
    private IPAddress? address;

    /// <summary>Where the line begins.</summary>
    protected SaveWord Command { get; } = command;

    protected SaveErrors Errors { get; } = errors;

    /// <summary>The family, as far as it is known; IPv4 before.</summary>
    protected AddressFamily Family { get; private set; } = AddressFamily.InterNetwork;

    /// <summary>The service's port, as far as it is known; 0 before, and for a firewall mark.</summary>
    protected int ServicePort { get; private set; }

    protected bool IsFirewallMark => isMark;

    /// <summary>Where the service is named.</summary>
    public SaveWord KeyPlace { get; private set; }

    /// <summary>The service that the line names; null: it cannot be made out, which has been told.</summary>
    public IpvsServiceKey? Key => mark != 0 ? IpvsServiceKey.OfFirewallMark(mark, Family)
        : address is null ? null
        : new IpvsServiceKey(protocol, address, ServicePort);

    /// <summary>Whether the line's command has the option.</summary>
    public abstract bool Has(SaveOption option);

    /// <summary>Takes an option that the command has.</summary>
    public virtual void Take(SaveOption option, SaveWord place, SaveWord? value)
    {
        switch (option.Kind)
        {
            case SaveOptionKind.TcpService:
                TakeAddress(IpvsProtocol.Tcp, value!.Value);
                break;
            case SaveOptionKind.UdpService:
                TakeAddress(IpvsProtocol.Udp, value!.Value);
                break;
            case SaveOptionKind.SctpService:
                TakeAddress(IpvsProtocol.Sctp, value!.Value);
                break;
            case SaveOptionKind.FirewallMark:
                TakeMark(value!.Value);
                break;
            case SaveOptionKind.Ipv6 when !isMark:
                Errors.Add(place, "-6 (--ipv6) comes after -f (--fwmark-service), and only with it");
                break;
            case SaveOptionKind.Ipv6:
                Family = AddressFamily.InterNetworkV6;
                break;
        }
    }

    /// <summary>What can be judged only now that all options are known.</summary>
    public abstract void Check();

    private void TakeAddress(IpvsProtocol of, SaveWord value)
    {
        KeyPlace = value;
        protocol = of;
        if (SaveEndpoint.Read(value, Errors) is not { } endpoint) return;
        address = endpoint.Address;
        Family = address.AddressFamily;
        ServicePort = endpoint.Port ?? 0;
    }

    /// <summary>ipvsadm 1.31 writes marks of 2^31 and more as negative numbers, which it does not read itself.</summary>
    private void TakeMark(SaveWord value)
    {
        KeyPlace = value;
        isMark = true;
        if (SaveNumber.Read(value.Span, int.MinValue, uint.MaxValue) is { } number and not 0) mark = (uint)number;
        else Errors.Add(value, "a firewall mark is a number from 1 to 4294967295");
    }
}
