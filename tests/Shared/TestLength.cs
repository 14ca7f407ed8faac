namespace HaTools.Tests;

/// <summary>How long tests may take that can go on for any time.</summary>
internal static class TestLength
{
    /// <summary>Whether they go on for minutes (<c>./test.sh --long</c>) instead of seconds.</summary>
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("HATOOLS_LONG") == "1";
}
