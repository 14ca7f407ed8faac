using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// The kernel's interfaces and addresses, for a thread that must go on whatever becomes of a conversation with it: where that fails (an answer was
/// lost, a table changed during each of many readings) the result is an errno as if the kernel had refused, and the caller tries again later. What the
/// kernel has done is then unknown; all that is asked of it here may be asked twice.
/// </summary>
internal sealed class KernelAddresses(RouteClient routes) : IDisposable
{
    /// <summary>The port id of its socket: notifications of what it changed carry it.</summary>
    public uint PortId => routes.PortId;

    /// <summary>Whether the last conversation failed as a whole, so that nobody knows what was done.</summary>
    public bool LastFailed { get; private set; }

    /// <summary>Adds or renews, all of them; allocates nothing.</summary>
    /// <param name="requests">The addresses.</param>
    /// <param name="errnos">How each ended.</param>
    /// <returns>How many failed.</returns>
    public int Replace(ReadOnlySpan<AddressRequest> requests, Span<int> errnos)
    {
        LastFailed = false;
        try
        {
            return routes.ReplaceAddresses(requests, errnos);
        }
        catch (NetlinkException e)
        {
            errnos[..requests.Length].Fill(Note(e));
            return requests.Length;
        }
    }

    /// <summary>Adds or renews one. The result: 0, or the errno.</summary>
    public int Replace(in AddressRequest request)
    {
        Span<int> errno = [0];
        _ = Replace(new ReadOnlySpan<AddressRequest>(in request), errno);
        return errno[0];
    }

    /// <summary>Removes all of them; one that is not there counts as removed. Allocates nothing.</summary>
    /// <returns>How many failed.</returns>
    public int Delete(ReadOnlySpan<AddressRequest> requests, Span<int> errnos)
    {
        LastFailed = false;
        try
        {
            return routes.DeleteAddresses(requests, errnos);
        }
        catch (NetlinkException e)
        {
            errnos[..requests.Length].Fill(Note(e));
            return requests.Length;
        }
    }

    /// <summary>Removes one. The result: 0, or the errno.</summary>
    public int Delete(in AddressRequest request)
    {
        Span<int> errno = [0];
        _ = Delete(new ReadOnlySpan<AddressRequest>(in request), errno);
        return errno[0];
    }

    /// <summary>Reads the addresses of an interface, or (null) of all; null: they could not be read.</summary>
    public IReadOnlyList<AddressInfo>? Read(int? index)
    {
        LastFailed = false;
        try
        {
            return routes.GetAddresses(index);
        }
        catch (NetlinkException e)
        {
            Note(e);
            return null;
        }
    }

    /// <summary>Finds an interface. False: nobody knows whether it is there, for the kernel could not be asked.</summary>
    public bool TryFindLink(string name, out LinkInfo? link)
    {
        LastFailed = false;
        try
        {
            link = routes.FindLink(name);
            return true;
        }
        catch (NetlinkException e)
        {
            Note(e);
            link = null;
            return false;
        }
    }

    /// <inheritdoc cref="TryFindLink(string, out LinkInfo?)"/>
    public bool TryFindLink(int index, out LinkInfo? link)
    {
        LastFailed = false;
        try
        {
            link = routes.FindLink(index);
            return true;
        }
        catch (NetlinkException e)
        {
            Note(e);
            link = null;
            return false;
        }
    }

    public void Dispose() => routes.Dispose();

    private int Note(NetlinkException e)
    {
        LastFailed = true;
        return e.Errno == 0 ? Errno.EIO : e.Errno;
    }
}
