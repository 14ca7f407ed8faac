using System.Globalization;

namespace HaTools.Configuration.Keepalived;

// The metrics of connections, with their locks.
internal static partial class RouteLines
{
    private static readonly string[] MetricOptions =
    [
        "mtu", "hoplimit", "advmss", "rtt", "rttvar", "reordering", "window", "cwnd", "ssthresh", "rto_min", "initcwnd", "initrwnd", "features",
        "quickack", "congctl", "fastopen_no_cookie",
    ];

    private static readonly string[] Lockable = ["mtu", "advmss", "rtt", "rttvar", "reordering", "cwnd", "ssthresh", "rto_min", "congctl"];

    private static bool ReadMetric(Draft draft, ConfWord option)
    {
        LineWords words = draft.Words;
        if (!MetricOptions.Contains(option.Text)) return false;
        bool locked = Lockable.Contains(option.Text) && words.Skip("lock");
        RouteMetrics metrics = draft.Route.Metrics;
        metrics = option.Text switch
        {
            "mtu" => metrics with { Mtu = words.Number(option, uint.MaxValue), LockMtu = locked },
            "hoplimit" => metrics with { HopLimit = words.Number(option, 255) },
            "advmss" => metrics with { AdvertisedMss = words.Number(option, uint.MaxValue) },
            "rtt" => metrics with { Rtt = Time(words, option, 8) },
            "rttvar" => metrics with { RttVariance = Time(words, option, 4) },
            "reordering" => metrics with { Reordering = words.Number(option, uint.MaxValue) },
            "window" => metrics with { Window = words.Number(option, uint.MaxValue) },
            "cwnd" => metrics with { CongestionWindow = words.Number(option, uint.MaxValue) },
            "ssthresh" => metrics with { SlowStartThreshold = words.Number(option, uint.MaxValue) },
            "rto_min" => metrics with { MinimumRto = Time(words, option, 1) },
            "initcwnd" => metrics with { InitialCongestionWindow = words.Number(option, uint.MaxValue) },
            "initrwnd" => metrics with { InitialReceiveWindow = words.Number(option, uint.MaxValue) },
            "features" => metrics with { Features = Choice(words, option, "ecn", "ecn") is null ? null : 1u },
            "quickack" => metrics with { QuickAck = Choice(words, option, "1", "0") },
            "congctl" => metrics with { CongestionControl = words.TryValue(option, out ConfWord name) ? name.Text : null },
            _ => metrics with { FastOpenNoCookie = Choice(words, option, "1", "0") },
        };
        if (locked && option.Text != "mtu") metrics = metrics with { Locked = metrics.Locked.Append(option.Text).ToValueList() };
        draft.Route = draft.Route with { Metrics = metrics };
        return true;
    }

    /// <summary>A time: with <c>s</c> or <c>ms</c>, or a bare number in the kernel's units, of which a millisecond has so many.</summary>
    private static uint? Time(LineWords words, ConfWord option, uint unitsInMillisecond)
    {
        if (!words.TryValue(option, out ConfWord value)) return null;
        string text = value.Text.ToLowerInvariant();
        string number = text.TrimEnd([.. "abcdefghijklmnopqrstuvwxyz"]);
        decimal? units = text[number.Length..] switch
        {
            "" => 1,
            "s" or "sec" or "secs" => 1000m * unitsInMillisecond,
            "ms" or "msec" or "msecs" => unitsInMillisecond,
            _ => null,
        };
        if (units is { } unit && decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal amount)
            && amount <= uint.MaxValue && amount * unit <= uint.MaxValue && (unit > 1 || decimal.IsInteger(amount)))
            return (uint)(amount * unit);
        words.Error("InvalidNumber", value,
            $"`{value.Text}` is no value of `{option.Text}`: a time with `s` or `ms`, or a whole number in units of 1/{unitsInMillisecond * 1000} s.");
        return null;
    }
}
