using System.Net;

namespace HaTools.Netlink.Ipvs.Save;

/// <summary>A line <c>-a</c>.</summary>
internal sealed class SaveServerEntry(SaveWord command, SaveErrors errors) : SaveEntry(command, errors)
{
    private readonly SaveTunnel tunnel = new(errors);
    private IPAddress? address;
    private int? port;
    private int portUntilNow;
    private IpvsForwardingMethod method = IpvsForwardingMethod.DirectRoute;
    private int weight = 1;
    private uint upper;
    private uint lower;
    private SaveWord? lowerPlace;

    /// <summary>Where the server is named.</summary>
    public SaveWord ServerPlace { get; private set; }

    /// <summary>The server, once all is found to be good.</summary>
    public IpvsDestination Destination => new()
    {
        Address = address!,
        Port = port ?? DefaultPort,
        ForwardingMethod = method,
        Weight = weight,
        UpperThreshold = upper,
        LowerThreshold = lower,
        TunnelType = tunnel.Type,
        TunnelPort = tunnel.Port,
        TunnelFlags = tunnel.Flags,
    };

    /// <summary>The service's; with masquerading only if that is named before the server.</summary>
    private int DefaultPort => method == IpvsForwardingMethod.Masquerade || IsFirewallMark ? portUntilNow : ServicePort;

    public override bool Has(SaveOption option) => option.IsOfServers;

    public override void Take(SaveOption option, SaveWord place, SaveWord? value)
    {
        switch (option.Kind)
        {
            case SaveOptionKind.RealServer:
                ServerPlace = value!.Value;
                SaveEndpoint? endpoint = SaveEndpoint.Read(ServerPlace, Errors);
                (address, port, portUntilNow) = (endpoint?.Address, endpoint?.Port, ServicePort);
                break;
            case SaveOptionKind.Masquerade:
                method = IpvsForwardingMethod.Masquerade;
                break;
            case SaveOptionKind.Tunnel:
                method = IpvsForwardingMethod.Tunnel;
                break;
            case SaveOptionKind.DirectRoute:
                method = IpvsForwardingMethod.DirectRoute;
                break;
            case SaveOptionKind.Weight:
                weight = (int)(Number(value!.Value, "a weight", int.MaxValue) ?? 0);
                break;
            case SaveOptionKind.UpperThreshold:
                upper = (uint)(Number(value!.Value, "a threshold", uint.MaxValue) ?? uint.MaxValue);
                break;
            case SaveOptionKind.LowerThreshold:
                lower = (uint)(Number(value!.Value, "a threshold", uint.MaxValue) ?? 0);
                lowerPlace = value;
                break;
            default:
                if (option.IsOfTunnels) tunnel.Take(option, place, value);
                else base.Take(option, place, value);
                break;
        }
    }

    public override void Check()
    {
        bool isTunnel = method == IpvsForwardingMethod.Tunnel;
        tunnel.Check(isTunnel, Command);
        if (!isTunnel && address is not null && Key is not null && address.AddressFamily != Family)
            Errors.Add(ServerPlace, "only a server in a tunnel, -i (--ipip), may be of another address family than its service");
        if (lowerPlace is { } place && lower > upper)
            Errors.Add(place, "the lower threshold must not be above the upper one, -x (--u-threshold)");
    }

    /// <summary>Any number that the kernel's table may hold; of weights ipvsadm 1.31 reads only those to 65535, though it writes all.</summary>
    private long? Number(SaveWord word, string kind, long most)
    {
        long? number = SaveNumber.Read(word.Span, 0, most);
        if (number is null) Errors.Add(word, $"{kind} is a number from 0 to {most}");
        return number;
    }
}
