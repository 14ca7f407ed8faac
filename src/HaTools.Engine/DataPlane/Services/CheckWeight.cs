namespace HaTools.Engine.DataPlane;

/// <summary>What a check that succeeds makes of its server's weight (keepalived: <c>misc_dynamic</c>, the <c>weight</c> of FILE_CHECK).</summary>
internal readonly record struct CheckWeight
{
    private readonly long value;
    private readonly bool replaces;

    private CheckWeight(long value, bool replaces) => (this.value, this.replaces) = (value, replaces);

    /// <summary>It takes the place of the configured one.</summary>
    public static CheckWeight Instead(int weight) => new(weight, true);

    /// <summary>It is added to the configured one, held within 32 bits as keepalived does.</summary>
    public static CheckWeight More(long change) => new(Math.Clamp(change, int.MinValue, int.MaxValue), false);

    /// <summary>By how much the configured weight changes.</summary>
    public long ChangeOf(int configured) => replaces ? value - configured : value;
}

/// <summary>keepalived's rule of how the words of several checks add up, pure.</summary>
internal static class EffectiveWeight
{
    /// <summary>As a configured weight. keepalived goes on to 2147483647, which no other tool of IPVS takes.</summary>
    public const int Most = 65535;

    /// <summary>The weight in force: the configured one and all changes of it, from 0 to <see cref="Most"/>.</summary>
    /// <param name="configured">As configured.</param>
    /// <param name="words">Of those checks that say something of it.</param>
    public static int Of(int configured, IEnumerable<CheckWeight> words) => (int)Math.Clamp(configured + words.Sum(w => w.ChangeOf(configured)), 0, Most);
}
