namespace HaTools.Node;

/// <summary>What <c>hanode</c> exits with.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>It could not be done: the configuration has errors, the kernel refused, the node answered with an error.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>No such node runs.</summary>
    public const int NotRunning = 3;
}
