namespace HaTools.Engine.Tests.Checks.Smtp;

/// <summary>A test that runs exim in a network namespace.</summary>
internal sealed class EximFactAttribute() : PeerFactAttribute(Program)
{
    public const string Program = "/usr/sbin/exim4";
}
