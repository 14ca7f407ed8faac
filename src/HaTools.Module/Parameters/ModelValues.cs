using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Net.NetworkInformation;
using System.Reflection;
using System.Security;

namespace HaTools.Module.Parameters;

/// <summary>Takes what people write for values of the model's types.</summary>
internal static class ModelValues
{
    private static readonly MethodInfo ListOf = typeof(ModelValues).GetMethod(nameof(MakeList), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <summary>The value without PowerShell's wrapping.</summary>
    public static object? Bare(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    /// <summary>The value as one of that type.</summary>
    /// <exception cref="FormatException">It is none; the message is for the user.</exception>
    public static object? To(Type type, object? given, ModelForm form = default)
    {
        object? value = Bare(given);
        Type wanted = Nullable.GetUnderlyingType(type) ?? type;
        if (value is null || wanted.IsInstanceOfType(value)) return value;
        if (wanted == typeof(ValueList<IpvsParameterSetting>) && value is IDictionary settings) return Settings(settings);
        if (wanted == typeof(ValueList<WebhookHeader>) && value is IDictionary headers) return Headers(headers);
        if (wanted.IsGenericType && wanted.GetGenericTypeDefinition() == typeof(ValueList<>))
            return Invoke(ListOf.MakeGenericMethod(wanted.GetGenericArguments()), value, form);
        if (ModelRecords.Knows(wanted)) return ModelRecords.From(wanted, value, form);
        if (value is IDictionary) throw new FormatException($"A hashtable is no {wanted.Name}.");
        if (wanted == typeof(IPAddress)) return Address(value);
        if (wanted == typeof(IPNetwork)) return Network(value);
        if (wanted == typeof(PhysicalAddress)) return Mac(value);
        if (wanted == typeof(NumberRange)) return Range(value);
        if (wanted == typeof(string) && value is SecureString secure) return new NetworkCredential("", secure).Password;
        try
        {
            return wanted == typeof(TimeSpan) ? DurationAttribute.Convert(value) : LanguagePrimitives.ConvertTo(value, wanted, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is PSInvalidCastException or ArgumentTransformationMetadataException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private static object Invoke(MethodInfo method, params object?[] arguments)
    {
        try
        {
            return method.Invoke(null, arguments)!;
        }
        catch (TargetInvocationException e) when (e.InnerException is FormatException inner)
        {
            throw new FormatException(inner.Message, inner);
        }
    }

    private static ValueList<T> MakeList<T>(object value, ModelForm form)
    {
        IEnumerable<object?> items = value is IEnumerable and not string and not IDictionary ? ((IEnumerable)value).Cast<object?>() : [value];
        return items.Select(i => (T)To(typeof(T), i, form)!).ToValueList();
    }

    /// <summary>By name: a hashtable has no order of its own.</summary>
    private static ValueList<IpvsParameterSetting> Settings(IDictionary settings) => settings.Cast<DictionaryEntry>()
        .Select(e => new IpvsParameterSetting($"{Bare(e.Key)}", Convert.ToString(Bare(e.Value), CultureInfo.InvariantCulture) ?? ""))
        .OrderBy(s => s.Name, StringComparer.Ordinal).ToValueList();

    /// <inheritdoc cref="Settings"/>
    private static ValueList<WebhookHeader> Headers(IDictionary headers) => headers.Cast<DictionaryEntry>()
        .Select(e => new WebhookHeader($"{Bare(e.Key)}", (string?)To(typeof(string), e.Value) ?? "")).OrderBy(h => h.Name, StringComparer.Ordinal).ToValueList();

    private static IPAddress Address(object value) =>
        AddressText.TryParseAddress($"{value}", out IPAddress? address) ? address : throw new FormatException($"'{value}' is not an address.");

    // Without a length: the host. "default" and "any" are null in the model, as is a length of 0.
    private static IPNetwork? Network(object value)
    {
        string text = $"{value}";
        if (text is "default" or "any" or "all") return null;
        if (AddressText.TryParseAddress(text, out IPAddress? host)) return new IPNetwork(host, host.GetAddressBytes().Length * 8);
        return IPNetwork.TryParse(text, out IPNetwork network) && network.BaseAddress.Equals(IPAddress.Parse(text[..text.IndexOf('/')]))
            ? network.PrefixLength == 0 ? null : network
            : throw new FormatException($"'{text}' is not a network: write 192.0.2.0/24, without bits behind the prefix.");
    }

    private static PhysicalAddress Mac(object value) =>
        PhysicalAddress.TryParse($"{value}", out PhysicalAddress? mac) && mac.GetAddressBytes().Length == 6
            ? mac : throw new FormatException($"'{value}' is not a MAC address: write 00:00:5e:00:01:33.");

    private static NumberRange Range(object value)
    {
        string[] ends = $"{value}".Split('-');
        if (ends.Length <= 2 && uint.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint first)
            && uint.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out uint last))
            return new NumberRange(first, last);
        throw new FormatException($"'{value}' is not a range of numbers: write 1000 or 1000-2000.");
    }
}
