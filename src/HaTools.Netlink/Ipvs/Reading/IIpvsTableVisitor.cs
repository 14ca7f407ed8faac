namespace HaTools.Netlink.Ipvs;

/// <summary>Is shown the table entry by entry, without an object for each (<see cref="IpvsClient.ReadTable(IIpvsTableVisitor, CancellationToken)"/>).</summary>
public interface IIpvsTableVisitor
{
    /// <summary>Whether a service is to be shown with its real servers; where it is not, they are not read.</summary>
    /// <param name="service">The service.</param>
    bool Wants(in IpvsServiceView service);

    /// <summary>A service; its real servers follow.</summary>
    /// <param name="service">The service.</param>
    void Service(in IpvsServiceView service);

    /// <summary>A real server of the service that was shown last.</summary>
    /// <param name="destination">The real server.</param>
    void Destination(in IpvsDestinationView destination);
}
