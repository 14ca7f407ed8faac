using System.Net;

namespace HaTools.Engine.Checks;

/// <summary>From where a check comes.</summary>
/// <param name="Address">The address of this host; null: as the kernel chooses.</param>
/// <param name="Port">The port of this host; 0: as the kernel chooses.</param>
/// <param name="Interface">The interface; null: as the routes say.</param>
/// <param name="Mark">The firewall mark of its packets.</param>
internal sealed record CheckOrigin(IPAddress? Address, int Port, string? Interface, uint Mark)
{
    /// <summary>The origin that a check asks for; null: none.</summary>
    public static CheckOrigin? Of(NetworkCheck check)
    {
        int port = (check as ConnectingCheck)?.BindPort ?? 0;
        return check is { BindAddress: null, BindInterface: null, FirewallMark: 0 } && port == 0 ? null : new CheckOrigin(check.BindAddress, port, check.BindInterface, check.FirewallMark);
    }

    public override string ToString() => string.Join(' ', Words());

    private IEnumerable<string> Words()
    {
        if (Address is not null || Port != 0) yield return $"{Address}{(Address is null ? "port " : ":")}{Port}";
        if (Interface is not null) yield return $"interface {Interface}";
        if (Mark != 0) yield return $"mark {Mark}";
    }
}
