using System.Globalization;

namespace HaTools.Configuration;

/// <summary>
/// Times as the native language writes them: <c>1s</c>, <c>100ms</c>, <c>1.5s</c>, <c>5m</c>, <c>2h</c>, or a plain number of seconds.
/// </summary>
internal static class Durations
{
    // 1,000 years: beyond any rule's limit, within TimeSpan's.
    private const decimal MostSeconds = 31_536_000_000m;

    private static readonly (string Suffix, decimal Seconds)[] Units =
        [("us", 0.000001m), ("ms", 0.001m), ("s", 1m), ("m", 60m), ("h", 3600m)];

    /// <summary>The shortest exact form.</summary>
    public static string Format(TimeSpan time)
    {
        if (time.Ticks % TimeSpan.TicksPerSecond == 0)
            return string.Create(CultureInfo.InvariantCulture, $"{time.Ticks / TimeSpan.TicksPerSecond}s");
        if (time.Ticks % TimeSpan.TicksPerMillisecond == 0 && Math.Abs(time.Ticks) < TimeSpan.TicksPerSecond)
            return string.Create(CultureInfo.InvariantCulture, $"{time.Ticks / TimeSpan.TicksPerMillisecond}ms");
        return string.Create(CultureInfo.InvariantCulture, $"{(decimal)time.Ticks / TimeSpan.TicksPerSecond:0.#######}s");
    }

    /// <summary>Reads a time; not negative. False: it is none, or finer than 100 ns.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan time)
    {
        time = default;
        ReadOnlySpan<char> number = text;
        decimal unit = 1m;
        foreach ((string suffix, decimal seconds) in Units)
        {
            if (!text.EndsWith(suffix)) continue;
            number = text[..^suffix.Length];
            unit = seconds;
            break;
        }
        if (number.IsEmpty || !char.IsAsciiDigit(number[^1]) || number.Length > 28) return false;
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)) return false;
        if (value > MostSeconds) return false;
        decimal ticks = value * unit * TimeSpan.TicksPerSecond;
        if (value * unit > MostSeconds || decimal.Truncate(ticks) != ticks) return false;
        time = TimeSpan.FromTicks((long)ticks);
        return true;
    }
}
