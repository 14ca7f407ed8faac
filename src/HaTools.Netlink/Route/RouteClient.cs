namespace HaTools.Netlink.Route;

/// <summary>Interfaces and addresses through rtnetlink (man 7 rtnetlink). Not thread-safe: one thread at a time.</summary>
public sealed class RouteClient : IDisposable
{
    /// <summary>Opens a client in the calling thread's network namespace.</summary>
    public static RouteClient Open() => throw new NotImplementedException();

    /// <summary>The port id of its socket.</summary>
    public uint PortId => throw new NotImplementedException();

    /// <summary>All interfaces of the namespace.</summary>
    public IReadOnlyList<LinkInfo> GetLinks() => throw new NotImplementedException();

    /// <summary>The interface of that name; null: there is none.</summary>
    public LinkInfo? FindLink(string name) => throw new NotImplementedException();

    /// <summary>The interface of that index; null: there is none.</summary>
    public LinkInfo? FindLink(int index) => throw new NotImplementedException();

    /// <summary>All addresses, of one interface where its index is given.</summary>
    public IReadOnlyList<AddressInfo> GetAddresses(int? index = null) => throw new NotImplementedException();

    /// <summary>Adds an address or renews its lifetimes.</summary>
    public void ReplaceAddress(in AddressRequest request) => throw new NotImplementedException();

    /// <summary>Adds or renews addresses; throws for the first that failed, after all were tried.</summary>
    public void ReplaceAddresses(ReadOnlySpan<AddressRequest> requests) => throw new NotImplementedException();

    /// <summary>Adds or renews addresses; the errno of each (0: done) is written to <paramref name="errnos"/>. Returns the number that failed.</summary>
    public int ReplaceAddresses(ReadOnlySpan<AddressRequest> requests, Span<int> errnos) => throw new NotImplementedException();

    /// <summary>Takes an address away. False: it was not there.</summary>
    public bool DeleteAddress(in AddressRequest request) => throw new NotImplementedException();

    /// <summary>Takes addresses away; one that is not there counts as done (0). Returns the number that failed.</summary>
    public int DeleteAddresses(ReadOnlySpan<AddressRequest> requests, Span<int> errnos) => throw new NotImplementedException();

    /// <summary>Sets an interface up or down.</summary>
    public void SetLinkUp(int index, bool up) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
