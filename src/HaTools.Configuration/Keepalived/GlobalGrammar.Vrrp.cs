using System.Net;

namespace HaTools.Configuration.Keepalived;

/// <summary>What holds for instances that do not say otherwise, and when they begin.</summary>
internal static partial class GlobalGrammar
{
    // keepalived's TIMER ends at 2^32 microseconds.
    private const decimal LongestTimer = 4294.967295m;

    private static Keyword<GlobalDraft>[] VrrpDefaults =>
    [
        new() { Name = "vrrp_version", Required = 1, Allowed = 1, Read = ReadVersion },
        new() { Name = "v3_checksum_as_v2", Allowed = 1, Read = (r, s, d) => d.ChecksumAsVersion2 = ConfValues.Boolean(r, s) },
        new() { Name = "vrrp_strict", Allowed = 1, Read = (r, s, d) => d.Strict = ConfValues.Boolean(r, s) },
        new() { Name = "vrrp_check_unicast_src", Read = (_, _, d) => d.CheckUnicastSource = true },
        new() { Name = "vrrp_mcast_group4", Required = 1, Allowed = 1, Read = (r, s, d) => d.MulticastGroup4 = Group(r, s, 4) },
        new() { Name = "vrrp_mcast_group6", Required = 1, Allowed = 1, Read = (r, s, d) => d.MulticastGroup6 = Group(r, s, 6) },
        new() { Name = "vrrp_lower_prio_no_advert", Allowed = 1, Read = (r, s, d) => d.LowerPriorityNoAdvert = ConfValues.Boolean(r, s) },
        new() { Name = "vrrp_higher_prio_send_advert", Allowed = 1, Read = (r, s, d) => d.HigherPrioritySendAdvert = ConfValues.Boolean(r, s) },
        new() { Name = "vrrp_owner_ignore_adverts", Allowed = 1, Read = (r, s, d) => d.OwnerIgnoreAdverts = ConfValues.Boolean(r, s) },
        new()
        {
            Name = "vrrp_down_timer_adverts", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.DownTimerAdverts = InstanceGrammar.DownTimerAdverts(r, s.Words[1]) ?? d.DownTimerAdverts,
        },
        new() { Name = "vrrp_startup_delay", Required = 1, Allowed = 1, Read = (r, s, d) => d.StartupDelay = Timer(r, s) ?? d.StartupDelay },
        new() { Name = "vrrp_delay_after_boot", Required = 1, Allowed = 1, Read = (r, s, d) => d.DelayAfterBoot = Timer(r, s) ?? d.DelayAfterBoot },
        new() { Name = "log_unknown_vrids", Read = (_, _, d) => d.LogUnknownVirtualRouters = true },
        new() { Name = "dynamic_interfaces", Allowed = 1, Read = ReadDynamicInterfaces },
        new() { Name = "default_interface", Required = 1, Allowed = 1, Read = (_, s, d) => d.DefaultInterface = s.Words[1] },
    ];

    private static void ReadVersion(ConfReading reading, ConfStatement statement, GlobalDraft draft) =>
        draft.Version = ConfValues.Integer(reading, statement.Words[1], 2, 3, "keepalived ignores it") ?? draft.Version;

    private static TimeSpan? Timer(ConfReading reading, ConfStatement statement) =>
        ConfValues.Seconds(reading, statement.Words[1], 0.001m, LongestTimer, "keepalived ignores it");

    private static IPAddress? Group(ConfReading reading, ConfStatement statement, int family)
    {
        ConfWord word = statement.Words[1];
        if (ConfValues.Address(reading, word) is not { } address) return null;
        if (Networks.FamilyOf(address) == family) return ConfValues.IsGroup(reading, word, address) ? address : null;
        reading.Warning("AddressFamilyMismatch", word, $"`{word.Text}` is no IPv{family} address: keepalived ignores it, and so do we.");
        return null;
    }

    // That a kind of interface may change under its name is so in any case: `allow_if_changes` asks for nothing more.
    private static void ReadDynamicInterfaces(ConfReading reading, ConfStatement statement, GlobalDraft draft)
    {
        draft.DynamicInterfaces = true;
        if (statement.Argument(1) is { Text: not "allow_if_changes" } option)
            reading.UnknownWord(option, "option of dynamic_interfaces", ["allow_if_changes"]);
    }
}

/// <summary>What holds for instances that do not say otherwise, and when they begin.</summary>
internal sealed partial class GlobalDraft
{
    public int Version { get; set; } = 2;

    public bool ChecksumAsVersion2 { get; set; }

    public bool Strict { get; set; }

    public bool CheckUnicastSource { get; set; }

    /// <summary>null: 224.0.0.18.</summary>
    public IPAddress? MulticastGroup4 { get; set; }

    /// <summary>null: ff02::12.</summary>
    public IPAddress? MulticastGroup6 { get; set; }

    public bool LowerPriorityNoAdvert { get; set; }

    public bool HigherPrioritySendAdvert { get; set; }

    public bool OwnerIgnoreAdverts { get; set; }

    public int DownTimerAdverts { get; set; } = 3;

    public TimeSpan StartupDelay { get; set; }

    public TimeSpan DelayAfterBoot { get; set; }

    public bool LogUnknownVirtualRouters { get; set; }

    public bool DynamicInterfaces { get; set; }

    /// <summary>For static addresses that name no interface; null: eth0.</summary>
    public ConfWord? DefaultInterface { get; set; }
}
