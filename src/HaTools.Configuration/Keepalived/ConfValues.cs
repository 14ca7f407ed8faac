using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HaTools.Configuration.Keepalived;

/// <summary>
/// Values of keepalived.conf. A number outside its range is repaired as keepalived does, with a warning; what is no number is an error.
/// </summary>
internal static class ConfValues
{
    private static readonly decimal LongestSeconds = 100_000_000m;

    /// <summary>A whole number. Outside the range: a warning that ends with <paramref name="repair"/>, and null.</summary>
    public static int? Integer(ConfReading reading, ConfWord word, int least, int most, string repair)
    {
        if (!TryNumber(reading, word, out decimal number)) return null;
        if (number >= least && number <= most && decimal.Truncate(number) == number) return (int)number;
        string range = decimal.Truncate(number) == number ? $"is outside {least} to {most}" : "is no whole number";
        reading.Warning("ValueOutOfRange", word, $"{word.Text} {range}; {repair}.");
        return null;
    }

    /// <summary>A whole number that nothing can be put for. Outside the range: an error, and null.</summary>
    public static int? RequiredInteger(ConfReading reading, ConfWord word, string what, int least, int most)
    {
        if (!TryNumber(reading, word, out decimal number)) return null;
        if (number >= least && number <= most && decimal.Truncate(number) == number) return (int)number;
        reading.Error("ValueOutOfRange", word, $"{word.Text} is no {what}: a whole number from {least} to {most}.");
        return null;
    }

    /// <summary>A whole number of 32 bits without a sign; null: it is none.</summary>
    public static uint? Unsigned(ConfWord word) => uint.TryParse(word.Text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : null;

    /// <summary>Seconds, with a fraction. Outside the range: a warning that ends with <paramref name="repair"/>, and null.</summary>
    public static TimeSpan? Seconds(ConfReading reading, ConfWord word, decimal least, decimal most, string repair)
    {
        if (!TryNumber(reading, word, out decimal number)) return null;
        if (number >= least && number <= most) return TimeSpan.FromTicks((long)(number * TimeSpan.TicksPerSecond));
        reading.Warning("ValueOutOfRange", word, $"{word.Text} s is outside {least} s to {most} s; {repair}.");
        return null;
    }

    /// <summary>Whole seconds from 0. Outside the range: a warning that ends with <paramref name="repair"/>, and null.</summary>
    public static TimeSpan? WholeSeconds(ConfReading reading, ConfWord word, int most, string repair) =>
        Integer(reading, word, 0, most, repair) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Milliseconds, with a fraction. Outside the range: a warning that ends with <paramref name="repair"/>, and null.</summary>
    public static TimeSpan? Milliseconds(ConfReading reading, ConfWord word, decimal least, decimal most, string repair)
    {
        if (!TryNumber(reading, word, out decimal number)) return null;
        if (number >= least && number <= most) return TimeSpan.FromTicks((long)(number * TimeSpan.TicksPerMillisecond));
        reading.Warning("ValueOutOfRange", word, $"{word.Text} ms is outside {least} ms to {most} ms; {repair}.");
        return null;
    }

    public static bool Boolean(ConfReading reading, ConfStatement statement)
    {
        if (statement.Argument(1) is not { } word) return true;
        switch (word.Text.ToLowerInvariant())
        {
            case "on" or "true" or "yes":
                return true;
            case "off" or "false" or "no":
                return false;
            default:
                reading.UnknownWord(word, "switch", ["on", "off", "true", "false", "yes", "no"]);
                return false;
        }
    }

    public static IPAddress? Address(ConfReading reading, ConfWord word)
    {
        if (TryAddress(word.Text, out IPAddress? address)) return address;
        reading.Error("InvalidAddress", word, $"`{word.Text}` is no IP address.");
        return null;
    }

    /// <summary>Whether adverts can go to a group: any of IPv4's, a link-local one of IPv6. Else a warning: keepalived ignores it.</summary>
    public static bool IsGroup(ConfReading reading, ConfWord word, IPAddress address)
    {
        if (Networks.IsAdvertGroup(address)) return true;
        reading.Warning("NoMulticastGroup", word,
            $"`{word.Text}` is no{(Networks.FamilyOf(address) == 6 ? " link-local" : "")} multicast address: keepalived ignores it, and so do we.");
        return false;
    }

    /// <summary>An IPv4 address in full dotted form (192.0.2.1) or an IPv6 address. IPAddress alone would take 1.2.3 and 7 too.</summary>
    public static bool TryAddress(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.None;
        if (!IPAddress.TryParse(text, out IPAddress? parsed)) return false;
        address = parsed;
        return parsed.AddressFamily == AddressFamily.InterNetworkV6
            ? text.IndexOfAny("[]/%") < 0
            : text.SequenceEqual(parsed.ToString());
    }

    private static bool TryNumber(ConfReading reading, ConfWord word, out decimal number)
    {
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (decimal.TryParse(word.Text, style, CultureInfo.InvariantCulture, out number) && Math.Abs(number) <= LongestSeconds) return true;
        reading.Error("InvalidNumber", word, $"`{word.Text}` is no number.");
        return false;
    }
}
