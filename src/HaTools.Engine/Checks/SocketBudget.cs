namespace HaTools.Engine.Checks;

/// <summary>
/// How many sockets checks may have open at once. When many servers hang, each keeps one until its time-out; what they must not take is what the rest of the node needs: its table, its control
/// socket, its scripts, its files.
/// </summary>
internal static class SocketBudget
{
    /// <summary>How many descriptors the rest of a node is left; half of them where there are fewer than twice as many.</summary>
    public const int Rest = 1024;

    /// <summary>How many may be open for all checks to have one each, and the rest of a large node (thousands of instances) what it needs.</summary>
    /// <param name="checks">How many checks connect.</param>
    public static long Need(int checks) => (8L * Rest) + checks;

    /// <summary>How many sockets checks may have open at once.</summary>
    /// <param name="limit">How many descriptors the process may have.</param>
    public static int Of(long limit) => (int)Math.Min(limit - Math.Min(Rest, limit / 2), int.MaxValue);
}
