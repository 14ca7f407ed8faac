using System.Collections;
using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Security;
using HaTools.Configuration.Diagnostics;
using HaTools.Configuration.Keepalived;

namespace HaTools.Module.Parameters;

/// <summary>
/// Takes what people write for records of the model: those that a cmdlet makes in the words of keepalived.conf, the small ones as a hashtable too.
/// </summary>
internal static class ModelRecords
{
    // Those without a cmdlet of their own.
    private static readonly FrozenSet<Type> FromHashtables = new[]
    {
        typeof(NotifyScript), typeof(NotifyFifo), typeof(RouteNextHop), typeof(RouteEncapsulation), typeof(RouteMetrics), typeof(RecoveryAction), typeof(GarpGroup),
        typeof(InterfaceDelay), typeof(StaticTrackGroup), typeof(FirewallSettings), typeof(IpvsSettings), typeof(GroupMarkSettings), typeof(IpvsParameterSetting), typeof(IpvsSyncDaemon), typeof(IpvsTunnel), typeof(RealServer),
        typeof(TunnelAddress), typeof(VirtualServerGroupMember), typeof(UnicastPeer), typeof(Tracked), typeof(VrrpAuthentication),
        typeof(VrrpHmacKey), typeof(HttpUrl), typeof(SslSettings), typeof(SmtpAlerts), typeof(Webhook), typeof(WebhookHeader), typeof(ResolverSettings),
    }.ToFrozenSet();

    private static readonly FrozenDictionary<Type, string> Makers = new Dictionary<Type, string>
    {
        [typeof(VirtualAddress)] = "New-VrrpAddress",
        [typeof(RouteEntry)] = "New-VrrpRoute",
        [typeof(RuleEntry)] = "New-VrrpRule",
        [typeof(NotifyScripts)] = "New-VrrpNotify",
        [typeof(VrrpHmac)] = "New-VrrpHmac",
        [typeof(VirtualInterface)] = "New-VrrpVirtualInterface",
        [typeof(DirectRoutingAddress)] = "its address",
    }.ToFrozenDictionary();

    public static bool Knows(Type type) => FromHashtables.Contains(type) || Makers.ContainsKey(type);

    /// <exception cref="FormatException">It is no such record; the message is for the user.</exception>
    public static object From(Type type, object value, ModelForm form)
    {
        if (value is IDictionary hashtable)
            return FromHashtables.Contains(type) ? FromHashtable(type, hashtable) : throw new FormatException($"A hashtable is no {type.Name}: {Makers[type]} makes one.");
        if (type == typeof(Tracked) && TrackedBy(value, form) is { } tracked) return tracked;
        if (value is SecureString secret && type == typeof(VrrpAuthentication)) return Password(new NetworkCredential("", secret).Password);
        if (value is not (string or IPAddress or IConvertible)) throw Refuse(type, value);
        string text = Convert.ToString(value, CultureInfo.InvariantCulture)!;
        try
        {
            return Written(type, text, form) ?? throw Refuse(type, value);
        }
        catch (FormatException e) when (!e.Message.StartsWith('\''))
        {
            throw new FormatException($"'{text}' is no {type.Name}: {e.Message}", e);
        }
    }

    private static object? Written(Type type, string text, ModelForm form) => type.Name switch
    {
        nameof(VirtualAddress) => KeepalivedLine.Address(text, form.IsStatic),
        nameof(RouteEntry) => KeepalivedLine.Route(text, form.IsStatic),
        nameof(RuleEntry) => KeepalivedLine.Rule(text, form.IsStatic),
        nameof(UnicastPeer) => KeepalivedLine.Peer(text),
        nameof(VirtualServerGroupMember) => KeepalivedLine.GroupMember(text),
        nameof(HttpUrl) => new HttpUrl { Path = text },
        nameof(Tracked) => KeepalivedLine.Tracked(text, form.Line!),
        nameof(RouteNextHop) => KeepalivedLine.Route($"default nexthop {text}", form.IsStatic).NextHops[0],
        nameof(RouteEncapsulation) => KeepalivedLine.Route($"default dev lo encap {text}", form.IsStatic).Encapsulation,
        nameof(RouteMetrics) => KeepalivedLine.Route($"default dev lo {text}", form.IsStatic).Metrics,
        nameof(NotifyScript) => new NotifyScript(text),
        nameof(NotifyFifo) => new NotifyFifo(text),
        nameof(NotifyScripts) => new NotifyScripts { Any = new NotifyScript(text) },
        nameof(RecoveryAction) => new RecoveryAction { Command = text },
        nameof(VrrpAuthentication) => Password(text),
        nameof(DirectRoutingAddress) => new DirectRoutingAddress((IPAddress)ModelValues.To(typeof(IPAddress), text)!),
        nameof(TunnelAddress) => new TunnelAddress((IPAddress)ModelValues.To(typeof(IPAddress), text)!),
        nameof(IpvsTunnel) => new IpvsTunnel { Type = (TunnelType)ModelValues.To(typeof(TunnelType), text)! },
        nameof(RealServer) => At(AddressText.ParseEndPoint(text, 0)),
        nameof(VirtualInterface) => new VirtualInterface { Kind = (VirtualInterfaceKind)ModelValues.To(typeof(VirtualInterfaceKind), text)! },
        _ => null,
    };

