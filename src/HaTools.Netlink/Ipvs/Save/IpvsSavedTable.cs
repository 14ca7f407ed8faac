namespace HaTools.Netlink.Ipvs.Save;

/// <summary>An IPVS table as objects, for <see cref="IpvsSaveWriter"/> and from <see cref="IpvsSaveReader"/>.</summary>
public sealed class IpvsSavedTable
{
    /// <summary>The services in the order in which they are entered.</summary>
    public IReadOnlyList<IpvsSavedService> Services { get; init; } = [];

    /// <summary>
    /// Reads the kernel's table. The kernel tells first what was entered last (servers always, services within a row of its hash), so
    /// that both lists are turned round here.
    /// </summary>
    /// <param name="client">The network namespace's client.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static IpvsSavedTable Read(IpvsClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        IEnumerable<IpvsSavedService> services = client.GetTable().Select(e => new IpvsSavedService
        {
            Service = e.Service,
            Destinations = [.. e.Destinations.Reverse()],
        });
        return new IpvsSavedTable { Services = [.. services.Reverse()] };
    }

    /// <summary>
    /// The commands that enter it into an empty table, for <see cref="IpvsClient.Apply"/>: each service, then its real servers, in order.
    /// </summary>
    /// <exception cref="ArgumentException">A service has no key, or a netmask of another family.</exception>
    public IReadOnlyList<IpvsCommand> ToCommands()
    {
        var commands = new List<IpvsCommand>();
        foreach (IpvsSavedService saved in Services)
        {
            commands.Add(IpvsCommand.AddService(saved.Service));
            commands.AddRange(saved.Destinations.Select(d => IpvsCommand.AddDestination(saved.Service.Key, d)));
        }

        return commands;
    }
}
