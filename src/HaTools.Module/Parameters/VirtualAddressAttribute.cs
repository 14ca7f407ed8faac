using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;

namespace HaTools.Module.Parameters;

/// <summary>
/// Lets virtual addresses be written as keepalived writes them: <c>192.0.2.10/24 brd 192.0.2.255 dev eth0 scope global label eth0:0</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class VirtualAddressAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is not string && value is IEnumerable list) return list.Cast<object>().Select(One).ToArray();
        return new[] { One(value) };
    }

    private static VirtualAddress One(object item) => (item is PSObject wrapped ? wrapped.BaseObject : item) switch
    {
        VirtualAddress address => address,
        IPAddress address => new VirtualAddress { Address = address },
        string text => Parse(text),
        _ => throw new ArgumentTransformationMetadataException($"'{item}' is not a virtual address. Write '192.0.2.10/24'."),
    };

    internal static VirtualAddress Parse(string text)
    {
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) throw Refuse(text, "it is empty");
        string[] parts = words[0].Split('/');
        if (parts.Length > 2 || !AddressText.TryParseAddress(parts[0], out IPAddress? address))
            throw Refuse(text, $"'{words[0]}' is not an address");
        int widest = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        int prefix = widest;
        if (parts.Length == 2 && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > widest))
            throw Refuse(text, $"the prefix length '{parts[1]}' is not in 0 to {widest}");

        var result = new VirtualAddress { Address = address, PrefixLength = prefix };
        for (int i = 1; i < words.Length; i += 2)
        {
            string key = words[i];
            string value = i + 1 < words.Length ? words[i + 1] : throw Refuse(text, $"'{key}' wants a value");
            result = key switch
            {
                "dev" => result with { Device = value },
                "label" => result with { Label = value },
                "scope" when Enum.TryParse(value, ignoreCase: true, out AddressScope scope) => result with { Scope = scope },
                "scope" => throw Refuse(text, $"'{value}' is not a scope (global, site, link, host)"),
                "brd" or "broadcast" when AddressText.TryParseAddress(value, out IPAddress? broadcast) =>
                    result with { Broadcast = broadcast },
                "brd" or "broadcast" => throw Refuse(text, $"'{value}' is not an address"),
                _ => throw Refuse(text, $"'{key}' is not known (dev, label, scope, brd)"),
            };
        }
        return result;
    }

    private static ArgumentTransformationMetadataException Refuse(string text, string why) =>
        new($"'{text}' is not a virtual address: {why}. Write it as 192.0.2.10/24 [brd ADDRESS] [dev NAME] [scope NAME] [label NAME].");
}
