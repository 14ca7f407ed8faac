using System.Net;

namespace HaTools.Configuration;

/// <summary>Where an address is one and the same: on the host, or (RFC 4291 section 2.5.6, link-local) on its link alone.</summary>
/// <param name="Address">The address.</param>
/// <param name="Link">The interface; empty for one that is the same on all of them.</param>
internal readonly record struct AddressPlace(IPAddress Address, string Link)
{
    public static AddressPlace Of(IPAddress address, string carrier) => new(address, address.IsIPv6LinkLocal ? carrier : "");
}
