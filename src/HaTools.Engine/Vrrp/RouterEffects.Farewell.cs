using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>The last advert of a master whose virtual MAC interface is down or gone.</summary>
internal sealed partial class RouterEffects
{
    /// <summary>
    /// A socket on what the virtual MAC interface stands on, where that is up and the advert is the one with priority 0: backups need not wait for an interface that
    /// says nothing any more. It leaves with the parent's MAC address, and not with the virtual one, as RFC 9568 section 7.2 wants it; backups do not look at that, and a switch
    /// is not taught once more where the virtual one was. null: the usual socket.
    /// </summary>
    private static VrrpSocket? OpenFarewell(HostedInstance instance, in RouterAction action)
    {
        if (action.Value != VrrpProtocol.StopPriority || instance.WayOut is not { } parent) return null;
        try
        {
            return new VrrpSocket(new VrrpSocketOptions
            {
                InterfaceName = parent.Name,
                InterfaceIndex = parent.Index,
                Family = instance.Family,
                AuthenticationHeader = instance.HasAuthenticationHeader,
            });
        }
        catch (LinuxException)
        {
            // The usual one fails too, and that is told.
            return null;
        }
    }
}
