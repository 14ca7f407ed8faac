using HaTools.Linux;

namespace HaTools.Engine.Tests.Checks;

/// <summary>A test that runs a server of Debian's in a network namespace.</summary>
internal class PeerFactAttribute : FactAttribute
{
    /// <param name="program">The program's path.</param>
    public PeerFactAttribute(string program)
    {
        if (Libc.geteuid() != 0) Skip = "needs root: it makes network namespaces";
        else if (!File.Exists(program)) Skip = $"needs {Path.GetFileName(program)}";
    }
}
