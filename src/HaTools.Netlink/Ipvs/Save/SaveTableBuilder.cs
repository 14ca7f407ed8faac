using System.Net;

namespace HaTools.Netlink.Ipvs.Save;

/// <summary>Puts the entries of lines together, and tells what is there twice or has no service.</summary>
internal sealed class SaveTableBuilder(SaveErrors errors)
{
    private readonly List<Pending> services = [];
    private readonly Dictionary<IpvsServiceKey, Pending> byKey = [];
    private bool mayLackService;

    /// <summary>Adds what a line says. Of one with errors it is only kept that it is there, so that lines after it are judged well.</summary>
    /// <param name="entry">What it says.</param>
    /// <param name="isGood">Whether it has no errors.</param>
    public void Add(SaveEntry entry, bool isGood)
    {
        if (entry.Key is not { } key) return;
        if (entry is SaveServiceEntry service) AddService(key, service, isGood);
        else AddServer(key, (SaveServerEntry)entry, isGood);
    }

    /// <summary>A line cannot be made out that may have been to add a service: from here on nobody can tell that one is missing.</summary>
    public void MissService() => mayLackService = true;

    public IpvsSavedTable ToTable() => new()
    {
        Services = [.. services.Select(s => new IpvsSavedService { Service = s.Service!, Destinations = s.Destinations })],
    };

    private void AddService(IpvsServiceKey key, SaveServiceEntry entry, bool isGood)
    {
        if (byKey.TryGetValue(key, out Pending? first))
        {
            errors.Add(entry.KeyPlace, $"the service {key} is in line {first.Line} already");
            return;
        }

        var pending = new Pending(entry.KeyPlace.Line, isGood ? entry.Service : null);
        byKey.Add(key, pending);
        services.Add(pending);
    }

    private void AddServer(IpvsServiceKey key, SaveServerEntry entry, bool isGood)
    {
        if (!byKey.TryGetValue(key, out Pending? service))
        {
            if (!mayLackService) errors.Add(entry.KeyPlace, $"no line before this one adds the service {key}");
            return;
        }

        if (!isGood) return;
        IpvsDestination server = entry.Destination;
        if (service.Lines.TryAdd((server.Address, server.Port), entry.ServerPlace.Line)) service.Destinations.Add(server);
        else errors.Add(entry.ServerPlace, $"the service has the server {server} in line {service.Lines[(server.Address, server.Port)]} already");
    }

    private sealed record Pending(int Line, IpvsService? Service)
    {
        public List<IpvsDestination> Destinations { get; } = [];

        public Dictionary<(IPAddress Address, int Port), int> Lines { get; } = [];
    }
}