    // Port 0: the service's.
    private static RealServer At(IPEndPoint place) => new() { Address = place.Address, Port = place.Port };

    private static VrrpAuthentication Password(string text) => new(VrrpAuthenticationType.SimplePassword, text);

    private static Tracked? TrackedBy(object value, ModelForm form)
    {
        (string Name, string Line)? tracker = value switch
        {
            ScriptTracker script => (script.Name, "track_script"),
            FileTracker file => (file.Name, "track_file"),
            ProcessTracker process => (process.Name, "track_process"),
            BfdSession session => (session.Name, "track_bfd"),
            _ => null,
        };
        if (tracker is not { } known) return null;
        return known.Line == form.Line
            ? new Tracked(known.Name) : throw new FormatException($"'{known.Name}' is a tracker of another kind: it belongs to {known.Line}, not to {form.Line}.");
    }

    private static object FromHashtable(Type type, IDictionary hashtable)
    {
        PropertyInfo[] properties = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite)];
        var given = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in hashtable)
        {
            string key = $"{entry.Key}";
            PropertyInfo property = properties.FirstOrDefault(p => p.Name.Equals(key, StringComparison.OrdinalIgnoreCase))
                ?? throw new FormatException($"'{key}' is no property of {type.Name}; it has {string.Join(", ", properties.Select(p => p.Name))}."
                    + Suggestion.Sentence(key, properties.Select(p => p.Name)));
            if (type == typeof(VrrpHmacKey) && property.Name == nameof(VrrpHmacKey.Secret)) RequireSecret(entry.Value);
            if (type == typeof(SslSettings) && property.Name == nameof(SslSettings.Password)) RequirePassword(entry.Value);
            given[property.Name] = ModelValues.To(property.PropertyType, entry.Value);
        }

        object record = Construct(type, given);
        foreach (PropertyInfo property in properties)
        {
            if (given.TryGetValue(property.Name, out object? value)) property.SetValue(record, value);
            else if (property.IsDefined(typeof(RequiredMemberAttribute))) throw new FormatException($"{type.Name} needs {property.Name}.");
        }

        return record;
    }

    // What is typed as plain text stays in the history, and in every transcript.
    private static void RequireSecret(object? value)
    {
        if (ModelValues.Bare(value) is string text && !text.StartsWith("file:", StringComparison.Ordinal))
            throw new FormatException("The secret of a key is a SecureString (Read-Host -AsSecureString), or a file that holds it: 'file:/PATH'.");
    }

    private static void RequirePassword(object? value)
    {
        if (ModelValues.Bare(value) is string) throw new FormatException("The password of a key is a SecureString (Read-Host -AsSecureString).");
    }

    private static object Construct(Type type, Dictionary<string, object?> given)
    {
        ConstructorInfo constructor = type.GetConstructors().OrderBy(c => c.GetParameters().Length).First();
        object?[] arguments =
        [
            .. constructor.GetParameters().Select(p => given.TryGetValue(p.Name!, out object? value) ? value
                : p.HasDefaultValue ? p.DefaultValue
                : p.ParameterType.IsValueType ? Activator.CreateInstance(p.ParameterType)
                : throw new FormatException($"{type.Name} needs {p.Name}.")),
        ];
        return constructor.Invoke(arguments);
    }

    private static FormatException Refuse(Type type, object value) =>
        new($"'{value}' is no {type.Name}: {(Makers.TryGetValue(type, out string? maker) ? $"{maker} makes one" : "give a hashtable of its properties")}.");
}
