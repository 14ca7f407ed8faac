using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Numerics;
using HaTools.Configuration.Keepalived;

namespace HaTools.Configuration.Yaml;

/// <summary>The single values.</summary>
internal sealed partial class YamlMapReader
{
    public string? String(string key) => Scalar(key)?.Text;

    public string? RequiredString(string key, string what) => Required(key, what) ? String(key) : null;

    public int? Integer(string key)
    {
        if (Scalar(key) is not { } scalar) return null;
        if (int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)) return value;
        reading.Error("InvalidNumber", scalar, $"`{scalar.Text}` is no whole number.");
        return null;
    }

    public int? RequiredInteger(string key, string what) => Required(key, what) ? Integer(key) : null;

    /// <summary>A number from 0 up, decimal or (0x) hexadecimal, as marks and masks are written.</summary>
    public T? Unsigned<T>(string key) where T : struct, IUnsignedNumber<T>, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (Scalar(key) is not { } scalar) return null;
        ReadOnlySpan<char> text = scalar.Text;
        bool read = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? T.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out T value)
            : T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        if (read) return value;
        reading.Error("InvalidNumber", scalar, $"`{scalar.Text}` is no whole number from 0 to {T.MaxValue}.");
        return null;
    }

    public bool? Boolean(string key)
    {
        if (Scalar(key) is not { } scalar) return null;
        switch (scalar.Text)
        {
            case "true":
                return true;
            case "false":
                return false;
            default:
                reading.Error("UnknownValue", scalar, $"`{scalar.Text}` is neither true nor false.");
                return null;
        }
    }

    public TimeSpan? Time(string key)
    {
        if (Scalar(key) is not { } scalar) return null;
        if (Durations.TryParse(scalar.Text, out TimeSpan time)) return time;
        reading.Error("InvalidTime", scalar, $"`{scalar.Text}` is no time; write 1s, 100ms, 1.5s, 5m, 2h or a number of seconds.");
        return null;
    }

    /// <summary>A time, or off (null).</summary>
    public TimeSpan? TimeOrOff(string key, TimeSpan? usual)
    {
        if (Scalar(key) is not { } scalar) return usual;
        if (scalar.Text == "off") return null;
        if (Durations.TryParse(scalar.Text, out TimeSpan time)) return time;
        reading.Error("InvalidTime", scalar, $"`{scalar.Text}` is neither off nor a time; write 1s, 1.5s, 5m, 2h or a number of seconds.");
        return usual;
    }

    public T? Enumeration<T>(string key, string what) where T : struct, Enum
    {
        if (Scalar(key) is not { } scalar) return null;
        if (YamlEnum<T>.TryParse(scalar.Text, out T value)) return value;
        reading.UnknownWord(scalar, what, YamlEnum<T>.Words);
        return null;
    }

    public IPAddress? Address(string key)
    {
        if (Scalar(key) is not { } scalar) return null;
        if (ConfValues.TryAddress(scalar.Text, out IPAddress address)) return address;
        reading.Error("InvalidAddress", scalar, $"`{scalar.Text}` is no IP address.");
        return null;
    }

    public IPAddress? RequiredAddress(string key, string what) => Required(key, what) ? Address(key) : null;

    /// <summary>A network: ADDRESS/PREFIX without bits behind the prefix, or the address of one host.</summary>
    public IPNetwork? Network(string key)
    {
        if (Scalar(key) is not { } scalar) return null;
        string text = scalar.Text;
        int slash = text.IndexOf('/');
        if (!ConfValues.TryAddress(slash < 0 ? text : text.AsSpan(0, slash), out IPAddress address))
        {
            reading.Error("InvalidAddress", scalar, $"`{text}` is no network: write 10.0.0.0/8 or 2001:db8::/32.");
            return null;
        }
        int bits = address.GetAddressBytes().Length * 8;
        int prefix = bits;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > bits))
        {
            reading.Error("InvalidNumber", scalar, $"`{text[(slash + 1)..]}` is no prefix length from 0 to {bits}.");
            return null;
        }
        if (Networks.IsBase(address, prefix)) return new IPNetwork(address, prefix);
        reading.Error("InvalidAddress", scalar, $"`{text}` is no network: it is `{Networks.Of(address, prefix)}` that {address} belongs to.");
        return null;
    }

    /// <summary>One number or FIRST-LAST.</summary>
    public NumberRange? Range(string key) => Scalar(key) is { } scalar ? Range(scalar) : null;

    /// <summary>A list of numbers or FIRST-LAST, where a single one stands for a list of one.</summary>
    public ValueList<NumberRange> Ranges(string key, string what)
    {
        IEnumerable<YamlNode> nodes = Node(key) is YamlScalar ? Scalar(key) is { } one ? [one] : [] : List(key);
        List<NumberRange> ranges = [];
        foreach (YamlNode node in nodes)
        {
            reading.Count(node);
            if (node is not YamlScalar scalar) reading.WrongShape(node, $"A {what}", "a single value");
            else if (Range(scalar) is { } range) ranges.Add(range);
        }

        return ranges.ToValueList();
    }

    private NumberRange? Range(YamlScalar scalar)
    {
        string[] parts = scalar.Text.Split('-');
        if (parts.Length <= 2 && uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint first)
            && uint.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out uint last))
            return new NumberRange(first, last);
        reading.Error("InvalidNumber", scalar, $"`{scalar.Text}` is neither a number nor a range such as 1000-2000.");
        return null;
    }

    public PhysicalAddress? Mac(string key)
    {
        if (Scalar(key) is not { } scalar) return null;
        if (scalar.Text.Split(':') is { Length: 6 } parts && parts.All(p => p.Length == 2 && p.All(char.IsAsciiHexDigit)))
            return new PhysicalAddress(Convert.FromHexString(string.Concat(parts)));
        reading.Error("InvalidAddress", scalar, $"`{scalar.Text}` is no MAC address: write 00:00:5e:00:01:01.");
        return null;
    }

    public SelfFencing? Fencing(string key)
    {
        if (Scalar(key) is not { } scalar) return null;
        switch (scalar.Text)
        {
            case "off":
                return SelfFencing.Off;
            case "auto":
                return SelfFencing.Automatic;
        }
        if (Durations.TryParse(scalar.Text, out TimeSpan time)
            && time >= TimeSpan.FromSeconds(2)
            && time <= TimeSpan.FromDays(1)
            && time.Ticks % TimeSpan.TicksPerSecond == 0)
        {
            return SelfFencing.After(time);
        }
        reading.Error("ValueOutOfRange", scalar, $"`{scalar.Text}` is neither off, auto nor a whole number of seconds from 2s to 86400s.");
        return null;
    }
}
