namespace HaTools.Engine.Tests.Checks.Http;

/// <summary>A test that runs nginx in a network namespace.</summary>
internal sealed class NginxFactAttribute() : PeerFactAttribute(Program)
{
    public const string Program = "/usr/sbin/nginx";
}
