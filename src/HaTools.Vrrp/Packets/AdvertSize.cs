namespace HaTools.Vrrp;

/// <summary>How long the adverts of an instance are.</summary>
internal static class AdvertSize
{
    /// <summary>The longest IP datagram that an instance sends as an advert, in bytes, its IP header with it.</summary>
    public static int Of(VrrpInstance instance) => Of(instance, instance.VirtualAddresses.Count);

    /// <summary>How many addresses an advert of the instance may list, if a datagram may have so many bytes; 0 to 255.</summary>
    public static int MostAddresses(VrrpInstance instance, int bytes) =>
        Math.Clamp((bytes - Of(instance, 0)) / WireAddress.Length(instance.AddressFamily), 0, VrrpProtocol.MaxAddresses);

    private static int Of(VrrpInstance instance, int addresses)
    {
        int version = instance.AlsoVersion2 ? 2 : instance.Version;
        return (instance.AddressFamily == 6 ? 40 : Ipv4Header.MinLength)
            + VrrpProtocol.MessageLength(version, addresses, instance.AddressFamily)
            + (instance.Authentication?.Type == VrrpAuthenticationType.AuthenticationHeader ? AuthenticationHeader.Length : 0)
            + (instance.Hmac is null or { Mode: VrrpHmacMode.ReceiveOnly } ? 0 : HmacAuthenticator.TrailerLength);
    }
}
