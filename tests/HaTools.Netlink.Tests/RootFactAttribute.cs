using HaTools.Linux;

namespace HaTools.Netlink.Tests;

/// <summary>A test that makes a network namespace of its own; skipped with the reason where it cannot.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (Libc.geteuid() != 0) Skip = "needs root, to make a network namespace";
    }
}
