using HaTools.Linux;

namespace HaTools.Engine.Tests.Checks.Http;

/// <summary>A test that runs nginx in a network namespace.</summary>
internal sealed class NginxFactAttribute : FactAttribute
{
    public const string Program = "/usr/sbin/nginx";

    public NginxFactAttribute()
    {
        if (Libc.geteuid() != 0) Skip = "needs root: it makes network namespaces";
        else if (!File.Exists(Program)) Skip = "needs nginx";
    }
}
