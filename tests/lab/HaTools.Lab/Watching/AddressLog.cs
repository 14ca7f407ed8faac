using System.Globalization;
using System.Text.RegularExpressions;
using HaTools.Lab.Machine;

namespace HaTools.Lab.Watching;

/// <summary>An address came or went.</summary>
/// <param name="Time">When <c>ip monitor</c> was told of it, which is after it happened, in microseconds since 1970.</param>
internal readonly record struct AddressEvent(long Time, string Address, bool IsGone);

/// <summary>What the kernel of a machine tells of its addresses, with the time: the order of that and of what is on the wire can be compared.</summary>
internal sealed partial class AddressLog : IAsyncDisposable
{
    private readonly LabProcess monitor;

    public AddressLog(LabNode node) => monitor = node.Start("env", "TZ=UTC", "ip", "-ts", "-o", "monitor", "address");

    public IReadOnlyList<AddressEvent> Of(string address)
    {
        List<AddressEvent> found = [];
        foreach (Match line in Line().Matches(monitor.Output))
        {
            if (line.Groups[3].Value != address) continue;
            var time = DateTime.ParseExact(line.Groups[1].Value, "yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            long microseconds = (time.ToUniversalTime() - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            found.Add(new AddressEvent(microseconds, address, line.Groups[2].Success));
        }

        return found;
    }

    public ValueTask DisposeAsync() => monitor.DisposeAsync();

    [GeneratedRegex(@"^\[([0-9T:.-]+)\] (Deleted )?\d+: \S+\s+inet6? ([0-9a-f:.]+)/", RegexOptions.Multiline)]
    private static partial Regex Line();
}
