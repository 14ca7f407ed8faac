namespace HaTools.Linux.Tests;

/// <summary>A test that needs root (namespaces, raw sockets, other users); skipped with that reason otherwise.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (Libc.geteuid() != 0) Skip = "needs root";
    }
}
