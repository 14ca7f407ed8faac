namespace HaTools.Tests;

/// <summary>A theory that needs root (namespaces, raw sockets, other users); skipped with that reason otherwise.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootTheoryAttribute : TheoryAttribute
{
    public RootTheoryAttribute()
    {
        if (!Environment.IsPrivilegedProcess) Skip = "needs root";
    }
}
