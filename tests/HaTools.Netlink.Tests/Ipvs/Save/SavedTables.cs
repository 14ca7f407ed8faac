using HaTools.Netlink.Ipvs;
using HaTools.Netlink.Ipvs.Save;

namespace HaTools.Netlink.Tests.Ipvs.Save;

/// <summary>Tables as lists that can be compared.</summary>
internal static class SavedTables
{
    /// <summary>All of a table, in its order.</summary>
    public static List<object> Flat(this IpvsSavedTable table) => [.. table.Services.SelectMany(s => Flat(s))];

    /// <summary>All of a table, in an order of its own.</summary>
    public static List<object> Sorted(this IpvsSavedTable table) =>
        [.. table.Services.OrderBy(s => s.Service.Key.ToString(), StringComparer.Ordinal).SelectMany(s =>
            Flat(new IpvsSavedService { Service = s.Service, Destinations = [.. s.Destinations.OrderBy(d => d.ToString(), StringComparer.Ordinal)] }))];

    /// <summary>What <c>ipvsadm -S</c> of 1.31 tells of a table.</summary>
    public static IpvsSavedTable AsIpvsadmTellsIt(this IpvsSavedTable table) => new()
    {
        Services =
        [
            .. table.Services.Select(s => new IpvsSavedService
            {
                Service = s.Service with
                {
                    Netmask = (s.Service.Flags & IpvsServiceFlags.Persistent) != 0 ? s.Service.Netmask : null,
                    Flags = s.Service.Scheduler is "sh" or "mh" ? s.Service.Flags & ~IpvsServiceFlags.Scheduler3 : s.Service.Flags,
                },
                Destinations = [.. s.Destinations.Select(d => d with { UpperThreshold = 0, LowerThreshold = 0 })],
            }),
        ],
    };

    public static IpvsSavedTable Read(string text)
    {
        IpvsSaveReading reading = IpvsSaveReader.Read(text);
        Assert.Equal([], reading.Errors.Select(e => e.ToString()));
        Assert.True(reading.Succeeded);
        return reading.Table;
    }

    private static IEnumerable<object> Flat(IpvsSavedService service) => [service.Service, .. service.Destinations];
}
