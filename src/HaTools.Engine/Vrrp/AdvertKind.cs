namespace HaTools.Engine.Vrrp;

/// <summary>A way in which adverts are made: what one instance of it has rehearsed serves all.</summary>
internal sealed record AdvertKind(int Version, bool AlsoVersion2, int Family, VrrpAuthenticationType? Authentication, bool IsSigned, bool IsUnicast)
{
    /// <summary>That of an instance.</summary>
    public static AdvertKind Of(VrrpInstance instance) =>
        new(
            instance.Version, instance.AlsoVersion2, instance.AddressFamily, instance.Authentication?.Type, instance.Hmac is not null,
            instance.UnicastPeers.Count > 0);
}
