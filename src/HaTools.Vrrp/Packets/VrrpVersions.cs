namespace HaTools.Vrrp;

/// <summary>The versions that an instance hears: one, or both where it speaks both (RFC 9568 section 8.4.2).</summary>
[Flags]
internal enum VrrpVersions
{
    None = 0,
    Two = 1 << 2,
    Three = 1 << 3,
    Both = Two | Three,
}
